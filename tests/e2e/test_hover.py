"""Hovering references, in the editors there are."""

import asyncio
import shutil

import pytest
from lsprotocol import types

from support.real_parts import two_platform_image


async def test_a_card_in_markdown(world, edit):
    async with edit() as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0 AS base\n")
        hover = await editor.hover("Dockerfile", "demo")
        shown = hover.contents.value
        assert hover.contents.kind is types.MarkupKind.Markdown
        assert shown.startswith(f"**{world.name}:1.0**")
        assert f"`sha256:{world.image.digest.short}`" in shown
        assert "OCI index, 2 platforms, 2 attestations" in shown
        assert "| **linux/" in shown
        assert "Source [example.com/demo/app](" in shown
        assert await editor.hovered("Dockerfile", "demo") == f"{world.name}:1.0"
        start, end = 5, 5 + len(f"{world.name}:1.0")
        assert await editor.hovered("Dockerfile", start) == f"{world.name}:1.0"
        assert await editor.hovered("Dockerfile", end) == f"{world.name}:1.0"
        assert await editor.hover("Dockerfile", start - 1) is None
        assert await editor.hover("Dockerfile", end + 1) is None


async def test_the_same_card_in_plain_text(world, edit):
    async with edit(markdown=False) as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        hover = await editor.hover("Dockerfile", "demo")
        lines = hover.contents.value.splitlines()
        assert hover.contents.kind is types.MarkupKind.PlainText
        assert lines[0] == f"{world.name}:1.0"
        assert f"sha256:{world.image.digest.short}" in lines[1]
        assert not set("*`|<>") & set(hover.contents.value)
        assert len(lines) <= 25
        assert max(map(len, lines)) <= 80


async def test_the_platform_a_file_asks_for(world, edit):
    text = (
        f"FROM --platform=linux/arm64 {world.name}:1.0\nFROM --platform=linux/s390x {world.name}\n"
    )
    async with edit() as editor:
        editor.open("Dockerfile", text)
        shown = await editor.shown("Dockerfile", "demo")
        rows = [line for line in shown.splitlines() if line.startswith("| ")]
        assert rows[2].startswith("| **linux/arm64** (asked for) |")
        shown = await editor.shown("Dockerfile", text.rindex("demo"))
        assert "There is no image for linux/s390x, which is asked for" in shown


async def test_every_place_in_a_dockerfile(world, edit):
    image = f"{world.name}:1.0"
    text = (
        f"# syntax={image}\n"
        "ARG V=1.0\n"
        f"FROM {image} AS one\n"
        f"COPY --from={image} /a /b\n"
        f"RUN --mount=type=bind,from={image},target=/x ls\n"
        f"ONBUILD COPY --from={image} /a /b\n"
        f"FROM {world.name}:${{V}}\n"
    )
    async with edit() as editor:
        editor.open("Dockerfile", text)
        at = -1
        for _ in range(5):
            at = text.index(image, at + 1)
            assert await editor.hovered("Dockerfile", at) == image
            assert world.image.digest.short in await editor.shown("Dockerfile", at + 3)
        assert await editor.hovered("Dockerfile", "${V}") == f"{world.name}:${{V}}"
        assert (await editor.shown("Dockerfile", "${V}")).startswith(f"**{image}**")


async def test_compose(world, edit):
    image = f"{world.name}:1.0"
    text = (
        f"x-image: &app {image}\n"
        "services:\n"
        "  web:\n"
        "    image: *app\n"
        f'  quoted: {{image: "{image}"}}\n'
        "  folded:\n"
        "    image: >-\n"
        f"      {image}\n"
        "  job:\n"
        "    build:\n"
        "      dockerfile_inline: |\n"
        f"        FROM {world.name}:latest\n"
    )
    async with edit() as editor:
        editor.open("compose.yaml", text)
        assert await editor.hovered("compose.yaml", "*app") == "*app"
        at = text.index("*app")
        for _ in range(2):
            at = text.index(image, at + 1)
            assert await editor.hovered("compose.yaml", at) == image
            assert world.image.digest.short in await editor.shown("compose.yaml", at)
        assert world.image.digest.short in await editor.shown("compose.yaml", "*app")
        assert await editor.hovered("compose.yaml", f"{world.name}:l") == f"{world.name}:latest"


