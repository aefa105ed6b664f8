"""Pulling from an editor: progress, cancelling, and what the person is told."""

import asyncio
import base64
import json
from contextlib import asynccontextmanager

import attrs
import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from support.editor import PATIENCE
from support.engines import Says, fake_engine, said
from support.scripted_engine import ScriptedEngine
from tagwise.lsp.commands import PULL

TEXT = "FROM --platform=linux/arm64 python:3.12-slim AS build\nFROM scratch\n"
DIGEST = "sha256:" + "d" * 64
PULLED = {"reference": "python:3.12-slim", "digest": DIGEST, "wasUpToDate": False}


@attrs.define
class Here:
    ed: object
    script: ScriptedEngine
    engine: object
    uri: str

    @property
    def pulls(self):
        return [each for each in self.engine.asked if each.startswith("POST")]

    @property
    def target(self):
        return {"uri": self.uri, "position": {"line": 0, "character": 35}}

    def start(self, target=None):
        return asyncio.create_task(self.ed.command(PULL, self.target if target is None else target))

    async def until_it_pulls(self):
        """Wait until the engine has been asked and the editor shows it; give the progress."""
        self.script.downloads("one", 100)
        token, _ = await self.ed.progress(types.WorkDoneProgressBegin)
        async with asyncio.timeout(PATIENCE):
            while True:
                if self.pulls:
                    return token
                await asyncio.sleep(0.02)

    def reports(self):
        (reports,) = self.ed.client.progress_reports.values()
        return reports


@pytest.fixture
def here(edit):
    @asynccontextmanager
    async def start(**abilities):
        script = ScriptedEngine()
        script.has()
        script.pulls()
        async with (
            fake_engine(script.answers, decides=script.answer) as engine,
            edit(variables={"DOCKER_HOST": engine.address}, **abilities) as ed,
        ):
            yield Here(ed, script, engine, ed.open("Dockerfile", TEXT))

    return start


async def test_progress_begins_advances_and_ends(here):
    async with here() as h:
        pulling = h.start()
        h.script.says({"status": "Pulling fs layer", "id": "one"})
        _, begin = await h.ed.progress(types.WorkDoneProgressBegin)
        assert (begin.title, begin.cancellable) == ("Pulling python:3.12-slim", True)
        for current in (100, 400, 900):
            h.script.downloads("one", current)
            await asyncio.sleep(0.15)
        h.script.downloads("two", 0, 5000)  # What is known of the whole grows.
        await asyncio.sleep(0.15)
        h.script.ends(DIGEST)
        assert await pulling == PULLED
        await h.ed.progress(types.WorkDoneProgressEnd)
        shown = [each.percentage for each in h.reports()[:-1]]
        assert shown == sorted(shown)
        assert len(shown) >= 3
        assert "900 B of 1.0 kB, 1 layer" in [each.message for each in h.reports()[1:-1]]
        assert f"Tagwise: python:3.12-slim is pulled: {DIGEST}" in h.ed.messages
    (pull,) = h.pulls
    assert "tag=3.12-slim" in pull
    assert "platform=linux%2Farm64" in pull


async def test_what_was_up_to_date_is_told_so(here):
    async with here() as h:
        h.script.ends(DIGEST, up_to_date=True)
        pulled = await h.start({"reference": "ghcr.io/acme/api:1", "platform": "linux/amd64"})
        assert pulled["wasUpToDate"] is True
        assert f"Tagwise: ghcr.io/acme/api:1 was up to date: {DIGEST}" in h.ed.messages


async def test_cancelling_the_progress_stops_the_engine(here):
    async with here() as h:
        pulling = h.start()
        token = await h.until_it_pulls()
        h.ed.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))
        assert await pulling is None
        async with asyncio.timeout(PATIENCE):
            await h.engine.left.wait()
        await h.ed.progress(types.WorkDoneProgressEnd)
        assert not [each for each in h.ed.messages if "pulled" in each]


async def test_cancelling_the_request_stops_the_engine(here):
    async with here() as h:
        params = types.ExecuteCommandParams(PULL, [h.target])
        pulling = h.ed.client.protocol.send_request(
            "workspace/executeCommand", params, msg_id="pull-1"
        )
        await h.until_it_pulls()
        h.ed.client.protocol.notify("$/cancelRequest", types.CancelParams("pull-1"))
        with pytest.raises(JsonRpcException) as refused:
            async with asyncio.timeout(PATIENCE):
                await asyncio.wrap_future(pulling)
        assert refused.value.code == types.LSPErrorCodes.RequestCancelled.value
        async with asyncio.timeout(PATIENCE):
            await h.engine.left.wait()
        await h.ed.progress(types.WorkDoneProgressEnd)


