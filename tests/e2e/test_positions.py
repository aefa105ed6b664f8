"""Places in texts whose characters and lines are counted in every way there is.

Form feeds, U+0085 and U+2028 end no line; CR LF, LF and CR do.
"""

import attrs
import pytest
from lsprotocol import types

ODD = "é 𝄞 👩🏽‍🚀 \f\v\x85\u2028\u2029 漢"
"""One, two, three and four bytes a character, and what other programs take for line ends."""
WORD = "é𝄞👩🏽‍🚀漢"
QUOTED = f"{WORD} \x85\u2028\u2029 {WORD}"


@attrs.frozen
class Case:
    name: str
    text: str


def cases(image):
    return (
        Case("1/Dockerfile", f"# {ODD}\nFROM {image}\n"),
        Case("2/Dockerfile", f"# {ODD}\r\n# {ODD}\r\n\r\nFROM {image} AS one"),
        # A carriage return alone ends a line for editors, for BuildKit it does not.
        Case("3/Dockerfile", f"# {ODD}\r# {ODD}\r\r\nFROM {image}\n\r"),
        Case("4/Dockerfile", f"\ufeffFROM x{WORD} AS a\n\fFROM {image}\n"),
        Case("5/Dockerfile", f"FROM scratch\nCOPY --chown={WORD}:{WORD} --from={image} a b\n"),
        Case(
            "6/Dockerfile",
            f"FROM scratch\nRUN echo '{ODD}' \\\n  # {ODD}\n  && x\nCOPY --from={image} a b",
        ),
        Case("1/compose.yaml", f"# {WORD} {WORD}\nservices:\n  a:\n    image: {image} # {WORD}\n"),
        Case(
            "2/compose.yaml",
            f"x-𝄞: '{QUOTED}'\r\nservices: {{é𝄞👩🏽‍🚀漢: {{'image': \"{image}\"}}}}",
        ),
        Case(
            "3/compose.yaml",
            f"services: {{a: {{labels: ['𝄞\x85\u2028é👩🏽‍🚀'], image: {image}}}}}\r",
        ),
        Case("4/compose.yaml", f"# {WORD}\rservices:\r  a:\r    image: {image}\r"),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_the_same_hover_and_edit_in_every_encoding(world, edit, encoding):
    image = f"{world.name}:1.0"
    async with edit(encoding=encoding) as editor:
        assert editor.negotiated == encoding
        for case in cases(image):
            at = case.text.index(image)
            editor.open(case.name, case.text)
            assert await editor.hover(case.name, at - 2) is None, case
            for where in (at, at + 3, at + len(image)):
                assert await editor.hovered(case.name, where) == image, case
            await editor.do("Pin", case.name, at + 3, only=["refactor"])
            pinned = f"{image}@{world.digest}"
            assert editor.text(case.name) == case.text.replace(image, pinned), case
            assert await editor.hovered(case.name, at) == pinned
            await editor.do("Unpin", case.name, at + 3)
            assert editor.text(case.name) == case.text, case


async def test_positions_beyond_the_text_are_taken_for_its_end(world, edit):
    async with edit() as editor:
        uri = editor.open("Dockerfile", f"FROM {world.name}:1.0")
        document = types.TextDocumentIdentifier(uri)
        for line, character in ((0, 10_000), (7, 0), (7, 7)):
            params = types.HoverParams(document, types.Position(line, character))
            assert await editor.client.text_document_hover_async(params) is not None
        ends = types.Position(0, 8), types.Position(0, 20)
        offered = []
        for start, end in (ends, reversed(ends)):
            there = types.Range(start, end)
            params = types.CodeActionParams(document, there, types.CodeActionContext([]))
            actions = await editor.client.text_document_code_action_async(params)
            offered.append([each.title for each in actions])
        forwards, backwards = offered
        assert forwards == backwards
        assert f"Pin {world.name}:1.0 to its digest" in forwards
