"""What a person sees at a terminal, and what becomes of what is typed there; the engine is a fake."""

import asyncio
import json
from urllib.parse import parse_qsl

import attrs
import pytest

from support.engines import Says, fake_engine, said
from support.pseudo_terminal import CTRL_C, CTRL_D, at_terminal

A, B = "a" * 12, "b" * 12
DIGEST = f"sha256:{'c' * 64}"
IMAGES = [
    {"Id": f"sha256:{'1' * 64}", "RepoTags": ["app:1", "app:2"], "Size": 12_345_678, "Created": 1},
    {"Id": f"sha256:{'2' * 64}", "RepoTags": [], "Size": 999, "Created": 1},
]


def line(**fields):
    return json.dumps(fields).encode() + b"\n"


def downloading(layer, current, total):
    return line(status="Downloading", id=layer, progressDetail={"current": current, "total": total})


@pytest.fixture
def terminal(offline):
    """Runs the program at a terminal of so many columns, with `engine`."""

    async def run(engine, *arguments, answers=(), columns=80, env=None):
        return await asyncio.to_thread(
            at_terminal,
            [*offline.command, *arguments],
            *answers,
            folder=offline.folder,
            environment={**offline.environment, "DOCKER_HOST": engine.address, **(env or {})},
            columns=columns,
        )

    return run


@pytest.fixture
def piped(offline):
    async def run(engine, *arguments, **options):
        program = attrs.evolve(
            offline, environment={**offline.environment, "DOCKER_HOST": engine.address}
        )
        return await asyncio.to_thread(program, *arguments, **options)

    return run


PULL = (
    line(status="Pulling from library/alpine", id="3"),
    line(status="Pulling fs layer", id=A),
    line(status="Pulling fs layer", id=B),
    downloading(A, 1_000_000, 5_000_000),
    downloading(B, 50, 100),
    line(status="Pull complete", id=A),
    line(status="Pull complete", id=B),
    line(status=f"Digest: {DIGEST}"),
    line(status="Status: Downloaded newer image for alpine:3"),
)
RESULT = [
    f"Digest: {DIGEST}",
    "Status: Downloaded newer image for alpine:3",
    "docker.io/library/alpine:3",
]


@pytest.mark.parametrize("columns", [40, 80])
async def test_a_pull_shows_a_bar_for_each_layer_and_one_for_all(terminal, columns):
    async with fake_engine({"POST /images/create": Says(PULL)}) as engine:
        shown = await terminal(engine, "pull", "alpine:3", columns=columns)
    assert shown.code == 0
    assert "alpine:3" in shown.text
    assert A in shown.text
    bars = [each for each in shown.lines if "━" in each]
    assert bars
    assert all(len(each.rstrip()) <= columns for each in bars)
    assert shown.lines[-3:] == RESULT


async def test_no_colour_is_shown_to_whoever_wants_none(terminal):
    async with fake_engine({"POST /images/create": Says(PULL)}) as engine:
        shown = await terminal(engine, "pull", "alpine:3", env={"NO_COLOR": "1"})
    assert b"\x1b[3" not in shown.raw


async def test_into_a_pipe_a_pull_prints_a_line_for_each_thing_that_happens(piped):
    async with fake_engine({"POST /images/create": Says(PULL)}) as engine:
        ended = await piped(engine, "pull", "alpine:3")
    assert ended.out.splitlines() == RESULT
    assert ended.err.splitlines() == [
        f"{A}: waiting",
        f"{B}: waiting",
        f"{A}: downloading 5MB",
        f"{B}: downloading 100B",
        f"{A}: done 5MB",
        f"{B}: done 100B",
    ]


async def test_quietly_a_pull_prints_the_name_alone(piped):
    async with fake_engine({"POST /images/create": Says(PULL)}) as engine:
        ended = await piped(engine, "pull", "-q", "alpine:3")
    assert (ended.out, ended.err) == ("docker.io/library/alpine:3\n", "")


async def test_an_interrupted_pull_stops_the_engine_too(terminal):
    begun = Says(PULL[:4], hangs=True)
    async with fake_engine({"POST /images/create": begun}) as engine:
        shown = await terminal(engine, "pull", "alpine:3", answers=[("downloading", CTRL_C)])
        async with asyncio.timeout(10):
            await engine.left.wait()
    assert shown.code == 130
    assert "Traceback" not in shown.text


