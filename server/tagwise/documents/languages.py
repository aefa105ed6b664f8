"""The table of languages: which documents hold image references, and who reads them.

A new format is one module with a `parse(text) -> Syntax` and one row here.
Does not know any format's grammar.
"""

import re
from collections.abc import Callable
from functools import cache, cached_property, lru_cache
from typing import Final

import attrs

from tagwise.documents import parsers
from tagwise.documents.globs import end_pattern, glob_pattern
from tagwise.documents.model import Syntax


@attrs.frozen(slots=False)
class Language:
    """A row: `id` as Tagwise names it, the editors' language ids, and the files' paths.

    `globs` match the end of a path from a folder's or the file's name on, unless it ends in one of
    `excluded`; `recognises` is told the text of a file whose name ends in one of `suffixes` and
    says nothing; `parse` never raises.  `builds_from` are the folders, from one that a Dockerfile
    lies below, in which files may stand that say how it is built.  Of two rows that match the
    earlier counts.
    """

    id: str
    editor_ids: tuple[str, ...]
    globs: tuple[str, ...]
    parse: Callable[[str], Syntax]
    excluded: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    recognises: Callable[[str], bool] | None = None
    builds_from: tuple[str, ...] = ()

    def matches(self, path: str) -> bool:
        """Whether a path says what the file is; as much of it as is known, with `/` between."""
        return bool(self._paths.fullmatch(path)) and not path.lower().endswith(self.excluded)

    @cached_property
    def _paths(self) -> re.Pattern[str]:
        return glob_pattern(self.globs)


_YAML: Final = (".yaml", ".yml")
# A tree has few names, each in many folders.
_NAMES_KEPT: Final = 10_000

LANGUAGES: Final = (
    Language(
        "github-actions",
        ("github-actions-workflow", "yaml.github"),
        (".{github,gitea,forgejo}/workflows/*.{yml,yaml}", "action.{yml,yaml}"),
        parsers.github_actions,
    ),
    Language(
        "gitlab-ci",
        ("gitlab-ci", "yaml.gitlab"),
        (
            "?*.gitlab-ci.{yml,yaml}",
            ".gitlab-ci.{yml,yaml}",
            "{.gitlab/ci,.gitlab-ci}/**/*.{yml,yaml}",
        ),
        parsers.gitlab_ci,
    ),
    Language(
        "circleci",
        ("circleci",),
        (".circleci/**/*.{yml,yaml}",),
        parsers.circleci,
    ),
    Language(
        "azure-pipelines",
        ("azure-pipelines",),
        ("azure-pipelines*.{yml,yaml}", ".{azure-pipelines,azure/pipelines}/**/*.{yml,yaml}"),
        parsers.azure_pipelines,
    ),
    Language(
        "bitbucket-pipelines",
        ("bitbucket-pipelines",),
        ("bitbucket-pipelines.{yml,yaml}",),
        parsers.bitbucket,
    ),
    Language(
        "woodpecker",
        ("woodpecker",),
        (".woodpecker.{yml,yaml}", ".woodpecker/**/*.{yml,yaml}", ".drone.{yml,yaml}"),
        parsers.woodpecker,
    ),
    Language(
        "cloud-build",
        ("cloud-build",),
        ("cloudbuild*.{yml,yaml,json}", "?*.cloudbuild.{yml,yaml,json}"),
        parsers.cloud_build,
    ),
    Language(
        "quadlet",
        ("quadlet", "podman-quadlet"),
        ("?*.container", "?*.container.d/*.conf"),
        parsers.quadlets,
        suffixes=(".image", ".volume", ".build"),
        recognises=parsers.is_quadlet,
    ),
    Language(
        "bake",
        ("dockerbake",),
        ("docker-bake{,.?*}.{hcl,json}", "{,?*.,?*-}bake.hcl"),
        parsers.bake,
        builds_from=("",),
    ),
    Language(
        "kustomize",
        ("kustomize",),
        ("kustomization.{yml,yaml}", "kustomization"),
        parsers.kustomize,
    ),
    Language(
        "helm-values",
        ("helm-values", "yaml.helm-values"),
        (
            "values.{yml,yaml}",
            "values{.,-,_}?*.{yml,yaml}",
            "?*{.,-,_}values.{yml,yaml}",
        ),
        parsers.helm_values,
    ),
    Language(
        "devcontainer",
        ("devcontainer",),
        ("{.,}devcontainer.json",),
        parsers.devcontainer,
        builds_from=("", ".devcontainer", ".devcontainer/*"),
    ),
    Language(
        "dockerfile",
        ("dockerfile",),
        (
            "{dockerfile,containerfile}",
            "{dockerfile,containerfile}.?*",
            "?*.{dockerfile,containerfile}",
        ),
        parsers.dockerfile,
        excluded=tuple(
            (
                ".dockerignore .containerignore .j2 .jinja .jinja2 .tmpl .tpl .template .erb"
                " .mustache .gotmpl .md .markdown .mdx .rst .adoc .txt .htm .html .swp .swo .bak"
                " .orig .rej ~"
            ).split()
        ),
    ),
    Language(
        "compose",
        ("dockercompose", "yaml.docker-compose"),
        ("docker-compose*.{yml,yaml}", "compose.{yml,yaml}", "compose.?*.{yml,yaml}"),
        parsers.compose,
        suffixes=_YAML,
        recognises=parsers.is_compose,
        builds_from=("",),
    ),
    Language(
        "kubernetes",
        ("kubernetes", "k8s"),
        (),
        parsers.kubernetes,
        suffixes=_YAML,
        recognises=parsers.is_kubernetes,
    ),
)
_SUFFIXES: Final = tuple(dict.fromkeys(each for row in LANGUAGES for each in row.suffixes))
# A document that is none of these, but holds places of a user's own (`own_places.py`).
OWN: Final = Language("own", (), (), parsers.nothing)


