"""What a card says of an image on this machine, in one line, or two where it is behind its tag.

Does not know how an engine is asked, nor what else the card says.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypeAlias

from tagwise.ide.facts import Answer, Resolved
from tagwise.ide.local_facts import LocalImage, LocalState, Standing, standing
from tagwise.ide.markup import Code, Strong, Text, Word, clean, clip, columns
from tagwise.ide.phrases import age, counted, size
from tagwise.oci.reference import ImageReference

Line: TypeAlias = tuple[Word, ...]

_NAMED: Final = 36
_SHORT: Final = 12


def local_lines(
    reference: ImageReference, state: LocalState, answer: Answer | None, *, now: datetime
) -> tuple[Line, ...]:
    """Return what to say; `answer` is what the registry has said of the reference, if anything."""
    if state.image is not None:
        return tuple(_here(reference, state.image, answer, now))
    if state.tagged is not None:
        tag = clip(reference.followed_tag, 24)
        other = _short(state.tagged)
        return ((Text("Not on this machine: its "), Code(tag), Text(" is another, "), Code(other)),)
    return ((Text(f"Not on this machine ({clip(clean(state.engine), 20)} does not have it)"),),)


def _here(
    reference: ImageReference, image: LocalImage, answer: Answer | None, now: datetime
) -> list[Line]:
    said = [f"{size(image.size)} on disk"]
    if image.platforms:
        said.append(_few([str(each) for each in image.platforms], "platform"))
    came = _came(image, now)
    state = standing(reference, image, answer)
    if came and state is not Standing.BEHIND:
        said.append(came)
    said.append(_used_by(image.containers))
    lines: list[Line] = [(Strong("On this machine"), Text(": " + ", ".join(filter(None, said))))]
    match state:
        case Standing.BEHIND:
            lines.append(_behind(came, answer, now))
        case Standing.SAME_IMAGE:
            lines.append((Text("Its index has moved since; this platform's image has not"),))
        case Standing.CURRENT | Standing.UNKNOWN:
            pass
    return lines


def _came(image: LocalImage, now: datetime) -> str:
    if image.pulled is None:
        return ""
    return f"{'pulled' if image.digests else 'tagged'} {age(image.pulled, now)}"


def _behind(came: str, answer: Answer | None, now: datetime) -> Line:
    """Say how old what the tag names now is: when the tag was moved no registry tells."""
    made = None
    if isinstance(answer, Resolved) and answer.facts.config is not None:
        made = answer.facts.config.created
    since = f"the tag names one made {age(made, now)}" if made else "the tag has moved since"
    said = ", ".join(filter(None, (came, since)))
    return (Strong("The local image is behind"), Text(f": {said}"))


def _used_by(containers: Sequence[str]) -> str:
    return f"used by {_few(containers, 'container')}" if containers else ""


def _few(names: Sequence[str], noun: str) -> str:
    listed = clean(", ".join(names))
    return listed if columns(listed) <= _NAMED else counted(len(names), noun)


def _short(image: LocalImage) -> str:
    return image.id.rpartition(":")[2][:_SHORT]
