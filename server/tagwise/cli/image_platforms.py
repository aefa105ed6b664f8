"""`tagwise images REF --platforms`: what a registry has under a name, and what of it is here.

Does not know who was asked.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from tagwise.cli.docker_units import human_size
from tagwise.engine.models import ImageSummary
from tagwise.ide.facts import ImageFacts, PlatformFacts
from tagwise.ide.phrases import counted
from tagwise.oci.reference import ImageReference

TITLES: Final = {
    "Platform": "PLATFORM",
    "Digest": "DIGEST",
    "Size": "SIZE",
    "Layers": "LAYERS",
    "Here": "HERE",
}
TABLE: Final = r"{{.Platform}}\t{{.Digest}}\t{{.Size}}\t{{.Layers}}\t{{.Here}}"
_SHORT: Final = 19
_UNKNOWN: Final = "N/A"


def platform_rows(
    facts: ImageFacts, local: Iterable[ImageSummary] | None, *, truncates: bool
) -> list[dict[str, str]]:
    """Spell the fields of each platform; `local` is None where no engine says what is here."""
    here = None if local is None else frozenset(_digests(local))
    return [_row(each, here, truncates=truncates) for each in facts.platforms]


def platform_remarks(
    reference: ImageReference, facts: ImageFacts, local: Iterable[ImageSummary] | None
) -> Iterator[str]:
    """Say what the table does not: what the name leads to, and whether it led elsewhere before."""
    kind = "an index of" if facts.is_index else "one manifest, for"
    said = (
        f"{reference.familiar}: {facts.digest}, {kind} {counted(len(facts.platforms), 'platform')}"
    )
    if facts.attestations:
        said += f", with {counted(facts.attestations, 'attestation')}"
    yield said
    for image in local or ():
        if reference.familiar in image.tags and not _is_from(image, facts):
            yield f"the image here under this name is another one: {image.id}"


def _row(each: PlatformFacts, here: frozenset[str] | None, *, truncates: bool) -> dict[str, str]:
    digest = str(each.digest)
    return {
        "Platform": str(each.platform) if each.platform else "unknown",
        "Digest": digest[:_SHORT] if truncates else digest,
        "Size": _UNKNOWN if each.size is None else human_size(each.size),
        "Layers": _UNKNOWN if each.layers is None else str(each.layers),
        "Here": _here(each, here),
    }


def _here(each: PlatformFacts, here: frozenset[str] | None) -> str:
    if each.is_missing:
        return "lost by the registry"
    if here is None:
        return _UNKNOWN
    return "yes" if {str(each.digest), str(each.image_id)} & here else "no"


def _digests(local: Iterable[ImageSummary]) -> Iterator[str]:
    """List every digest by which an image that is here may be known.

    Docker calls an image by its configuration, containerd's store and Podman by the manifest, too.
    """
    for image in local:
        yield image.id if ":" in image.id else f"sha256:{image.id}"
        yield from (each.digest for each in image.manifests if each.available)
        if not image.manifests:
            yield from (name.partition("@")[2] for name in image.digests)


def _is_from(image: ImageSummary, facts: ImageFacts) -> bool:
    known = {str(facts.digest), *(str(each.digest) for each in facts.platforms)}
    known |= {str(each.image_id) for each in facts.platforms if each.image_id}
    return bool(known & {*_digests((image,)), *(each.partition("@")[2] for each in image.digests)})
