"""Podman's quadlets: the images that containers run and volumes are made of.

podman-systemd.unit(5): `Image=` in `[Container]`, `[Image]` and `[Volume]`, image mounts in
`Mount=`, and what `[Build]` makes, `ImageTag=`.  A name that ends in `.image` or `.build` is another
unit, one with a transport such as `oci:` is in no registry (containers-transports(5)).
Does not know those units, nor what systemd puts in for `%` specifiers.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import attrs

from tagwise.documents.density import refusal_of
from tagwise.documents.model import (
    Inputs,
    Occurrence,
    ParsedDocument,
    Role,
    Skip,
    SkipReason,
)
from tagwise.documents.pinning import settle_pins
from tagwise.documents.references import not_read, read_reference, template_in
from tagwise.documents.systemd_units import Setting, settings_of
from tagwise.documents.traced import TracedText
from tagwise.errors import InvalidPlatform
from tagwise.oci.platform import Platform

_SECTION: Final = re.compile(r"^[ \t]*\[(?:Container|Image|Volume|Build)\][ \t]*\r?$", re.MULTILINE)
_ROLES: Final[Mapping[tuple[str, str], Role]] = {
    ("Container", "Image"): Role.CONTAINER_IMAGE,
    ("Image", "Image"): Role.CONTAINER_IMAGE,
    ("Volume", "Image"): Role.VOLUME_IMAGE,
    ("Build", "ImageTag"): Role.BUILD_TAG,
}
_MOUNT: Final = re.compile(r"(?:.*,)?(?:source|src)=(?P<image>[^,]*)")
_IS_IMAGE_MOUNT: Final = re.compile(r"(?:.*,)?type=image(?:,|\Z)")
_MOST_LINES: Final = 10_000
_REGISTRY: Final = "docker://"
_UNIT: Final = re.compile(r".*\.(?:image|build)\Z", re.DOTALL)
_TRANSPORT: Final = re.compile(
    r"(?:containers-storage|dir|docker-archive|docker-daemon|oci|oci-archive|ostree|sif|tarball):"
)
_BUILT: Final = Skip(SkipReason.BUILD_OUTPUT, "it names what the unit builds")
_SPECIFIER: Final = Skip(SkipReason.TEMPLATE, "systemd puts something in for its % specifiers")


@attrs.frozen
class QuadletSyntax:
    text: str

    @property
    def names(self) -> tuple[str, ...]:
        return ()

    def evaluate(self, inputs: Inputs) -> ParsedDocument:
        document = inputs.document
        refusal = refusal_of(self.text, marks=("\n", "\r"), most=_MOST_LINES)
        if refusal is not None:
            return ParsedDocument(problems=(not_read(refusal),))
        settings = tuple(settings_of(self.text, document))
        platform = _platform(settings)
        found = [
            read_reference(attrs.evolve(each, platform=platform), document, self.text)
            for setting in settings
            for each in _occurrences(setting, document)
        ]
        occurrences = [occurrence for each in found for occurrence in each.occurrences]
        problems = tuple(problem for each in found for problem in each.problems)
        return ParsedDocument(settle_pins(occurrences, read_elsewhere=frozenset()), problems)


def parse(text: str) -> QuadletSyntax:
    """Read a unit of any of the kinds that name images."""
    return QuadletSyntax(text)


def looks_like_quadlet(text: str) -> bool:
    """Whether a unit has a section that only quadlets have."""
    return bool(_SECTION.search(text))


def _occurrences(setting: Setting, document: str) -> Iterator[Occurrence]:
    role = _ROLES.get((setting.section, setting.key))
    if role is not None:
        yield from _occurrence(role, setting.value, document)
    elif (setting.section, setting.key) == ("Container", "Mount"):
        text = setting.value.text
        source = _MOUNT.match(text) if _IS_IMAGE_MOUNT.match(text) else None
        if source:
            value = setting.value.between(source.start("image"), source.end("image"))
            yield from _occurrence(Role.VOLUME_IMAGE, value, document)


def _occurrence(role: Role, value: TracedText, document: str) -> Iterator[Occurrence]:
    if value.text.startswith(_REGISTRY):
        value = value.between(len(_REGISTRY), len(value.text))
    span = value.shown_in(document, 0, len(value.text))
    if span is None or _UNIT.match(value.text) or _TRANSPORT.match(value.text):
        return
    skipped = _SPECIFIER if "%" in value.text else template_in(value.text)
    yield Occurrence(role, span, value, None, _BUILT if role is Role.BUILD_TAG else skipped)


def _platform(settings: Iterable[Setting]) -> Platform | None:
    """Return the platform an image unit pulls: `Arch=`, with `OS=` and `Variant=`."""
    said = {each.key: each.value.text for each in settings if each.section == "Image"}
    if not said.get("Arch"):
        return None
    parts = (said.get("OS") or "linux", said["Arch"], said.get("Variant"))
    try:
        return Platform.parse("/".join(part for part in parts if part))
    except InvalidPlatform:
        return None
