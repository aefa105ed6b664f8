"""The page that a registry's own web site has about an image, for people.

Only sites that are known to have one: there is none where a registry is not listed here.
Does not know whether the image exists, nor who may see the page.
"""

import re
from typing import Final
from urllib.parse import quote

import attrs

from tagwise.oci.reference import DOCKER_HUB, ImageReference

_OFFICIAL: Final = "library/"
_ARTIFACT_REGISTRY: Final = re.compile(r"(?P<location>[a-z0-9-]+)-docker\.pkg\.dev")
_CONTAINER_REGISTRY: Final = re.compile(r"(?:(?P<location>us|eu|asia)\.)?gcr\.io")
# What stands before an image's name: a project and a repository in it, and an image at least.
_IN_ARTIFACT_REGISTRY: Final = 3


@attrs.frozen
class RegistryPage:
    """`url`, and the name of the site it is on."""

    url: str
    site: str


def page_of(reference: ImageReference) -> RegistryPage | None:
    """Return the page about an image, and about its tag where the site can show that."""
    path = quote(reference.repository)
    match reference.registry:
        case registry if registry == DOCKER_HUB:
            return RegistryPage(_docker_hub(path, reference.tag), "Docker Hub")
        case "ghcr.io":
            return RegistryPage(f"https://ghcr.io/{path}", "GitHub Packages")
        case "quay.io":
            tag = f"?tab=tags&tag={quote(reference.tag)}" if reference.tag else ""
            return RegistryPage(f"https://quay.io/repository/{path}{tag}", "Quay")
        case "mcr.microsoft.com":
            url = f"https://mcr.microsoft.com/artifact/mar/{path}"
            return RegistryPage(url, "Microsoft Artifact Registry")
        case "public.ecr.aws":
            return RegistryPage(f"https://gallery.ecr.aws/{path}", "Amazon ECR Public Gallery")
        case "registry.gitlab.com":
            return _gitlab(path)
        case registry:
            return _google(registry, reference.repository)


def _docker_hub(path: str, tag: str | None) -> str:
    official = path.startswith(_OFFICIAL)
    url = f"https://hub.docker.com/{'_' if official else 'r'}/{path.removeprefix(_OFFICIAL)}"
    return f"{url}/tags?name={quote(tag)}" if tag else url


def _gitlab(path: str) -> RegistryPage | None:
    """Return the registry of a project, or what holds it: a name does not say how deep that is."""
    parts = path.split("/")
    if len(parts) == 1:
        return None
    is_project = len(parts) == 2  # noqa: PLR2004
    behind = "/container_registry" if is_project else ""
    return RegistryPage(f"https://gitlab.com/{parts[0]}/{parts[1]}{behind}", "GitLab")


def _google(registry: str, repository: str) -> RegistryPage | None:
    console = "https://console.cloud.google.com"
    project, _, rest = repository.partition("/")
    if found := _ARTIFACT_REGISTRY.fullmatch(registry):
        if repository.count("/") + 1 < _IN_ARTIFACT_REGISTRY:
            return None
        store, _, image = rest.partition("/")
        path = f"{project}/{found['location']}/{store}/{quote(image, safe='')}"
        return RegistryPage(f"{console}/artifacts/docker/{path}", "Google Artifact Registry")
    if rest and (found := _CONTAINER_REGISTRY.fullmatch(registry)):
        location = (found["location"] or "global").upper()
        url = f"{console}/gcr/images/{project}/{location}/{quote(rest)}"
        return RegistryPage(url, "Google Container Registry")
    return None