async def test_of_several_one_that_fails_is_said_and_the_others_are_pulled(piped):
    async with fake_engine({"POST /images/create": Says(PULL)}) as engine:
        ended = await piped(engine, "pull", "-q", "alpine:3", "busybox")
        assert ended.out.count("\n") == 2
    refused = Says((b'{"message":"manifest for x not found"}',), status=404)
    async with fake_engine({"POST /images/create": refused}) as engine:
        ended = await piped(engine, "pull", "x", "y", code=1)
        assert ended.err.count("manifest for x not found") == 2
        assert [each.partition("?")[2] for each in engine.asked if "create" in each] == [
            "fromImage=docker.io%2Flibrary%2Fx&tag=latest",
            "fromImage=docker.io%2Flibrary%2Fy&tag=latest",
        ]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Says(PULL[:4], dies=True), "the connection broke off"),
        (
            Says((line(errorDetail={"message": "write /x: no space left on device"}),)),
            "its disk is full",
        ),
        (Says((line(error="toomanyrequests: Rate exceeded"),)), "toomanyrequests: Rate exceeded"),
        (Says((b"<html>",)), "cannot be read"),
        (Says((b'{"message":"bad parameter"}',), status=400), "could not pull alpine:3: bad param"),
        (Says((), status=500, dies=True), "no engine at"),
    ],
)
async def test_a_pull_that_fails_says_why_in_one_line(piped, answer, said):
    async with fake_engine({"POST /images/create": answer}) as engine:
        ended = await piped(engine, "pull", "alpine:3", code=1)
    told = [each for each in ended.err.splitlines() if each.startswith("tagwise: ")]
    assert len(told) == 1
    assert said in told[0]
    assert ended.out == ""


@pytest.mark.parametrize(
    "name",
    [
        f"registry.example.com:5000/a/b_c/d__e/f-g--h.i:V1.2_3-x@sha256:{'0' * 64}",
        "localhost:5000/a:x",
        "[::1]:5000/a/b:1",
        "EXAMPLE.com/a",
    ],
)
async def test_a_name_with_everything_in_it_reaches_the_engine(piped, name):
    async with fake_engine({"POST /images/create": Says(PULL)}) as engine:
        ended = await piped(engine, "pull", "-q", name)
        (asked,) = [each for each in engine.asked if "create" in each]
    given = dict(parse_qsl(asked.partition("?")[2]))
    assert ended.out.strip().startswith(given["fromImage"])
    assert given["tag"] in name or given["tag"] == "latest"


async def test_a_platform_and_all_tags_are_asked_of_the_engine(piped):
    answers = {"POST /images/create": Says(PULL), "GET /version": said({"Version": "27.0"})}
    async with fake_engine(answers) as engine:
        await piped(engine, "pull", "alpine:3", "--platform", "linux/arm64")
        await piped(engine, "pull", "alpine", "--all-tags")
        created = [each for each in engine.asked if "create" in each]
    assert created[0].endswith(
        "fromImage=docker.io%2Flibrary%2Falpine&tag=3&platform=linux%2Farm64"
    )
    assert created[1].endswith("fromImage=docker.io%2Flibrary%2Falpine")


def removing():
    return {
        "GET /images/json": said(IMAGES),
        "GET /containers/json": said([]),
        "GET /images/app:1/json": said({"Id": IMAGES[0]["Id"], "RepoTags": ["app:1", "app:2"]}),
        "GET /images/app:2/json": said({"Id": IMAGES[0]["Id"], "RepoTags": ["app:2"]}),
        f"GET /images/{IMAGES[1]['Id']}/json": said({"Id": IMAGES[1]["Id"]}),
        "DELETE /images/app:1": said([{"Untagged": "app:1"}]),
        "DELETE /images/app:2": said([{"Untagged": "app:2"}, {"Deleted": IMAGES[0]["Id"]}]),
        f"DELETE /images/{IMAGES[1]['Id']}": said([{"Deleted": IMAGES[1]["Id"]}]),
        "POST /images/prune": said({"ImagesDeleted": [{"Deleted": "x"}], "SpaceReclaimed": 999}),
    }


