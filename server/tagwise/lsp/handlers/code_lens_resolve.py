"""codeLens/resolve: what a lens says, and what it does; never asks the network."""

from types import MappingProxyType
from typing import Final

import attrs
from lsprotocol import types

from tagwise.errors import NoTarget
from tagwise.ide.actions.offer import Verb
from tagwise.ide.lens_part import TITLES, LensPart
from tagwise.lsp.action_data import ActionData
from tagwise.lsp.action_data import to_wire as action_wire
from tagwise.lsp.client_commands import ClientCommand
from tagwise.lsp.commands import APPLY_ACTION, PULL, SHOW_FACTS
from tagwise.lsp.image_target import ImageTarget, TargetImage, image_of, to_wire
from tagwise.lsp.known_images import known_image
from tagwise.lsp.lens_data import LensData
from tagwise.lsp.server import TagwiseServer
from tagwise.session.known_offers import known_newer

_VERBS: Final = MappingProxyType(
    {LensPart.PIN: Verb.PIN, LensPart.UPDATE: Verb.UPDATE, LensPart.NEWER: Verb.RETAG}
)


async def code_lens_resolve(ls: TagwiseServer, params: types.CodeLens) -> types.CodeLens:
    data = LensData.from_wire(params.data)
    if data is None:
        return params
    try:
        image = await image_of(ls, data.target)
    except NoTarget:
        # The document has changed: the editor asks again.
        return attrs.evolve(params, command=types.Command("", ""))
    newest = await _newest(ls, image) if data.part is LensPart.NEWER else None
    command = _command(data, is_rich=ls.abilities.command_links, newest=newest)
    title = f"Newer: {newest}" if newest else TITLES.get(data.part) or _facts(ls, image)
    return attrs.evolve(params, command=attrs.evolve(command, title=title))


def _command(data: LensData, *, is_rich: bool, newest: str | None) -> types.Command:
    target = [to_wire(data.target)]
    match data.part:
        case LensPart.FACTS:
            command = ClientCommand.SHOW_LAYERS.value if is_rich else SHOW_FACTS
            return types.Command("", command, arguments=target)
        case LensPart.PIN if is_rich:
            return types.Command("", ClientCommand.PIN_IMAGE.value, arguments=target)
        case LensPart.PULL:
            command = ClientCommand.PULL_IMAGE.value if is_rich else PULL
            return types.Command("", command, arguments=target)
        case LensPart.PIN | LensPart.UPDATE | LensPart.NEWER:
            verb = _VERBS[data.part]
            return types.Command("", APPLY_ACTION, arguments=[_action(data.target, verb, newest)])


async def _newest(ls: TagwiseServer, image: TargetImage) -> str | None:
    newer = await known_newer(ls.session, image.occurrence) if image.occurrence else None
    return newer.newest if newer is not None else None


def _facts(ls: TagwiseServer, image: TargetImage) -> str:
    from tagwise.ide.code_lens import facts_title
    from tagwise.ide.facts import Resolved

    answer = known_image(ls, image.occurrence).answer if image.occurrence is not None else None
    return facts_title(answer.facts, now=ls.session.clock()) if isinstance(answer, Resolved) else ""


def _action(target: ImageTarget, verb: Verb, tag: str | None) -> dict[str, object]:
    return action_wire(
        ActionData(target.uri or "", verb, target.version, target.occurrence, tag=tag)
    )