async def test_an_env_file_counts_as_it_is_typed(world, edit, tmp_path):
    async with edit() as editor:
        (tmp_path / "work" / ".env").write_text("TAG=0.9\n")
        editor.open("compose.yaml", f"services:\n  web:\n    image: {world.name}:${{TAG}}\n")
        assert (await editor.shown("compose.yaml", "demo")).startswith(f"**{world.name}:0.9**")
        editor.open(".env", "TAG=1.0\n")
        assert (await editor.shown("compose.yaml", "demo")).startswith(f"**{world.name}:1.0**")


async def test_what_is_no_image_says_nothing_or_why(edit):
    text = (
        "FROM scratch AS base\nFROM base\nCOPY --from=0 /a /b\n"
        "FROM alpine:3.20@sha256:12\nFROM ${NOWHERE}\nFROM Alpine/X\n"
    )
    async with edit() as editor:
        editor.open("Dockerfile", text)
        assert await editor.hover("Dockerfile", "scratch") is None
        assert await editor.hover("Dockerfile", text.index("base\nCOPY")) is None
        assert await editor.hover("Dockerfile", text.index("0")) is None
        assert "the variable NOWHERE has no value" in await editor.shown("Dockerfile", "${NOW")
        shown = await editor.shown("Dockerfile", "alpine")
        assert "a sha256 digest has 64 hexadecimal digits, this one has 2" in shown
        shown = await editor.shown("Dockerfile", "Alpine/X")
        assert "the repository name must be lowercase: 'X'" in shown
        assert await editor.hovered("Dockerfile", "${NOW") == "${NOWHERE}"


async def test_a_pin_behind_its_tag(world, edit, tmp_path):
    old = world.digest
    async with edit() as editor:
        newer = two_platform_image("demo app 2")
        world.push(newer, "1.0")
        editor.open("Dockerfile", f"FROM {world.name}:1.0@{old}\n")
        shown = await editor.shown("Dockerfile", "demo")
        behind = f"The pin is behind: `1.0` is `sha256:{newer.digest.short}` now"
        assert "pinned" in shown
        assert f"`sha256:{world.image.digest.short}`" in shown
        assert behind in shown

        # Where all of the image is on disk, its tag is asked for behind the hover's back.
        shutil.rmtree(tmp_path / "cache" / "tags")
        for _ in range(100):
            if behind in await editor.shown("Dockerfile", "demo"):
                break
            await asyncio.sleep(0.1)
        else:
            pytest.fail("the tag was never asked for")


async def test_who_asks_again_is_answered_from_the_disk(world, edit):
    async with edit() as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        first = await editor.shown("Dockerfile", "demo")
        asked = world.asked
        assert await editor.shown("Dockerfile", "demo") == first
        assert world.asked == asked
    async with edit() as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        assert await editor.shown("Dockerfile", "demo") == first
        assert world.asked == asked


async def test_documents_that_are_no_files(world, edit):
    async with edit() as editor:
        editor.open("untitled:Untitled-1", f"FROM {world.name}:1.0\n", language="dockerfile")
        assert world.image.digest.short in await editor.shown("untitled:Untitled-1", "demo")
        editor.open("notes.txt", f"FROM {world.name}:1.0\n", language="plaintext")
        assert await editor.hover("notes.txt", "demo") is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_places_of_a_users_own(world, edit, encoding):
    """By a key's path and by a pattern, in files that are of no format we know."""
    places = [
        {"files": "roles/**/*.yml", "path": "app_image"},
        {"files": "*.sh", "pattern": r"IMAGE:=(?P<image>[^}\s]+):(?P<tag>[^@}\s]+)"},
        {"files": "*.toml", "path": "tool.x.images.*"},
    ]
    image = f"{world.name}:1.0"
    texts = {
        "roles/web/main.yml": f"# \U0001f433\napp_image: '{image}'\nother: {image}\n",
        "start.sh": f': "${{IMAGE:={image}}}" # \U0001f433\n',
        "x.toml": f'[tool.x]\nimages = ["{image}"]\n',
    }
    async with edit(options={"places": places}, encoding=encoding) as editor:
        for name, text in texts.items():
            editor.open(name, text, language="plaintext")
            at = text.index(world.host) + 3
            assert world.image.digest.short in await editor.shown(name, at)
            await editor.do(f"Pin {image}", name, at)
            assert editor.text(name) == text.replace(image, f"{image}@{world.digest}", 1)
        assert await editor.shown("roles/web/main.yml", "other") == ""
