"""Code actions that the engine does, cards that say what is here, and news of it, over stdio."""

import asyncio
import json
from contextlib import asynccontextmanager
from hashlib import sha256

import attrs
import pytest
from lsprotocol import types

from support.editor import DID_CHANGE_IMAGES, PATIENCE
from support.engines import fake_engine, said, socket_path
from support.scripted_engine import ScriptedEngine, container, image
from tagwise.lsp import commands
from tagwise.lsp.methods import create_server

PYTHON = "sha256:" + "1" * 64
DIGEST, OTHER = "sha256:" + "d" * 64, "sha256:" + "e" * 64
TEXT = f"FROM python:3.12\nFROM --platform=linux/arm64 alpine:3.20@{DIGEST}\n"
RICH = {"client": {"commandLinks": True}}


@attrs.define
class Here:
    ed: object
    script: ScriptedEngine
    engine: object

    async def titles(self, at, **options):
        actions = await self.ed.actions("Dockerfile", at, **options)
        return [each.title for each in actions if getattr(each, "kind", "") == "tagwise.engine"]

    async def until(self, at, part):
        """Wait until the card of what stands there says something; give the card."""
        async with asyncio.timeout(PATIENCE):
            while True:
                shown = await self.ed.shown("Dockerfile", at)
                if part in shown:
                    return shown
                await asyncio.sleep(0.05)


@pytest.fixture
def here(edit):
    @asynccontextmanager
    async def start(*images, containers=(), **abilities):
        script = ScriptedEngine()
        script.has(*images, containers=containers)
        async with (
            fake_engine(script.answers, decides=script.answer) as engine,
            edit(variables={"DOCKER_HOST": engine.address}, **abilities) as ed,
        ):
            ed.open("Dockerfile", TEXT)
            yield Here(ed, script, engine)

    return start


async def test_what_can_be_done_about_an_image_that_is_here(here):
    async with here(image(PYTHON, "python:3.12")) as h:
        await h.until(6, "On this machine")
        assert await h.titles(6) == [
            "Pull python:3.12 again",
            "Remove python:3.12 from this machine…",
            "Inspect python:3.12 on this machine",
            "Show the layers of python:3.12",
            "Compose the docker buildx line that builds this",
        ]
        assert await h.titles(6, only=["refactor"]) == []
        assert await h.titles(6, only=["source.fixAll"]) == []
        assert len(await h.titles(6, only=["tagwise"])) == 5


async def test_what_can_be_done_about_one_that_is_not(here):
    async with here() as h:
        await h.until(6, "Not on this machine")
        assert await h.titles(TEXT.index("alpine")) == [
            "Pull alpine for linux/arm64",
            "Show the layers of alpine",
        ]


async def test_an_image_that_came_by_digest_can_be_called_by_its_tag(here):
    async with here(image(PYTHON, digests=[f"alpine@{DIGEST}"])) as h:
        at = TEXT.index("alpine")
        await h.until(at, "On this machine")
        h.script.answers[f"POST /images/alpine@{DIGEST}/tag"] = said({}, status=201)
        action = await h.ed.action(
            "Call the image on this machine alpine:3.20, too", "Dockerfile", at
        )
        assert await h.ed.execute(action.command) == "alpine:3.20"


async def test_an_editor_that_cannot_ask_is_not_offered_to_remove(here):
    async with here(image(PYTHON, "python:3.12"), asks_person=False) as h:
        await h.until(6, "On this machine")
        assert not [each for each in await h.titles(6) if "Remove" in each]


async def test_pulling_by_code_action(here):
    async with here() as h:
        h.script.pulls_at_once(OTHER)
        action = await h.ed.action("Pull python:3.12", "Dockerfile", 6)
        assert (await h.ed.execute(action.command))["digest"] == OTHER
        assert f"Tagwise: python:3.12 is pulled: {OTHER}" in h.ed.messages


async def test_layers_and_details_are_shown_where_an_editor_draws_nothing(here):
    async with here(image(PYTHON, "python:3.12")) as h:
        await h.until(6, "On this machine")
        h.script.answers["GET /images/python:3.12/history"] = said([])
        for title in ("Show the layers", "Inspect"):
            action = await h.ed.action(title, "Dockerfile", 6)
            assert await h.ed.execute(action.command)
        assert len(h.ed.messages) == 2


