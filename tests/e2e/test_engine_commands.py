"""What an editor has the engine do besides pulling: what is asked first, and what is answered."""

import asyncio
from contextlib import asynccontextmanager

import attrs
import pytest

from support.editor import DID_CHANGE_IMAGES
from support.engines import Says, fake_engine, said
from support.scripted_engine import ScriptedEngine, container, image
from tagwise.lsp import commands

PYTHON, OTHER, NAMELESS = ("sha256:" + digit * 64 for digit in "123")
DIGEST = "sha256:" + "d" * 64
TEXT = "FROM python:3.12\nFROM ghcr.io/acme/api:1\n"
HERE = {"position": {"line": 0, "character": 6}}


@attrs.define
class Here:
    ed: object
    script: ScriptedEngine
    engine: object
    uri: str

    @property
    def changes(self):
        return [each for each in self.engine.asked if not each.startswith("GET")]

    async def question(self):
        return (await self.ed.questions.get()).message

    async def remove(self, target=HERE):
        target = {"uri": self.uri, **target} if "position" in target else target
        return await self.ed.command(commands.REMOVE, target)


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
            yield Here(ed, script, engine, ed.open("Dockerfile", TEXT))

    return start


async def test_the_last_name_goes_with_its_image(here):
    async with here(image(PYTHON, "python:3.12", digests=[f"python@{DIGEST}"])) as h:
        h.script.answers["DELETE /images/python:3.12"] = said(
            [{"Untagged": "python:3.12"}, {"Deleted": PYTHON}]
        )
        h.ed.answers = ["Remove"]
        assert await h.remove() == {"untagged": ["python:3.12"], "deleted": [PYTHON], "freed": None}
        assert await h.question() == (
            "Tagwise: Remove python:3.12 from this machine? It is the last name of the image"
            " 111111111111, 1.0 kB on disk at most, which goes, too."
        )
        assert h.ed.messages == ["Tagwise: python:3.12 is removed"]
        assert [each.partition("?")[0] for each in h.changes] == [
            "DELETE /v1.43/images/python:3.12"
        ]


async def test_a_name_of_several_leaves_the_image(here):
    async with here(image(PYTHON, "python:3.12", "app:dev")) as h:
        h.script.answers["DELETE /images/python:3.12"] = said([{"Untagged": "python:3.12"}])
        h.ed.answers = ["Remove"]
        await h.remove()
        assert await h.question() == (
            "Tagwise: Remove the name python:3.12? The image stays, as app:dev."
        )
        assert h.ed.messages == ["Tagwise: python:3.12 is removed; the image stays, as app:dev"]


async def test_by_id_every_name_goes_and_nothing_is_forced(here):
    async with here(image(PYTHON, "python:3.12", "r.io/app:dev")) as h:
        h.script.answers |= {
            "GET /images/111111111111/json": h.script.answers[f"GET /images/{PYTHON}/json"],
            "DELETE /images/python:3.12": said([{"Untagged": "python:3.12"}]),
            "DELETE /images/r.io/app:dev": said([{"Untagged": "r.io/app:dev"}, {"Deleted": "x"}]),
        }
        h.ed.answers = ["Remove"]
        done = await h.remove({"reference": "111111111111"})
        assert done["untagged"] == ["python:3.12", "r.io/app:dev"]
        assert "Remove python:3.12, r.io/app:dev from this machine?" in await h.question()
        assert not [each for each in h.changes if "force" in each]


@pytest.mark.parametrize("answer", [None, "Keep"])
async def test_who_does_not_say_yes_keeps_it(here, answer):
    async with here(image(PYTHON, "python:3.12")) as h:
        h.ed.answers = [answer]
        assert await h.remove() is None
        assert h.changes == []
        assert h.ed.messages == []


async def test_an_image_that_runs_is_refused_without_asking(here):
    running = [container("web", PYTHON, state="running"), container("job", PYTHON)]
    async with here(image(PYTHON, "python:3.12"), containers=running) as h:
        assert await h.remove() is None
        assert h.ed.questions.empty()
        assert h.changes == []
        assert h.ed.messages == [
            (
                "Tagwise: python:3.12 stays: running containers use it (web);"
                " stop and remove them first"
            )
        ]


