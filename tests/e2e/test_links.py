"""Document links: a place leads to its registry's page, exactly where the reference stands."""

from lsprotocol import types

from support.editor import offset


async def test_links_stand_on_references_and_nowhere_else(edit):
    text = (
        "ARG V=3.12\nFROM python:${V}-slim AS base\nFROM base\nFROM localhost:5000/own:1\n"
        "COPY --from=ghcr.io/astral-sh/uv:0.5 /uv /uv\n"
    )
    async with edit() as editor:
        uri = editor.open("Dockerfile", text)
        params = types.DocumentLinkParams(types.TextDocumentIdentifier(uri))
        links = await editor.client.text_document_document_link_async(params)
        shown = [
            (
                text[
                    offset(text, each.range.start, editor.encoding) : offset(
                        text, each.range.end, editor.encoding
                    )
                ],
                each.target,
                each.tooltip,
            )
            for each in links
        ]
        assert shown == [
            (
                "python:${V}-slim",
                "https://hub.docker.com/_/python/tags?name=3.12-slim",
                "python:3.12-slim on Docker Hub",
            ),
            (
                "ghcr.io/astral-sh/uv:0.5",
                "https://ghcr.io/astral-sh/uv",
                "ghcr.io/astral-sh/uv:0.5 on GitHub Packages",
            ),
        ]
