"""The main job on the sample files, against the embedded registry, by the real language server.

What is shown is what an editor would show: this starts `tagwise lsp` as an editor does.
Does not know how anything is printed: it tells a `Stage`.
"""

import os
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

import attrs

from tagwise.demo.catalogue import MovedTag, seed_demo_registry
from tagwise.demo.registry import Registry
from tagwise.demo.registry_server import serve
from tagwise.lsp.client import EditorAction, EditorClient

REGISTRIES: Final = ("docker.io", "ghcr.io")
PIN_ALL: Final = "source.pinImages.tagwise"


@attrs.frozen
class Scene:
    """A sample file, and the texts in it over which the cursor rests."""

    file: str
    language_id: str
    cursors: tuple[str, ...]


SCENES: Final = (
    Scene("web-app/Dockerfile", "dockerfile", ("python:${PYTHON}", "node:22", "nginx:1.29")),
    Scene("web-app/compose.yaml", "dockercompose", ("postgres:${", "redis:", "nginx:1.29")),
    Scene("self-hosted/docker-compose.yml", "dockercompose", ("*api-image",)),
)


class Stage(Protocol):
    """Shows what happens, as an editor would."""

    def hover(self, file: str, line: str, markdown: str) -> None: ...

    def actions(self, titles: tuple[str, ...]) -> None: ...

    def diff(self, file: str, before: str, after: str) -> None: ...

    def caption(self, text: str) -> None: ...


@attrs.frozen
class DemoRegistry:
    """The embedded registry, seeded, at `url`; `moved` are tags that moved lately."""

    url: str
    moved: tuple[MovedTag, ...]

    def settings(self) -> Mapping[str, object]:
        """Return the settings that make the registries people write resolve to this one."""
        stands_in = {"mirrors": [self.url], "upstream": False}
        return {"registries": dict.fromkeys(REGISTRIES, stands_in)}


@asynccontextmanager
async def demo_registry(*, now: datetime, port: int = 0) -> AsyncGenerator[DemoRegistry, None]:
    """Run the embedded registry with its images until the context ends."""
    registry = Registry()
    moved = seed_demo_registry(registry, now=now)
    async with serve(registry, port=port) as address:
        yield DemoRegistry(f"http://{address}", moved)


async def demonstrate(stage: Stage, *, samples: Path, cache: Path, now: datetime) -> None:
    """Show everything; `cache` is a folder that goes away afterwards."""
    async with demo_registry(now=now) as registry:
        # The server inherits the environment; only its cache is the demonstration's own.
        os.environ["TAGWISE_CACHE_DIR"] = str(cache)
        editor = EditorClient((sys.executable, "-P", "-m", "tagwise", "lsp"))
        await editor.start(root_uri=samples.as_uri(), options=registry.settings())
        try:
            for scene in SCENES:
                await _play(scene, editor, stage, samples)
            await _show_update(editor, stage, registry.moved[0], samples)
        finally:
            await editor.stop()


async def _play(scene: Scene, editor: EditorClient, stage: Stage, samples: Path) -> None:
    path = samples / scene.file
    uri, text = path.as_uri(), path.read_text("utf-8")
    editor.open(uri, scene.language_id, text)
    stage.caption(scene.file)
    for cursor in scene.cursors:
        await _hover(editor, stage, scene.file, uri, text.index(cursor))
    actions = await editor.actions(uri, text.index(scene.cursors[0]))
    stage.actions(tuple(action.title for action in actions))
    stage.caption(f"{scene.file}: every image pinned")
    for action in await editor.actions(uri, 0, only=(PIN_ALL,)):
        await _apply(editor, stage, action, samples)


async def _show_update(editor: EditorClient, stage: Stage, moved: MovedTag, samples: Path) -> None:
    """Open a buffer that was pinned before its tag moved, and update it."""
    name = moved.repository.removeprefix("library/")
    text = f"FROM {name}:{moved.tag}@{moved.old}\n"
    file = "pinned-some-weeks-ago/Dockerfile"
    uri = (samples / file).as_uri()
    editor.open(uri, "dockerfile", text)
    stage.caption(f"{file}: a pin that is behind its tag")
    offset = text.index(name)
    await _hover(editor, stage, file, uri, offset)
    actions = await editor.actions(uri, offset)
    stage.actions(tuple(action.title for action in actions))
    update = next(action for action in actions if action.title.startswith("Update"))
    await _apply(editor, stage, update, samples)


async def _hover(editor: EditorClient, stage: Stage, file: str, uri: str, offset: int) -> None:
    markdown = await editor.hover(uri, offset)
    text = editor.text(uri)
    number = text.count("\n", 0, offset)
    line = text.split("\n")[number]
    stage.hover(f"{file}:{number + 1}", line.strip(), markdown or "nothing to show")


async def _apply(editor: EditorClient, stage: Stage, action: EditorAction, samples: Path) -> None:
    for uri, after in (await editor.applied(action)).items():
        file = uri.removeprefix(samples.as_uri() + "/")
        stage.diff(file, editor.text(uri), after)