def language_of(path: str, text: str, *, editor_id: str | None = None) -> Language | None:
    """Return the language of a document: by its editor's language id, its path, its text."""
    if editor_id is not None and (language := _by_editor_id(editor_id)):
        return language
    if (language := language_by_path(path)) is not None:
        return language
    # A buffer that has not been saved yet has no suffix.
    suffix = _YAML[0] if editor_id == "yaml" else ""
    may_be = candidates(path) or candidates(suffix)
    return next((language for language in may_be if _recognised(language, text)), None)


def language_by_path(path: str) -> Language | None:
    if _in_a_folder().search(f"/{path}") is not None:
        return next((language for language in LANGUAGES if language.matches(path)), None)
    return _language_of_name(path.rpartition("/")[2])


def may_be_document(folder: str, name: str) -> bool:
    """Whether a file may hold references, by its name and its folder (which ends in `/`)."""
    return name.endswith(_SUFFIXES) or language_by_name(folder, name) is not None


def language_by_name(folder: str, name: str) -> Language | None:
    """Return the language that a file's name and its folder (which ends in `/`) say it is of."""
    return language_by_path(f"{folder}{name}") if _any_name().fullmatch(name) else None


def candidates(path: str) -> tuple[Language, ...]:
    """Return the languages that a file of this name may turn out to be once its text is read."""
    return tuple(each for each in LANGUAGES if each.suffixes and path.endswith(each.suffixes))


def language_by_id(identifier: str) -> Language | None:
    return next((language for language in LANGUAGES if language.id == identifier), None)


@cache
def _any_name() -> re.Pattern[str]:
    """Match the names of all languages at once: most files are none of these."""
    return glob_pattern(
        dict.fromkeys(glob.rpartition("/")[2] for each in LANGUAGES for glob in each.globs)
    )


@cache
def _in_a_folder() -> re.Pattern[str]:
    """Find the paths whose folders say something: of any other the name says all there is."""
    return end_pattern(glob for each in LANGUAGES for glob in each.globs if "/" in glob)


@lru_cache(_NAMES_KEPT)
def _language_of_name(name: str) -> Language | None:
    return next((language for language in LANGUAGES if language.matches(name)), None)


def _by_editor_id(editor_id: str) -> Language | None:
    return next((language for language in LANGUAGES if editor_id in language.editor_ids), None)


def _recognised(language: Language, text: str) -> bool:
    return language.recognises is not None and language.recognises(text)