async def test_nothing_in_a_message_is_a_link_or_hides_what_is_said(here):
    """VS Code makes links of what is written as Markdown writes them, commands included."""
    evil = "[web](command:workbench.action.quit)\x1b[31m\u202e"
    async with here(
        image(PYTHON, "python:3.12"), containers=[container(evil, PYTHON, state="running")]
    ) as h:
        assert await h.remove() is None
        (told,) = h.ed.messages
        assert "[web] (command:" in told
        assert told.isprintable()
        stopped = [container(evil, PYTHON)]
        h.script.has(image(PYTHON, "python:3.12"), containers=stopped)
        h.ed.answers = [None]
        assert await h.remove() is None
        assert "](" not in await h.question()


IN_USE = "conflict: unable to delete 111 ({}) - container abc is using its referenced image 111"


@pytest.mark.parametrize("answer", ["Remove anyway", "Keep", None])
async def test_force_is_offered_where_it_helps_and_never_taken(here, answer):
    stopped = [container("job", PYTHON)]
    async with here(image(PYTHON, "python:3.12"), containers=stopped) as h:
        refused = said({"message": IN_USE.format("must be forced")}, status=409)
        h.script.answers["DELETE /images/python:3.12"] = refused
        h.script.forced["DELETE /images/python:3.12"] = said([{"Untagged": "python:3.12"}])
        h.ed.answers = ["Remove", answer]
        done = await h.remove()
        await h.question()
        assert "containers that do not run (job)" in await h.question()
        forced = [each for each in h.changes if "force=1" in each]
        assert (len(forced), done is not None) == (
            (1, True) if answer == "Remove anyway" else (0, False)
        )


async def test_force_is_not_offered_where_it_does_not_help(here):
    async with here(image(PYTHON, "python:3.12"), containers=[container("job", PYTHON)]) as h:
        refused = said({"message": IN_USE.format("cannot be forced")}, status=409)
        h.script.answers["DELETE /images/python:3.12"] = refused
        h.ed.answers = ["Remove", "Remove anyway"]
        assert await h.remove() is None
        assert h.ed.questions.qsize() == 1
        assert "used by job" in h.ed.messages[0]


async def test_an_editor_that_cannot_ask_says_so(here):
    async with here(image(PYTHON, "python:3.12"), asks_person=False) as h:
        assert await h.remove() is None
        assert h.changes == []
        assert "This editor cannot ask you: use `tagwise rm python:3.12`" in h.ed.messages[0]


async def test_what_is_not_here_is_told(here):
    async with here() as h:
        missing = said(
            {"message": "no such image: python:3.12: No such image: python:3.12"}, status=404
        )
        h.script.answers["GET /images/python:3.12/json"] = missing
        assert await h.remove() is None
        assert h.ed.messages == ["Tagwise: No such image: python:3.12"]


@pytest.mark.parametrize("name", ["../../containers/x", "..", "a/../../b", "A", "a b", "\u202ea"])
async def test_a_name_that_leads_elsewhere_asks_nothing(here, name):
    async with here() as h:
        assert await h.remove({"reference": name}) is None
        assert h.engine.asked == []
        assert len(h.ed.messages) == 1


async def test_pruning_asks_with_the_space_it_frees(here):
    nameless = image(NAMELESS, size=5_000_000) | {"SharedSize": 2_000_000}
    used = image(OTHER, size=7) | {"SharedSize": 0}
    async with here(nameless, used, containers=[container("job", OTHER)]) as h:
        h.script.answers["POST /images/prune"] = said(
            {"ImagesDeleted": [{"Deleted": NAMELESS}], "SpaceReclaimed": 3_100_000}
        )
        h.ed.answers = ["Remove"]
        done = await h.ed.command(commands.PRUNE)
        assert done == {"untagged": [], "deleted": [NAMELESS], "freed": 3_100_000}
        assert await h.question() == (
            "Tagwise: Remove 1 image without a name? This frees at least 3.0 MB."
        )
        assert h.ed.messages == ["Tagwise: 3.1 MB freed"]
        h.ed.answers = ["Keep"]
        assert await h.ed.command(commands.PRUNE, {"unused": True}) is None
        assert "that no container uses" in await h.question()
        assert len(h.changes) == 1


