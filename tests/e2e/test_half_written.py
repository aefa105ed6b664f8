"""Documents as they are while somebody types."""

import asyncio
import random

from support.editor import PATIENCE

DOCKERFILE = """# syntax={image}
ARG V=1.0
FROM --platform=linux/amd64 {image} AS base
FROM "{name}:${{V:-latest}}" as other
COPY --from={image} --chown=a:b <<EOF /x
FROM nothing
EOF
RUN --mount=type=bind,from=base,target=/x \\
  # a comment
  ls
ONBUILD COPY --from=other /a /b
"""
COMPOSE = """x-app: &app {image}
services:
  web:
    image: *app
  job:
    build:
      dockerfile_inline: |
        FROM {name}:$${{V}}
    image: "{name}:${{TAG:-job}}"
"""
PIECES = ("", "$", "${", "}", '"', "'", "\n", "\r", "<<EOF", "@sha256:", ":", "- ", "&", "*", "\\")


def edited(text, chance):
    """Cut, insert, repeat: as a keyboard, a paste or an undo would."""
    for _ in range(chance.randint(1, 4)):
        start = chance.randint(0, len(text))
        end = min(len(text), start + chance.choice((0, 0, 1, 3, 20)))
        put = chance.choice((chance.choice(PIECES), text[start:end] * 2))
        text = text[:start] + put + text[end:]
    return text


async def test_a_few_letters_of_a_reference(world, edit):
    async with edit(markdown=False) as editor:
        for index, text in enumerate(("FROM", "FROM ", "FROM\n", "FROM :", "FROM @", "FROM a:\n")):
            name = f"{index}/Dockerfile"
            editor.open(name, text)
            for at in range(len(text) + 1):
                hover = await editor.hover(name, at)
                assert hover is None or "invalid reference" in hover.contents.value
        editor.open("Dockerfile", "FROM alp")
        shown = await editor.shown("Dockerfile", "alp")
        assert shown.startswith("alp — docker.io/library/alp")
        assert "registry-1.docker.io cannot be reached for alp: " in " ".join(shown.split())
        editor.change("Dockerfile", f"FROM {world.name}:1.0")
        assert world.image.digest.short in await editor.shown("Dockerfile", "demo")


async def test_hovering_everywhere_while_a_document_is_edited(world, edit):
    chance = random.Random(20251123)  # noqa: S311 - nothing secret
    image = f"{world.name}:1.0"
    templates = {"Dockerfile": DOCKERFILE, "compose.yaml": COMPOSE}
    settings = {
        "registries": {"docker.io": {"mirrors": [f"http://{world.host}"], "upstream": False}}
    }
    async with edit(options=settings) as editor:
        for name, template in templates.items():
            whole = template.format(image=image, name=world.name)
            editor.open(name, whole)
            for _ in range(25):
                editor.change(name, edited(whole, chance))
                text = editor.text(name)
                for at in sorted(chance.sample(range(len(text)), min(12, len(text)))):
                    hover = await editor.hover(name, at)
                    assert hover is None or hover.contents.value
                await editor.actions(name, len(text) // 2)
            editor.change(name, whole)
            assert world.image.digest.short in await editor.shown(name, whole.index(image))
        assert editor.messages == []


async def test_what_is_typed_meanwhile_does_not_confuse(world, edit):
    """Requests and changes in one stream: each answer is for the text before it."""
    async with edit() as editor:
        editor.open("Dockerfile", f"FROM {world.name}:1.0\n")
        waiting = []
        for lines in range(1, 20):
            params = editor.hover_params("Dockerfile", "demo")
            waiting.append(asyncio.ensure_future(editor.client.text_document_hover_async(params)))
            editor.change("Dockerfile", "\n" * lines + f"FROM {world.name}:1.0\n")
        async with asyncio.timeout(PATIENCE):
            answers = await asyncio.gather(*waiting)
        lines = [answer.range.start.line for answer in answers if answer]
        assert lines == sorted(lines)
        assert await editor.hovered("Dockerfile", "demo") == f"{world.name}:1.0"
