"""Another name for a stage or a variable: in the Dockerfile, and wherever a builder says it.

BuildKit compares stages' names in lower case, and takes letters, digits and `_-.` behind a letter
(frontend/dockerfile/instructions/parse.go, `parseBuildStageName`).
Does not know the protocol.
"""

import re
from typing import Final

import attrs

from tagwise.documents.names import Name, NameElsewhere, NameKind
from tagwise.documents.traced import Place, Span
from tagwise.ide.edits import Edit, Plan, Refusal
from tagwise.ide.navigation import elsewhere_at
from tagwise.session.navigation import document_of_giver, name_there, said_of
from tagwise.session.session import Session
from tagwise.session.workspace import ReadDocument

_STAGE: Final = re.compile(r"[a-z][a-z0-9_.-]*")
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RESERVED: Final = frozenset({"scratch", "context"})


@attrs.frozen
class Renamable:
    """What stands at a place and can be named otherwise."""

    name: str
    span: Span


def renamable(session: Session, read: ReadDocument, offset: int) -> Renamable | Refusal | None:
    """Return what would be renamed at `offset`, or why it cannot be; None where there is no name."""
    found = name_there(session, read, offset)
    if found is None:
        return None
    document, name = found
    if (refusal := _obstacle(session, document, name)) is not None:
        return refusal
    span = _span_at(session, read, name, offset)
    return None if span is None else Renamable(span.of(read.text), span)


def rename(session: Session, read: ReadDocument, offset: int, new: str) -> Plan | Refusal:
    """Return the edits that give what stands at `offset` the name `new`, everywhere."""
    found = name_there(session, read, offset)
    if found is None:
        return Refusal("here stands neither a stage nor a variable of a Dockerfile")
    document, name = found
    if (refusal := _obstacle(session, document, name)) is not None:
        return refusal
    wanted = new.lower() if name.kind is NameKind.STAGE else new
    if (reason := _unfit(session, document, name, wanted)) is not None:
        return Refusal(reason)
    edits = [Edit(Place(document, span), wanted) for span in name.spans]
    edits += [
        Edit(Place(where, each.span), each.spelling.format(wanted))
        for where, each in said_of(session, document, name)
    ]
    return Plan(tuple(dict.fromkeys(edits)))


def _obstacle(session: Session, document: str, name: Name) -> Refusal | None:
    said = said_of(session, document, name)
    reasons = (
        reason for where, each in said for reason in (each.obstacle, _shared(session, where, each))
    )
    reason = next(filter(None, (name.obstacle, *reasons)), None)
    return Refusal(f"{name.name} cannot be renamed: {reason}") if reason is not None else None


def _shared(session: Session, where: str, said: NameElsewhere) -> str | None:
    """Tell that another Dockerfile is told the same name by the same text, if it has that name."""
    for giver in said.also:
        other = document_of_giver(where, giver)
        names = session.workspace.given_names(other) if other is not None else ()
        same = (said.kind, said.name, giver.within)
        if any((each.kind, each.name, each.within) == same for each in names):
            what = giver.path or "another Dockerfile in this file"
            return f"{what} is given it by the same text, and has that name, too"
    return None


def _unfit(session: Session, document: str, name: Name, new: str) -> str | None:
    """Return why a name cannot be `new`."""
    if new == name.name:
        return None
    pattern = _STAGE if name.kind is NameKind.STAGE else _VARIABLE
    if not pattern.fullmatch(new):
        what = "letters, digits and _-. behind a letter"
        if name.kind is NameKind.VARIABLE:
            what = "letters, digits and _, and does not start with a digit"
        return f"{new!r} is no name for a {name.kind.value}: it consists of {what}"
    if name.kind is NameKind.STAGE and new in _RESERVED:
        return f"{new} is reserved: no stage can have that name"
    taken = {
        (each.kind, each.name)
        for each in session.workspace.given_names(document)
        if each.within == name.within
    }
    if (name.kind, new) in taken:
        return f"there is a {name.kind.value} {new} already"
    return None


def _span_at(session: Session, read: ReadDocument, name: Name, offset: int) -> Span | None:
    if name in session.workspace.given_names(read.document):
        return next((span for span in name.spans if offset in span), None)
    elsewhere = elsewhere_at(session.workspace.names_elsewhere(read.document), offset)
    return elsewhere[0].span if elsewhere else None