@pytest.mark.parametrize("command", [commands.PRUNE, commands.REMOVE])
async def test_an_engine_found_anew_while_somebody_reads_the_question(here, command):
    async with here(image(PYTHON, "python:3.12")) as h:
        h.script.answers["GET /images/ghcr.io/acme/api:1/json"] = Says((b"{",), dies=True)
        gone = said([{"Untagged": "python:3.12"}])
        h.script.answers["DELETE /images/python:3.12"] = gone
        h.script.answers["POST /images/prune"] = said({"ImagesDeleted": [{"Untagged": "x"}]})
        h.ed.answers = ["Remove"]
        h.ed.decided.clear()
        task = asyncio.create_task(h.ed.command(command, {"reference": "python:3.12"}))
        await h.question()
        assert (
            await h.ed.command(commands.INSPECT_IMAGE, {"reference": "ghcr.io/acme/api:1"}) is None
        )
        assert "the connection broke off" in h.ed.messages[-1]
        h.ed.decided.set()
        assert (await task)["untagged"]
        assert len(h.changes) == 1


async def test_nothing_to_prune_is_told(here):
    async with here() as h:
        assert (await h.ed.command(commands.PRUNE, {}))["freed"] == 0
        assert h.ed.messages == ["Tagwise: there are no images to remove"]


async def test_the_images_as_rows(here):
    listed = [
        image(PYTHON, "python:3.12", "app:dev", digests=[f"python@{DIGEST}"]),
        image(NAMELESS),
        image(OTHER, digests=[f"r.io/x@{DIGEST}"]),
    ]
    async with here(*listed, containers=[container("web", PYTHON, state="running")]) as h:
        answer = await h.ed.command(commands.LIST_IMAGES, {"filters": ["reference=*", "label=a=b"]})
        assert answer["engine"] == "Docker"
        rows = answer["images"]
        assert [(each["reference"], each["repository"], each["tag"]) for each in rows] == [
            ("python:3.12", "python", "3.12"),
            ("app:dev", "app", "dev"),
            (NAMELESS, None, None),
            (OTHER, "r.io/x", None),
        ]
        assert rows[0] == {
            "reference": "python:3.12",
            "repository": "python",
            "tag": "3.12",
            "id": PYTHON,
            "digests": [DIGEST],
            "created": "2023-11-14T22:13:20+00:00",
            "size": 1000,
            "sharedSize": None,
            "containers": [{"name": "web", "state": "running"}],
            "platforms": [],
            "isDangling": False,
            "behind": None,
        }
        (asked,) = [each for each in h.engine.asked if "/images/json" in each]
        assert "reference" in asked
        assert "a%3Db" in asked
        assert await h.ed.command(commands.LIST_IMAGES, {"filters": ["dangling"]}) is None
        assert h.ed.messages == ["Tagwise: a filter is written NAME=VALUE, not 'dangling'"]


async def test_an_image_is_inspected(here):
    async with here(
        image(PYTHON, "python:3.12"), containers=[container("web", PYTHON, state="running")]
    ) as h:
        target = {"uri": h.uri, **HERE}
        found = await h.ed.command(commands.INSPECT_IMAGE, target)
        assert found["platform"] == "linux/arm64"
        assert found["pulled"] == "2026-01-02T03:04:05.678901+00:00"
        assert found["config"]["command"] == []
        assert found["containers"] == [{"name": "web", "state": "running"}]
        assert h.ed.messages == []
        await h.ed.command(commands.INSPECT_IMAGE, target | {"show": True})
        assert "used by web (running)" in h.ed.messages[0]


async def test_layers_of_a_local_image(here):
    async with here(image(PYTHON, "python:3.12")) as h:
        step = {
            "Id": PYTHON,
            "Created": 5,
            "CreatedBy": "/bin/sh -c make",
            "Size": 7,
            "Comment": "",
        }
        h.script.answers["GET /images/python:3.12/history"] = said([step])
        found = await h.ed.command(commands.LAYERS, {"uri": h.uri, **HERE, "show": True})
        assert (found["source"], found["size"], found["base"]) == ("engine", 7, None)
        assert [each["instruction"] for each in found["layers"]] == ["RUN make"]
        assert "RUN make" in h.ed.messages[0]


