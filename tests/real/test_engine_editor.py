"""An editor, our server and real engines, dockerd and podman, with images in a real registry."""

import asyncio
import base64
import json
from contextlib import asynccontextmanager

import attrs
import httpx
import pytest
from lsprotocol import types

from support.dripping_registry import dripping_registry
from support.editor import editor
from support.engines import client_of, docker, emptied, running_dockerd
from support.real_parts import (
    PASSWORD,
    USER,
    debian_registry,
    push_image,
    two_platform_image,
)
from tagwise.errors import NoSuchImage
from tagwise.lsp import commands

REPOSITORY = "demo/app"
PATIENCE = 60


@pytest.fixture
async def registry():
    async with debian_registry() as running:
        await push(running, "1.0", "1.1")
        yield running


async def push(registry, *tags, auth=None, name="demo app"):
    image = two_platform_image(name)
    async with httpx.AsyncClient(base_url=registry.url, auth=auth, trust_env=False) as client:
        await push_image(client, REPOSITORY, image, *tags)
    return image


@attrs.define
class Here:
    """An editor on a Dockerfile that names one image, and the engine's own client."""

    ed: object
    engine: object
    name: str
    uri: str

    @property
    def target(self):
        return {"uri": self.uri, "position": {"line": 0, "character": 6}}

    async def pull(self, **more):
        return await self.ed.command(commands.PULL, self.target | more)

    async def card_with(self, part):
        async with asyncio.timeout(PATIENCE):
            while True:
                shown = await self.ed.shown("Dockerfile", 6)
                if part in shown:
                    return shown
                await asyncio.sleep(0.1)


@pytest.fixture
def start(tmp_path):
    @asynccontextmanager
    async def on(address, name, **options):
        async with (
            client_of(address) as client,
            editor(tmp_path, variables={"DOCKER_HOST": address}, **options) as ed,
        ):
            uri = ed.open("Dockerfile", f"FROM {name}\n")
            try:
                yield Here(ed, client, name, uri)
            finally:
                await emptied(client)

    return on


async def test_pulled_by_tag_and_seen_on_the_card(start, engine, registry):
    async with start(engine, f"{registry.host}/{REPOSITORY}:1.0") as h:
        await h.card_with("Not on this machine")
        got = await h.pull()
        assert got["digest"] == str(two_platform_image().top.digest)
        assert f"{h.name} is pulled: {got['digest']}" in h.ed.messages[-1]
        card = await h.card_with("linux/amd64, pulled just now")
        assert "**On this machine**" in card
        assert h.name in (await h.engine.inspect(h.name)).tags


async def test_what_was_up_to_date_is_told(start, dockerd, registry):
    async with start(dockerd, f"{registry.host}/{REPOSITORY}:1.0") as h:
        await h.pull()
        assert (await h.pull())["wasUpToDate"] is True
        assert "was up to date: sha256:" in h.ed.messages[-1]


async def test_pulled_by_digest_and_for_a_platform(start, engine, registry):
    digest = two_platform_image().top.digest
    async with start(engine, f"{registry.host}/{REPOSITORY}@{digest}") as h:
        assert (await h.pull(platform="linux/arm64"))["digest"] == str(digest)
        (image,) = await h.engine.images()
        details = await h.engine.inspect(image.id)
        assert str(details.platform) == "linux/arm64"


async def test_a_tag_that_moves_leaves_the_local_image_behind(start, dockerd, registry):
    async with start(dockerd, f"{registry.host}/{REPOSITORY}:1.0") as h:
        await h.pull()
        await h.card_with("On this machine")
        await push(registry, "1.0", name="the next version")
        listed = await h.ed.command(commands.LIST_IMAGES, {"filters": ["dangling=false"]})
        assert [each["behind"] for each in listed["images"]] == [False]
        action = await h.ed.action(f"Pin {h.name}", "Dockerfile", 6)  # Asks the registry anew.
        await h.ed.resolve(action)
        card = await h.card_with("The local image is behind**: pulled")
        assert "pulled just now, the tag names one made" in card
        listed = await h.ed.command(commands.LIST_IMAGES, {})
        assert [each["behind"] for each in listed["images"]] == [True]