async def test_two_pulls_of_one_image_are_one(here):
    async with here() as h:
        one = h.start()
        h.script.downloads("one", 100)
        token, _ = await h.ed.progress(types.WorkDoneProgressBegin)
        other = h.start({"reference": "docker.io/library/python:3.12-slim", "platform": "arm64"})
        async with asyncio.timeout(PATIENCE):
            while len(h.ed.client.progress_reports) < 2:  # noqa: ASYNC110 - of the client
                await asyncio.sleep(0.02)
        h.ed.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))
        assert await one is None
        h.script.ends(DIGEST)
        assert (await other)["digest"] == DIGEST
        assert len(h.pulls) == 1


async def test_an_editor_that_shows_no_progress_is_told_the_end(here):
    async with here(progress=False) as h:
        h.script.downloads("one", 100)
        h.script.ends(DIGEST)
        assert await h.start() == PULLED
        assert h.ed.client.progress_reports == {}
        assert f"Tagwise: python:3.12-slim is pulled: {DIGEST}" in h.ed.messages


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (
            said({"message": "pull access denied for python"}, status=404),
            "the engine could not pull python:3.12-slim: pull access denied for python",
        ),
        (
            Says((b'{"errorDetail":{"message":"write /x: no space left on device"}}\n',)),
            "its disk is full",
        ),
        (Says((b'{"status":"Downloading","id":"a"}\n',), dies=True), "the connection broke off"),
    ],
)
async def test_a_pull_that_fails_is_told_and_the_server_goes_on(here, answer, told):
    async with here() as h:
        h.script.answers["POST /images/create"] = answer
        assert await h.start() is None
        assert [told in each for each in h.ed.messages] == [True]
        assert "Tagwise: " in h.ed.messages[0]
        assert await h.ed.actions("Dockerfile", 35)


async def test_no_engine_is_told_with_what_to_start(edit):
    async with edit() as ed:
        assert await ed.command(PULL, {"reference": "python:3.12"}) is None
        assert "nothing listens there: start Docker" in ed.messages[0]


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ({}, "no image is named"),
        ({"uri": "file:///nowhere/Dockerfile", "occurrence": "x"}, "is not open in the editor"),
        ({"reference": "Python:3"}, "must be lowercase"),
        ({"reference": "python", "platform": "a/b/c/d"}, "platform"),
        ({"position": {"line": 1, "character": 6}}, "scratch"),
        ({"position": {"line": 0, "character": 0}}, "no image is named in line 1"),
        ({"occurrence": "nonsense"}, "has changed in the document meanwhile"),
        ({"reference": "a\u202eb`[x](command:y)\n<img>"}, "cannot stand in a repository name"),
    ],
)
async def test_what_is_no_image_is_told(here, target, told):
    async with here() as h:
        if "position" in target or target.get("occurrence") == "nonsense":
            target = {"uri": h.uri, **target}
        assert await h.start(target) is None
        assert told in h.ed.messages[0]
        assert h.pulls == []


async def test_offline_nothing_is_pulled(here):
    async with here(options={"offline": True}) as h:
        assert await h.start() is None
        assert "the setting `offline`" in h.ed.messages[0]
        assert h.pulls == []


async def test_an_untrusted_workspace_asks_the_engine_by_command_alone(here):
    async with here(options={"trusted": False}) as h:
        await h.ed.shown("Dockerfile", 35)
        assert h.engine.asked == []
        h.script.ends(DIGEST)
        assert await h.start() == PULLED


@pytest.mark.parametrize("trusted", [True, False])
async def test_credentials_go_along_where_the_workspace_is_trusted(here, tmp_path, trusted):
    login = base64.b64encode(b"ann:secret").decode()
    config = tmp_path / "home" / ".docker" / "config.json"
    config.parent.mkdir(parents=True)
    config.write_text(json.dumps({"auths": {"r.example": {"auth": login}}}))
    async with here(options={"trusted": trusted}) as h:
        h.script.ends(DIGEST)
        await h.start({"reference": "r.example/acme/api:1"})
        sent = [each["x-registry-auth"] for each in h.engine.headers if "x-registry-auth" in each]
        assert len(sent) == int(trusted)
        for each in sent:
            told = json.loads(base64.urlsafe_b64decode(each))
            assert (told["username"], told["serveraddress"]) == ("ann", "r.example")