@pytest.mark.parametrize(("keys", "code"), [(b"n\n", 1), (b"\n", 1), (CTRL_D, 1), (CTRL_C, 130)])
@pytest.mark.parametrize(
    ("command", "question"),
    [
        (("rm", "--all"), "Remove these 2 images? [y/N]"),
        (("prune",), "Remove these 2 images? This frees at most 12.3MB. [y/N]"),
    ],
)
async def test_nothing_goes_without_a_yes(terminal, command, question, keys, code):
    async with fake_engine(removing()) as engine:
        shown = await terminal(engine, *command, answers=[("[y/N]", keys)])
        asked = [each for each in engine.asked if not each.startswith("GET ")]
    assert question in shown.text
    assert "app" in shown.text
    assert shown.code == code
    assert "Traceback" not in shown.text
    assert asked == []
    assert ("nothing was removed" in shown.text) is (code == 1)


async def test_what_is_confirmed_goes(terminal):
    async with fake_engine(removing()) as engine:
        shown = await terminal(engine, "rm", "--all", answers=[("[y/N]", b"y\n")])
        assert shown.code == 0
        assert shown.text.count("Untagged: ") == 2
        assert shown.text.count("Deleted: ") == 2
        pruned = await terminal(engine, "prune", answers=[("[y/N]", b"YES\n")])
        assert pruned.code == 0
        assert "Total reclaimed space: 999B" in pruned.text


@pytest.mark.parametrize("options", [(), ("--all",)])
async def test_a_prune_tells_of_what_goes_and_counts_shared_layers_as_kept(terminal, options):
    shared = [{**each, "SharedSize": 345_678 if each["RepoTags"] else 9} for each in IMAGES]
    used = {"Id": "c" * 64, "Names": ["/web"], "ImageID": IMAGES[1]["Id"]}
    answers = removing() | {
        "GET /images/json": said(shared),
        "GET /containers/json": said([used]),
    }
    async with fake_engine(answers) as engine:
        shown = await terminal(engine, "prune", *options, answers=[("[y/N]", b"n\n")])
        assert any("shared-size=1" in each for each in engine.asked)
    assert "Remove this image? This frees at least 12MB. [y/N]" in shown.text
    assert IMAGES[1]["Id"] not in shown.text


async def test_where_nobody_can_be_asked_only_a_yes_beforehand_counts(piped):
    async with fake_engine(removing()) as engine:
        for command in (("rm", "--all"), ("prune",)):
            ended = await piped(engine, *command, code=2)
            assert "say --yes" in ended.err
        assert not [each for each in engine.asked if not each.startswith("GET ")]
        ended = await piped(engine, "prune", "--yes")
        assert ended.out.endswith("Total reclaimed space: 999B\n")


HISTORY = [
    {"Id": IMAGES[0]["Id"], "Created": 2, "CreatedBy": f"RUN {'long ' * 40}", "Size": 300},
    {"Id": "<missing>", "Created": 1, "CreatedBy": "ADD rootfs /", "Size": 12_000_000},
]
DETAILS = {
    **IMAGES[0],
    "Os": "linux",
    "Architecture": "amd64",
    "RootFS": {"Layers": [f"sha256:{'8' * 64}", f"sha256:{'9' * 64}"]},
}
TREE = {
    "GET /images/json": said(IMAGES[:1]),
    f"GET /images/{IMAGES[0]['Id']}/json": said(DETAILS),
    f"GET /images/{IMAGES[0]['Id']}/history": said(HISTORY),
    "GET /images/app:1/json": said(DETAILS),
    "GET /images/app:1/history": said(HISTORY),
}


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize("command", [("images", "--tree"), ("layers", "app:1")])
async def test_only_the_last_column_is_cut_to_the_terminals_width(
    terminal, piped, command, columns
):
    async with fake_engine(TREE) as engine:
        shown = await terminal(engine, *command, columns=columns)
        whole = await piped(engine, *command)
    (cut,) = [each for each in shown.lines if "RUN long" in each]
    (uncut,) = [each for each in whole.out.splitlines() if "RUN long" in each]
    assert cut.endswith("…")
    assert len(cut) <= max(columns, uncut.index("RUN") + 20)
    assert uncut.startswith(cut[:-1])
    assert uncut.endswith("long")


