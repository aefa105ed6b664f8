"""Completion: what could stand where something is being written, the likeliest first.

Each kind of choice is a function from what is written and what is known to choices; whoever knows
things hands them in.
Does not know who is asked for what is known, nor the protocol.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import Enum
from itertools import islice
from typing import Final

import attrs

from tagwise.documents.model import Role
from tagwise.ide.facts import ImageFacts
from tagwise.ide.image_card import created
from tagwise.ide.phrases import age
from tagwise.ide.writing import Writing
from tagwise.oci.digest import Digest
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference
from tagwise.oci.tag_catalogue import TagCatalogue

MOST: Final = 200
SHOWN: Final = 4

STAGED: Final = frozenset(
    {Role.BASE_IMAGE, Role.COPY_SOURCE, Role.MOUNT_SOURCE, Role.ONBUILD_SOURCE}
)


class ChoiceKind(Enum):
    STAGE = "stage"
    IMAGE = "image"
    TAG = "tag"
    DIGEST = "digest"
    PLATFORM = "platform"
    VARIABLE = "variable"


@attrs.frozen
class Choice:
    """`text` is what a person chooses, `inserted` what goes to the writing's span for it.

    `filtered` is what editors hold against what is typed.  `reference` is the image it would make,
    if more can be told of it.
    """

    kind: ChoiceKind
    text: str
    inserted: str
    filtered: str
    detail: str = ""
    reference: str | None = None


@attrs.frozen
class Choices:
    """Choices in order; not `is_all` if there are more, or more may become known."""

    listed: tuple[Choice, ...] = ()
    is_all: bool = True


def tag_choices(writing: Writing, catalogue: TagCatalogue, most: int = MOST) -> Choices:
    """Offer tags: those of the line that is written there, then of its flavour, then all.

    Who has written a whole tag wants another one: what does not start as theirs is kept in the
    editor's list, too.
    """
    found = catalogue.matching(
        writing.before + writing.typed,
        like=writing.whole,
        limit=most,
        fits=lambda tag: writing.inserted(tag) is not None,
    )
    listed = tuple(
        Choice(
            ChoiceKind.TAG,
            tag,
            inserted,
            inserted if inserted.startswith(writing.typed) else writing.typed,
            reference=f"{writing.name}:{tag}",
        )
        for tag in found.tags
        if (inserted := writing.inserted(tag)) is not None
    )
    is_all = found.is_all and catalogue.is_complete and not _is_ranked(listed, writing)
    return Choices(listed, is_all)


def digest_choices(writing: Writing, digest: Digest | None) -> Choices:
    """Offer the digest that the tag, or `latest`, names now."""
    text = str(digest) if digest is not None else ""
    inserted = writing.inserted(text) if text else None
    if inserted is None:
        return Choices()
    named = f"{writing.name}:{writing.tag or 'latest'}"
    detail = f"what {named} names now"
    choice = Choice(ChoiceKind.DIGEST, text, inserted, inserted, detail, f"{named}@{text}")
    return Choices((choice,))


def platform_choices(writing: Writing, platforms: Iterable[Platform]) -> Choices:
    """Offer the platforms an image has."""
    detail = f"{writing.name}:{writing.tag or 'latest'} has it"
    return Choices(
        tuple(
            Choice(ChoiceKind.PLATFORM, text, inserted, inserted, detail)
            for text in dict.fromkeys(map(str, platforms))
            if (inserted := writing.inserted(text)) is not None
        )
    )


def build_platform_choices(writing: Writing, platforms: Iterable[Platform]) -> Choices:
    """Offer the platforms that can be built for."""
    detail = f"what {writing.name or 'this file'} builds on has it"
    return Choices(
        tuple(
            Choice(ChoiceKind.PLATFORM, text, text, text, detail)
            for text in dict.fromkeys(map(str, platforms))
        )
    )


def given_choices(writing: Writing, kind: ChoiceKind, names: Iterable[str]) -> Choices:
    """Offer the names that another document gives."""
    return Choices(
        tuple(
            Choice(kind, name, name, name, f"a {kind.value} of {writing.name or 'this file'}")
            for name in dict.fromkeys(names)
        )
    )


@attrs.frozen
class NamedImage:
    """An image that somebody may mean; `why` says where it is from."""

    reference: ImageReference
    why: str


def name_choices(
    writing: Writing,
    stages: Sequence[str],
    images: Iterable[NamedImage],
    most: int = MOST,
) -> Choices:
    """Offer stages where they may stand, then images: whole, or by name where a tag has its place."""
    typed = (writing.before + writing.typed).lower()
    listed = tuple(islice(_names(writing, stages, images, typed), most + 1))
    return Choices(listed[:most], is_all=len(listed) <= most)


def image_detail(facts: ImageFacts, now: datetime) -> str:
    """Return how old an image is and for which platforms, in one line; empty if nobody knows."""
    made = created(facts)
    said = [age(made, now)] if made is not None else []
    platforms = [str(each.platform) for each in facts.platforms if each.platform]
    if platforms:
        more = len(platforms) - SHOWN
        shown = ", ".join(platforms[:SHOWN])
        said.append(f"{shown} and {more} more" if more > 0 else shown)
    return " · ".join(said)


def _names(
    writing: Writing, stages: Sequence[str], images: Iterable[NamedImage], typed: str
) -> Iterator[Choice]:
    seen: set[str] = set()
    if writing.role in STAGED and not writing.has_tag:
        for stage in stages:
            inserted = writing.inserted(stage)
            if inserted is not None and stage.lower().startswith(typed) and stage not in seen:
                seen.add(stage)
                yield Choice(ChoiceKind.STAGE, stage, inserted, inserted, "a stage of this file")
    known = list(images)
    for begins in (True, False):
        for image in known:
            text = _shown(image.reference, name_only=writing.has_tag)
            lowered = text.lower()
            fits = lowered.startswith(typed) if begins else typed in lowered
            inserted = writing.inserted(text)
            if fits and inserted is not None and text not in seen:
                seen.add(text)
                filtered = inserted if begins else writing.typed
                yield Choice(ChoiceKind.IMAGE, text, inserted, filtered, image.why, text)


def _shown(reference: ImageReference, *, name_only: bool) -> str:
    plain = reference.without_digest()
    return plain.familiar_name if name_only else plain.familiar


def _is_ranked(listed: Sequence[Choice], writing: Writing) -> bool:
    """Whether an editor that filters on its own would lose what is offered for another reason."""
    return any(not each.inserted.startswith(writing.typed) for each in listed)
