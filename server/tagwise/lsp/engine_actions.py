"""Code actions on a reference that the engine does: pull, remove, inspect, layers, tag, build.

They are of a kind of their own, below nothing that editors apply by themselves, and each is a command
that asks before it removes anything.  Nobody is asked to offer them.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lsprotocol import types

from tagwise.documents.model import Occurrence, Role
from tagwise.lsp.action_kinds import ENGINE
from tagwise.lsp.client_commands import ClientCommand
from tagwise.lsp.commands import (
    COMPOSE_BUILD_COMMAND,
    INSPECT_IMAGE,
    LAYERS,
    PULL,
    REMOVE,
    TAG_IMAGE,
)
from tagwise.lsp.image_target import target_of, to_wire
from tagwise.lsp.server import TagwiseServer
from tagwise.session.workspace import ReadDocument

if TYPE_CHECKING:
    from tagwise.ide.local_facts import LocalImage


def engine_actions(
    ls: TagwiseServer, uri: str, read: ReadDocument, occurrence: Occurrence
) -> Iterator[types.CodeAction]:
    """Yield what can be done about an occurrence, by what is known of it here."""
    if occurrence.reference is None or occurrence.skipped is not None:
        return
    target = to_wire(target_of(uri, read, occurrence))
    shown = {**target, "show": True}
    reference = occurrence.reference
    name = reference.familiar_name if reference.digest else reference.familiar
    state = ls.session.local_state(reference)
    image = state.image if state is not None else None
    platform = f" for {occurrence.platform}" if occurrence.platform else ""
    again = " again" if image is not None else ""
    yield _action(f"Pull {name}{again}{platform}", PULL, target)
    if image is not None:
        if ls.abilities.asks_person:
            yield _action(f"Remove {name} from this machine…", REMOVE, target)
        yield _action(f"Inspect {name} on this machine", INSPECT_IMAGE, shown)
        if reference.tag and reference.digest and not _is_called(image, occurrence):
            called = reference.without_digest().familiar
            title = f"Call the image on this machine {called}, too"
            yield _action(title, TAG_IMAGE, {"target": target, "name": called})
    if ls.abilities.command_links:
        yield _action(f"Show the layers of {name}", ClientCommand.SHOW_LAYERS.value, target)
    else:
        yield _action(f"Show the layers of {name}", LAYERS, shown)
    if occurrence is _first_base(read):
        title = "Compose the docker buildx line that builds this"
        yield _action(title, COMPOSE_BUILD_COMMAND, {"uri": uri, "show": True})


def _action(title: str, name: str, argument: object) -> types.CodeAction:
    command = types.Command(title, name, arguments=[argument])
    return types.CodeAction(title, ENGINE, command=command)


def _is_called(image: "LocalImage", occurrence: Occurrence) -> bool:
    """Whether the local image has the name with the tag: a pull by digest gives it none."""
    reference = occurrence.reference
    if reference is None:
        return False
    full = reference.without_digest()
    return bool({full.familiar, full.canonical} & set(image.names))


def _first_base(read: ReadDocument) -> Occurrence | None:
    """Return a Dockerfile's first FROM, the place to build it from."""
    if read.language != "dockerfile":
        return None
    bases = (each for each in read.parsed.occurrences if each.role is Role.BASE_IMAGE)
    return next(bases, None)