async def test_layers_of_an_image_in_a_registry(edit, world):
    async with edit() as ed:
        uri = ed.open("Dockerfile", f"FROM {world.name}:1.0\n")
        target = {"uri": uri, "position": {"line": 0, "character": 6}}
        found = await ed.command(commands.LAYERS, target)
        assert found["source"] == "registry"
        assert found["platform"].startswith("linux/")
        assert len(found["layers"]) >= 1
        assert await ed.command(commands.LAYERS, target | {"platform": "linux/s390x"}) is None
        assert "s390x" in ed.messages[0]


async def test_an_image_gets_one_more_name(here):
    async with here(image(PYTHON, "python:3.12")) as h:
        h.script.answers["POST /images/python:3.12/tag"] = said({}, status=201)
        target = {"uri": h.uri, **HERE}
        tag = {"target": target, "name": "acme/app"}
        assert await h.ed.command(commands.TAG_IMAGE, tag) == "acme/app:latest"
        assert h.ed.messages == ["Tagwise: python:3.12 is called acme/app:latest, too"]
        pinned = {"target": target, "name": f"acme/app@{DIGEST}"}
        assert await h.ed.command(commands.TAG_IMAGE, pinned) is None
        assert "a new name has no digest" in h.ed.messages[1]


async def test_all_images_of_a_document_under_one_progress(here):
    async with here() as h:
        h.script.pulls_at_once(DIGEST)
        h.script.answers_pull["ghcr.io/acme/api"] = said({"message": "denied"}, status=500)
        done = await h.ed.command(commands.PULL_ALL, {"uri": h.uri})
        assert [each["reference"] for each in done["pulled"]] == ["python:3.12"]
        assert done["failed"] == ["the engine could not pull ghcr.io/acme/api:1: denied"]
        assert done["wasCancelled"] is False
        assert h.ed.messages == [
            (
                "Tagwise: 1 image pulled; 1 failed: the engine could not pull"
                " ghcr.io/acme/api:1: denied"
            )
        ]
        assert len(h.ed.client.progress_reports) <= 1


async def test_all_images_of_the_workspace(here):
    async with here() as h:
        h.script.pulls_at_once(DIGEST)
        (h.ed.folder / "api").mkdir()
        (h.ed.folder / "api" / "compose.yaml").write_text(
            "services:\n  db:\n    image: postgres:17\n  web:\n    image: python:3.12\n"
        )
        done = await h.ed.command(commands.PULL_ALL, {})
        names = sorted(each["reference"] for each in done["pulled"])
        assert names == ["ghcr.io/acme/api:1", "postgres:17", "python:3.12"]
        assert len([each for each in h.changes if "python" in each]) == 1


async def test_a_document_without_images_has_nothing_to_pull(here):
    async with here() as h:
        uri = h.ed.open("empty/Dockerfile", "FROM scratch\n")
        assert (await h.ed.command(commands.PULL_ALL, {"uri": uri}))["pulled"] == []
        assert h.ed.messages == ["Tagwise: there are no images to pull"]


async def test_who_draws_the_images_is_told_when_they_change(edit):
    """A client that says nothing of drawing is not, though it lists them."""
    script = ScriptedEngine()
    script.has(image(PYTHON, "python:3.12"))
    async with fake_engine(script.answers, decides=script.answer) as engine:
        variables = {"DOCKER_HOST": engine.address}
        rich = {"client": {"commandLinks": True, "svg": True}}
        async with edit(variables=variables, options=rich) as ed:
            assert len((await ed.command(commands.LIST_IMAGES, {}))["images"]) == 1
            assert await ed.refreshes.get() == DID_CHANGE_IMAGES
            script.has(image(PYTHON, "python:3.12"), image(OTHER, "redis:8"))
            script.tells("pull")
            assert await ed.refreshes.get() == DID_CHANGE_IMAGES
            assert len((await ed.command(commands.LIST_IMAGES, {}))["images"]) == 2
        async with edit(variables=variables) as ed:
            await ed.command(commands.LIST_IMAGES, {})
            script.tells("untag")
            await ed.command(commands.LIST_IMAGES, {})
        assert ed.refreshes.empty()
