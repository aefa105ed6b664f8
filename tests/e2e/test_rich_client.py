"""Clients that show more than the protocol knows of: links that act, and pictures."""

import base64
import json
import re
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt

from tagwise.demo.images import Recipe, Step, build_image
from tagwise.lsp.client_commands import ClientCommand
from tagwise.oci.platform import Platform

RICH = {"client": {"commandLinks": True, "svg": True}}
LINK = re.compile(r"\[([^]]*)\]\(command:([\w.]+)\?([^)]*)\)")


def links_in(markdown):
    return {
        title: (command, json.loads(unquote(arguments)))
        for title, command, arguments in LINK.findall(markdown)
    }


async def test_what_can_be_done_is_on_the_card(world, edit):
    async with edit(options=RICH) as editor:
        uri = editor.open(
            "Dockerfile", f"FROM {world.name}:1.0 AS base\nFROM {world.name}:latest\n"
        )
        links = links_in(await editor.shown("Dockerfile", "demo"))
        assert {title: command for title, (command, _) in links.items()} == {
            "Pin": "tagwise.pinImage",
            "Pull…": "tagwise.pullImage",
            "Copy digest": "tagwise.copyDigest",
            "Layers": "tagwise.showLayers",
        }
        assert {command for command, _ in links.values()} == {each.value for each in ClientCommand}
        ids = set()
        for _, arguments in links.values():
            (target,) = arguments
            ids.add(target.pop("occurrence"))
            assert target == {"uri": uri, "version": 1}
        assert len(ids) == 1
        other = links_in(await editor.shown("Dockerfile", f"{world.name}:latest"))
        assert other["Pin"][1][0]["occurrence"] not in ids


async def test_a_link_follows_the_version(world, edit):
    async with edit(options=RICH) as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        before = links_in(await editor.shown("Dockerfile", "demo"))["Pin"][1][0]
        editor.change("Dockerfile", f"# moved\nFROM {world.name}:1.0\n")
        after = links_in(await editor.shown("Dockerfile", "demo"))["Pin"][1][0]
        assert (before["version"], after["version"]) == (1, 2)
        assert before["occurrence"] == after["occurrence"]


async def test_offline_nothing_is_offered_that_needs_a_registry(world, edit):
    async with edit(options=RICH | {"offline": True}) as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        card = await editor.shown("Dockerfile", "demo")
        assert "not looked up: offline, by setting" in card
        assert links_in(card) == {}
        assert await editor.lenses("Dockerfile") == []


async def test_only_what_makes_sense_is_offered(world, edit):
    text = f"FROM {world.name}@{world.digest}\nFROM {world.name}:gone\nFROM ${{NOWHERE}}\n"
    async with edit(options=RICH) as editor:
        editor.open("Dockerfile", text)
        assert "Pin" not in links_in(await editor.shown("Dockerfile", "demo"))
        assert links_in(await editor.shown("Dockerfile", "gone")) == {}
        assert links_in(await editor.shown("Dockerfile", "NOWHERE")) == {}


async def test_the_layers_are_drawn(world, edit):
    async with edit(options=RICH) as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        shown = await editor.shown("Dockerfile", "demo")
        assert "![2 layers](data:image/svg+xml;base64," in shown
        assert re.search(r"^Layers: [\d.]+ kB, [\d.]+ kB", shown, re.MULTILINE)


@pytest.mark.parametrize("options", [None, {"client": {}}, {"client": {"commandLinks": "yes"}}, 7])
async def test_a_client_that_says_nothing_is_shown_text(world, edit, options):
    async with edit(options=options) as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        shown = await editor.shown("Dockerfile", "demo")
        assert "command:" not in shown
        assert "data:" not in shown
        assert "Layers: " in shown


def hostile_image(claim):
    """Build an image that says `claim` wherever an image says anything."""
    labels = {f"org.opencontainers.image.{key}": claim for key in ("source", "revision", "title")}
    return build_image(
        Recipe(
            name="evil",
            attested=False,
            created=datetime(2025, 3, 4, tzinfo=UTC),
            steps=(Step(claim, 10_000), Step(claim, 20_000)),
            platforms=(Platform("linux", "amd64"), Platform("linux", "arm64", "v8")),
            user=claim,
            working_directory=claim,
            entrypoint=(claim,),
            ports=(claim,),
            volumes=(claim,),
            labels=labels,
            annotations=labels,
        )
    )


EVIL = "command:tagwise.pullImage?%5B%7B%7D%5D"
CLAIMS = [
    EVIL,
    f"[Pin]({EVIL})",
    f"![x]({EVIL})",
    f"<a href='{EVIL}'>Pin</a><img src=x onerror=alert(1)>",
    f"`]({EVIL}) [Pin]: {EVIL} <{EVIL}>",
    f"https://example.com/)[Pin]({EVIL})",
    f"https://example.com/?q={EVIL}&x=](command:x)",
    "data:image/svg+xml;base64,PHN2Zy8+ ![x](data:image/svg+xml;base64,PHN2Zy8+)",
    "a | b\n\n[Pin](command:x) \u202e $(alert) </title><script>1</script>",
]


@pytest.mark.parametrize("claim", CLAIMS)
async def test_nothing_that_a_registry_says_becomes_a_link_of_ours(world, edit, claim):
    """The Markdown is read back as an editor reads it: the only commands are those we put there."""
    world.push(hostile_image(claim), "evil")
    async with edit(options=RICH) as editor:
        uri = editor.open("Dockerfile", f"FROM {world.name}:evil\n")
        shown = await editor.shown("Dockerfile", "demo")
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    reader.validateLink = lambda _: True
    tokens = [child for each in reader.parse(shown) for child in each.children or ()]
    kinds = {token.type for token in (*tokens, *reader.parse(shown))}
    assert not {kind for kind in kinds if "html" in kind or "heading" in kind or "fence" in kind}
    commands = []
    for token in tokens:
        if token.type == "link_open":
            target = str(token.attrs["href"])
            scheme, _, rest = target.partition(":")
            assert scheme in {"https", "command"}
            if scheme == "command":
                name, _, arguments = rest.partition("?")
                commands.append(name)
                assert [{*each} for each in json.loads(unquote(arguments))] == [
                    {"uri", "version", "occurrence"}
                ]
                assert json.loads(unquote(arguments))[0]["uri"] == uri
    assert sorted(commands) == sorted(each.value for each in ClientCommand)
    images = [token.attrs["src"] for token in tokens if token.type == "image"]
    assert len(images) == 1
    assert len(images[0]) < 3000
    picture = base64.b64decode(images[0].partition(",")[2]).decode()
    assert re.fullmatch(
        r'<svg xmlns="http://www.w3.org/2000/svg" [\w="# .,:()-]*><title>[\w :.,()]*</title>'
        r'(?:<rect [\w="# .]*/>)+</svg>',
        picture,
    )