async def test_the_tree_of_an_image(piped):
    async with fake_engine(TREE) as engine:
        ended = await piped(engine, "images", "--tree")
    lines = [each.split() for each in ended.out.splitlines()]
    assert lines[:4] == [
        ["IMAGE", "ID", "SIZE", "MADE", "BY"],
        ["app:1", "1" * 12, "12.3MB"],
        ["app:2"],
        ["└─", "linux/amd64", "1" * 12, "12.3MB"],
    ]
    assert lines[4][:5] == ["├─", "layer", "9" * 12, "300B", "RUN"]
    assert lines[5] == ["└─", "layer", "8" * 12, "12MB", "ADD", "rootfs", "/"]


async def test_several_platforms_of_containerds_store(piped):
    def manifest(digit, architecture, *, here):
        return {
            "ID": f"sha256:{digit * 64}",
            "Kind": "image",
            "Available": here,
            "Size": {"Total": 5_000},
            "ImageData": {"Platform": {"os": "linux", "architecture": architecture}},
        }

    manifests = [manifest("4", "amd64", here=True), manifest("5", "arm64", here=False)]
    manifests.append({"ID": f"sha256:{'6' * 64}", "Kind": "attestation", "Available": True})
    answers = {**TREE, "GET /images/json": said([{**IMAGES[0], "Manifests": manifests}])}
    async with fake_engine(answers, api="1.49") as engine:
        ended = await piped(engine, "images", "--tree")
        asked = [each for each in engine.asked if "history" in each]
    lines = [each.split() for each in ended.out.splitlines()]
    assert ["├─", "linux/amd64", "4" * 12, "5kB"] in lines
    assert lines[-1] == ["└─", "linux/arm64", "5" * 12, "-", "not", "here"]
    assert "%22architecture%22%3A+%22amd64%22" in asked[0]


async def test_platforms_are_the_registrys_with_those_here_marked(program, piped):
    facts = json.loads(program("inspect", "alpine:3.22", "--format", "json", "--all-platforms").out)
    index, first = facts["digest"], facts["platforms"][0]["digest"]
    here = {
        "Id": index,
        "RepoTags": ["alpine:3.22"],
        "Manifests": [{"ID": first, "Kind": "image", "Available": True, "ImageData": {}}],
    }
    async with fake_engine({"GET /images/json": said([here])}, api="1.47") as engine:
        env = {**program.environment, "DOCKER_HOST": engine.address}
        run = attrs.evolve(program, environment=env)
        ended = await asyncio.to_thread(run, "images", "alpine:3.22", "--platforms")
        rows = [each.split() for each in ended.out.splitlines()]
        assert rows[0] == ["PLATFORM", "DIGEST", "SIZE", "LAYERS", "HERE"]
        table = rows[1 : 1 + len(facts["platforms"])]
        assert {row[0]: row[-1] for row in table} == {
            each["platform"]: "yes" if each["digest"] == first else "no"
            for each in facts["platforms"]
        }
        assert f"alpine:3.22: {index}, an index of" in ended.out
        form = ("--no-trunc", "--format", "{{.Platform}} {{.Digest}}")
        whole = await asyncio.to_thread(run, "images", "alpine:3.22", "--platforms", *form)
        assert whole.out.splitlines() == [
            f"{each['platform']} {each['digest']}" for each in facts["platforms"]
        ]


def test_platforms_are_told_without_an_engine_too(program):
    ended = program(
        "images", "alpine:3.22", "--platforms", env={"DOCKER_HOST": "unix:///nowhere/x.sock"}
    )
    assert "no engine at unix:///nowhere/x.sock" in ended.err
    assert "linux/amd64" in ended.out
    assert "N/A" in ended.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--platforms",), "takes one image"),
        (("a", "--platforms", "--tree"), "exclude each other"),
        (("--tree", "-q"), "--quiet says nothing beside --tree"),
        (("--tree", "--format", "json"), "--format says nothing beside --tree"),
    ],
)
def test_wrong_usage(offline, arguments, said):
    assert said in offline("images", *arguments, code=2).error