async def test_a_private_image_is_pulled_with_the_users_credentials(start, engine, tmp_path):
    async with debian_registry(needs_password=True) as registry:
        await push(registry, "1.0", auth=(USER, PASSWORD))
        async with start(engine, f"{registry.host}/{REPOSITORY}:1.0") as h:
            assert await h.pull() is None
            assert "could not pull" in h.ed.messages[-1]
            login = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            config = tmp_path / "home" / ".docker" / "config.json"
            config.parent.mkdir(exist_ok=True)
            config.write_text(json.dumps({"auths": {registry.host: {"auth": login}}}))
            assert (await h.pull())["digest"].startswith("sha256:")
            assert PASSWORD not in "".join(h.ed.messages)


async def test_cancelled_in_the_middle_of_a_layer_the_engine_stops(start, engine):
    async with dripping_registry() as drip, start(engine, f"{drip.host}/{REPOSITORY}:1.0") as h:
        pulling = asyncio.create_task(h.pull())
        token, _ = await h.ed.progress(types.WorkDoneProgressBegin)
        async with asyncio.timeout(PATIENCE):
            await drip.begun.wait()
            h.ed.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))
            assert await pulling is None
            await drip.left.wait()
        await h.ed.progress(types.WorkDoneProgressEnd)
        with pytest.raises(NoSuchImage):
            await h.engine.inspect(h.name)


@pytest.mark.parametrize("how", ["name", "digest", "short id"])
async def test_removed_by(start, engine, registry, how):
    async with start(engine, f"{registry.host}/{REPOSITORY}:1.0") as h:
        await h.pull()
        details = await h.engine.inspect(h.name)
        short = details.id.removeprefix("sha256:")[:12]
        # Of an image that has a tag, its digest is one more name.
        named = {"name": h.name, "digest": details.digests[0], "short id": short}[how]
        h.ed.answers = ["Remove"]
        done = await h.ed.command(commands.REMOVE, {"reference": named})
        assert done is not None, h.ed.messages
        question = (await h.ed.questions.get()).message
        if how == "digest" and "podman" not in engine:
            assert f"The image stays, as {h.name}" in question
            assert (await h.engine.inspect(h.name)).id == details.id
            return
        assert "Remove" in question
        with pytest.raises(NoSuchImage):
            await h.engine.inspect(details.id)
        await h.card_with("Not on this machine")


async def test_one_of_two_repositories_is_left(start, engine, registry):
    async with start(engine, f"{registry.host}/{REPOSITORY}:1.0") as h:
        await h.pull()
        other = f"{registry.host}/other/thing:2"
        tag = {"target": h.target, "name": other}
        assert await h.ed.command(commands.TAG_IMAGE, tag) == other
        h.ed.answers = ["Remove"]
        await h.ed.command(commands.REMOVE, h.target)
        assert f"The image stays, as {other}" in (await h.ed.questions.get()).message
        (image,) = await h.engine.images()
        assert image.tags == (other,)


async def test_by_id_both_repositories_go_without_force(start, dockerd, registry):
    async with start(dockerd, f"{registry.host}/{REPOSITORY}:1.0") as h:
        await h.pull()
        other = f"{registry.host}/other/thing:2"
        await h.ed.command(commands.TAG_IMAGE, {"target": h.target, "name": other})
        identity = (await h.engine.inspect(other)).id
        h.ed.answers = ["Remove"]
        done = await h.ed.command(commands.REMOVE, {"reference": identity})
        assert identity in done["deleted"]
        assert await h.engine.images() == ()