async def test_a_rich_client_shows_layers_itself(here):
    async with here(options=RICH) as h:
        action = await h.ed.action("Show the layers", "Dockerfile", 6)
        assert action.command.command == "tagwise.showLayers"


async def test_an_editor_without_action_literals_gets_commands(here):
    async with here(literals=False) as h:
        found = await h.ed.actions("Dockerfile", 6)
        (pull,) = [each for each in found if each.command == commands.PULL]
        assert isinstance(pull, types.Command)


async def test_a_card_says_what_is_here(here):
    used = [container("web", PYTHON, state="running")]
    async with here(
        image(PYTHON, "python:3.12", digests=[f"python@{OTHER}"]), containers=used
    ) as h:
        shown = await h.until(6, "pulled")
        line = next(each for each in shown.splitlines() if "On this machine" in each)
        assert line.startswith("**On this machine**: 1.0 kB on disk, linux/arm64, pulled ")
        assert line.rstrip().endswith("used by web")


async def test_an_engine_that_never_answers_delays_no_card(here):
    from support.engines import Says

    async with here() as h:
        h.script.answers["GET /version"] = Says((), hangs=True)
        for _ in range(3):
            assert "this machine" not in await h.ed.shown("Dockerfile", 6)


async def test_an_untrusted_workspace_asks_no_engine(here):
    async with here(image(PYTHON, "python:3.12"), options={"trusted": False}) as h:
        await h.ed.shown("Dockerfile", 6)
        await h.titles(6)
        assert h.engine.asked == []
        h.ed.notify("tagwise/didChangeTrust", {"trusted": True})
        await h.until(6, "On this machine")


async def test_the_engine_is_killed_and_comes_back(edit):
    script = ScriptedEngine()
    script.has(image(PYTHON, "python:3.12"))
    with socket_path() as path:
        async with edit(variables={"DOCKER_HOST": f"unix://{path}"}) as ed:
            ed.open("Dockerfile", TEXT)
            async with fake_engine(script.answers, at=path, decides=script.answer) as engine:
                h = Here(ed, script, engine)
                await h.until(6, "On this machine")
            async with asyncio.timeout(PATIENCE):
                while "this machine" in await ed.shown("Dockerfile", 6):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            assert await ed.command(commands.LIST_IMAGES, {}) is None
            assert "nothing listens there: start Docker" in ed.messages[-1]
            again = ScriptedEngine()
            again.has()
            async with fake_engine(again.answers, at=path, decides=again.answer):
                await h.until(6, "Not on this machine")
                assert (await ed.command(commands.LIST_IMAGES, {}))["images"] == []


async def test_an_engine_that_moves_is_found_again(edit, tmp_path):
    meta = tmp_path / "home" / ".docker" / "contexts" / "meta" / sha256(b"mine").hexdigest()
    meta.mkdir(parents=True)

    def is_at(address):
        endpoints = {"docker": {"Host": address}}
        (meta / "meta.json").write_text(json.dumps({"Name": "mine", "Endpoints": endpoints}))

    script = ScriptedEngine()
    script.has(image(PYTHON, "python:3.12"))
    is_at("unix:///nowhere/first.sock")
    async with (
        fake_engine(script.answers, decides=script.answer) as engine,
        edit(
            variables={"DOCKER_HOST": "", "DOCKER_CONTEXT": "mine"}, options={"trusted": False}
        ) as ed,
    ):
        assert await ed.command(commands.LIST_IMAGES, {}) is None
        assert "unix:///nowhere/first.sock, from the docker context 'mine'" in ed.messages[0]
        is_at(engine.address)
        assert len((await ed.command(commands.LIST_IMAGES, {}))["images"]) == 1


async def test_the_engine_dies_in_the_middle_of_a_pull(edit):
    script = ScriptedEngine()
    script.has()
    script.pulls()
    with socket_path() as path:
        async with edit(variables={"DOCKER_HOST": f"unix://{path}"}) as ed:
            ed.open("Dockerfile", TEXT)
            async with fake_engine(script.answers, at=path, decides=script.answer):
                pulling = asyncio.create_task(ed.command(commands.PULL, {"reference": "a/b"}))
                script.downloads("one", 10)
                await ed.progress(types.WorkDoneProgressBegin)
            assert await pulling is None
            assert (
                "the connection broke off" in ed.messages[-1]
                or "nothing listens" in ed.messages[-1]
            )
            await ed.progress(types.WorkDoneProgressEnd)
            assert await ed.actions("Dockerfile", 6)


