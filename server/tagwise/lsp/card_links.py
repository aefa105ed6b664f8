"""What a card offers as links, to clients that have commands of their own for it.

A link carries the document, its version and the occurrence's id: nothing that a registry says, and
nothing that the document says.  Does not know what else is on the card.
"""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

from tagwise.documents.model import Occurrence
from tagwise.ide.actions.pin import can_pin
from tagwise.lsp.client_commands import TITLES, ClientCommand
from tagwise.lsp.image_target import ImageTarget, target_of, to_wire
from tagwise.oci.media_types import ArtifactKind
from tagwise.session.workspace import ReadDocument

if TYPE_CHECKING:
    from tagwise.ide.facts import Answer
    from tagwise.ide.markup import Word


def card_links(
    uri: str,
    read: ReadDocument,
    occurrence: Occurrence,
    answer: "Answer | None",
    *,
    offline: bool,
) -> "tuple[Word, ...]":
    """Return one line with what can be done about an occurrence; empty where nothing can."""
    from tagwise.ide.markup import Link, Text

    commands = tuple(_commands(occurrence, answer, offline=offline))
    target = target_of(uri, read, occurrence) if commands else ImageTarget()
    words: list[Word] = []
    for command in commands:
        words += [Text(" · ")] if words else []
        words.append(Link(TITLES[command], command_link(command, target)))
    return tuple(words)


def command_link(command: ClientCommand, target: ImageTarget) -> str:
    """Return the address of a command with its argument, as VS Code reads it."""
    arguments = json.dumps([to_wire(target)], ensure_ascii=False, separators=(",", ":"))
    return f"command:{command.value}?{quote(arguments, safe='')}"


def _commands(
    occurrence: Occurrence, answer: "Answer | None", *, offline: bool
) -> Iterator[ClientCommand]:
    from tagwise.ide.facts import Ignorance, Resolved, Unresolved

    match answer:
        case Resolved(facts):
            if facts.kind is not ArtifactKind.IMAGE:
                yield ClientCommand.COPY_DIGEST
                return
            if can_pin(occurrence):
                yield ClientCommand.PIN_IMAGE
            if not offline:
                yield ClientCommand.PULL_IMAGE
            yield ClientCommand.COPY_DIGEST
            if facts.platforms or not facts.is_fetched:
                yield ClientCommand.SHOW_LAYERS
        case Unresolved(reason) if reason is not Ignorance.NOT_FOUND and not offline:
            # What we were not told, the engine may be: it has other ways and other names.
            yield ClientCommand.PULL_IMAGE
        case _:
            return