async def test_a_container_keeps_its_image(start, dockerd, registry):
    async with start(dockerd, f"{registry.host}/{REPOSITORY}:1.0") as h:
        await h.pull()
        docker(dockerd, "create", "--name", "web", h.name, "true")
        try:
            await h.card_with("used by web")
            h.ed.answers = ["Remove", "Keep"]
            assert await h.ed.command(commands.REMOVE, h.target) is None
            await h.ed.questions.get()
            assert "containers that do not run (web)" in (await h.ed.questions.get()).message
            assert (await h.engine.inspect(h.name)).tags
        finally:
            docker(dockerd, "rm", "web")


async def test_what_has_no_name_is_pruned_after_asking(start, dockerd, registry):
    async with start(dockerd, f"{registry.host}/{REPOSITORY}:1.0") as h:
        await h.pull()
        docker(dockerd, "import", "/dev/null")
        h.ed.answers = [None, "Remove"]
        assert await h.ed.command(commands.PRUNE, {}) is None
        assert "Remove 1 image without a name?" in (await h.ed.questions.get()).message
        done = await h.ed.command(commands.PRUNE, {})
        assert len(done["deleted"]) >= 1
        assert [image.tags for image in await h.engine.images()] == [(h.name,)]


async def test_layers_and_details(start, engine, registry):
    async with start(engine, f"{registry.host}/{REPOSITORY}:1.0") as h:
        far = await h.ed.command(commands.LAYERS, h.target)
        assert (far["source"], len([e for e in far["layers"] if e["digest"]])) == ("registry", 2)
        await h.pull()
        near = await h.ed.command(commands.LAYERS, h.target)
        assert near["source"] == "engine"
        inspected = await h.ed.command(commands.INSPECT_IMAGE, h.target)
        assert inspected["platform"] == "linux/amd64"
        assert len(inspected["layers"]) == 2
        listed = await h.ed.command(commands.LIST_IMAGES, {})
        assert [(each["reference"], each["isDangling"]) for each in listed["images"]] == [
            (h.name, False)
        ]


async def test_all_images_of_a_document(start, engine, registry):
    async with start(engine, f"{registry.host}/{REPOSITORY}:1.0") as h:
        names = [f"{registry.host}/{REPOSITORY}:{tag}" for tag in ("1.0", "1.1", "gone")]
        h.ed.change("Dockerfile", "".join(f"FROM {name}\n" for name in names))
        done = await h.ed.command(commands.PULL_ALL, {"uri": h.uri})
        assert [each["reference"] for each in done["pulled"]] == names[:2]
        assert len(done["failed"]) == 1
        assert "1 failed" in h.ed.messages[-1]


async def test_an_engine_that_is_killed_and_another_in_its_place(tmp_path, registry):
    name = f"{registry.host}/{REPOSITORY}:1.0"
    link = tmp_path / "engine.sock"
    async with editor(tmp_path, variables={"DOCKER_HOST": f"unix://{link}"}) as ed:
        h = Here(ed, None, name, ed.open("Dockerfile", f"FROM {name}\n"))
        async with in_a_thread(running_dockerd()) as first:
            link.symlink_to(first.removeprefix("unix://"))
            assert await h.pull()
            await h.card_with("On this machine")
            docker(first, "image", "rm", name)
            await h.card_with("Not on this machine")
        assert await ed.command(commands.LIST_IMAGES, {}) is None
        assert "no engine at unix://" in ed.messages[-1]
        link.unlink()
        async with in_a_thread(running_dockerd()) as second:
            link.symlink_to(second.removeprefix("unix://"))
            await h.card_with("Not on this machine")
            assert await h.pull()
            await h.card_with("On this machine")


@asynccontextmanager
async def in_a_thread(running):
    """Start and end what waits for itself, while the editor goes on."""
    address = await asyncio.to_thread(running.__enter__)
    try:
        yield address
    finally:
        await asyncio.to_thread(running.__exit__, None, None, None)