async def news(editor):
    """Wait until the editor is told that the images here are others."""
    async with asyncio.timeout(PATIENCE):
        while await editor.refreshes.get() != DID_CHANGE_IMAGES:
            pass


async def test_a_rich_client_is_told_when_images_are_others(here):
    async with here(options=RICH) as h:
        assert (await h.ed.command(commands.LIST_IMAGES, {}))["images"] == []
        await news(h.ed)
        h.script.has(image(PYTHON, "python:3.12"))
        h.script.tells("pull")
        await news(h.ed)
        assert len((await h.ed.command(commands.LIST_IMAGES, {}))["images"]) == 1


async def test_the_line_that_builds_a_dockerfile(here):
    async with here() as h:
        uri = h.ed.uri("Dockerfile")
        (h.ed.folder / "Dockerfile").write_text(TEXT)
        asked = {"uri": uri, "platforms": ["linux/amd64", "linux/arm64"], "tags": ["acme/app:1"]}
        line = await h.ed.command(commands.COMPOSE_BUILD_COMMAND, asked)
        assert line == {
            "line": "docker buildx build --platform linux/amd64,linux/arm64 --tag acme/app:1 .",
            "words": [
                *("docker", "buildx", "build", "--platform", "linux/amd64,linux/arm64"),
                *("--tag", "acme/app:1", "."),
            ],
            "folder": str(h.ed.folder),
            "unknown": [],
        }
        action = await h.ed.action("Compose the docker buildx line", "Dockerfile", 6)
        await h.ed.execute(action.command)
        assert h.ed.messages == [f"Tagwise: in {h.ed.folder}:\ndocker buildx build ."]


@pytest.mark.parametrize("answer", ["compose service web", "None of them", None])
async def test_who_builds_it_is_asked_where_several_do(here, answer):
    async with here() as h:
        (h.ed.folder / "Dockerfile").write_text(TEXT)
        (h.ed.folder / "compose.yaml").write_text(
            "services:\n"
            "  api:\n    build: {context: ., args: {A: '1'}}\n"
            "  web:\n    build: {context: ., target: web}\n"
        )
        h.ed.answers = [answer]
        line = await h.ed.command(commands.COMPOSE_BUILD_COMMAND, {"uri": h.ed.uri("Dockerfile")})
        question = await h.ed.questions.get()
        assert [each.title for each in question.actions] == [
            "compose service api",
            "compose service web",
            "None of them",
        ]
        if answer is None:
            assert line is None
        else:
            assert ("--target web" in line["line"]) is (answer == "compose service web")
        named = {"uri": h.ed.uri("Dockerfile"), "builder": "api"}
        assert "A=1" in (await h.ed.command(commands.COMPOSE_BUILD_COMMAND, named))["line"]


async def test_builders_of_one_name_are_told_apart_by_their_files(here):
    def of(target):
        return f"services: {{web: {{build: {{context: ., target: {target}}}}}}}\n"

    async with here() as h:
        (h.ed.folder / "Dockerfile").write_text(TEXT)
        (h.ed.folder / "compose.yaml").write_text(of("one"))
        (h.ed.folder / "docker-compose.prod.yml").write_text(of("two"))
        h.ed.answers = ["compose service web (docker-compose.prod.yml)"]
        asked = {"uri": h.ed.uri("Dockerfile"), "builder": "web"}
        line = await h.ed.command(commands.COMPOSE_BUILD_COMMAND, asked)
        assert "--target two" in line["line"]


async def test_services_that_build_it_alike_are_no_choice(here):
    same = "{build: {context: ., target: web}}"
    async with here() as h:
        (h.ed.folder / "Dockerfile").write_text(TEXT)
        (h.ed.folder / "compose.yaml").write_text(f"services: {{api: {same}, web: {same}}}\n")
        asked = {"uri": h.ed.uri("Dockerfile")}
        line = await h.ed.command(commands.COMPOSE_BUILD_COMMAND, asked)
        assert line["line"] == "docker buildx build --target web ."
        assert await h.ed.command(commands.COMPOSE_BUILD_COMMAND, asked | {"tags": ["a b"]}) is None
        await h.ed.told("at character 2 of 'a b'")


def test_every_command_is_answered():
    server = create_server(Nothing)
    assert {*server.protocol.fm.commands} == {*commands.ARGUMENTS}


class Nothing:
    """A session of which nothing is asked."""
