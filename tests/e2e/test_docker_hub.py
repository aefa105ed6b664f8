"""What a session costs on Docker Hub, where a GET of a manifest counts as a pull and a HEAD does not."""

import asyncio

import pytest
from lsprotocol import types

from support.docker_hub import docker_hub
from support.editor import PATIENCE
from support.real_parts import two_platform_image
from tagwise.demo.catalogue import store_image

REFERENCES = [f"acme/app{number % 10}:{number}" for number in range(30)]


@pytest.fixture
async def hub(tmp_path):
    async with docker_hub(tmp_path) as running:
        image = two_platform_image()
        for reference in REFERENCES:
            repository, _, tag = reference.partition(":")
            store_image(running.registry, repository, image, tag)
        running.registry.requests.clear()
        yield running


async def test_opening_a_document_with_thirty_references_makes_heads_only(hub, edit):
    text = "".join(f"FROM {each}\n" for each in REFERENCES)
    async with edit(diagnostics="pull", variables=hub.environment) as editor:
        editor.open("Dockerfile", text + "FROM acme/app0:none\n")
        # The last one's finding is there when every other one has been asked for, too.
        await editor.found("Dockerfile", until=lambda rules: rules == ["not-found"])
        heads = sorted(f"HEAD {each}" for each in [*REFERENCES, "acme/app0:none"])
        for _ in range(20 * PATIENCE):
            if len(hub.manifest_requests) >= len(heads):
                break
            await asyncio.sleep(0.05)
        assert sorted(hub.manifest_requests) == heads
        assert {each.method for each in hub.registry.requests if "/v2/" in each.path} == {"HEAD"}
        scopes = [each.query["scope"] for each in hub.registry.requests if "scope" in each.query]
        assert len(scopes) == len(set(scopes)) == 10
        editor.change("Dockerfile", f"# one more line\n{text}")
        await editor.found("Dockerfile", until=lambda rules: rules == [])
        assert sorted(hub.manifest_requests) == heads
        # A person asks about one: that is worth a pull.
        assert "linux/arm64" in await editor.shown("Dockerfile", "acme/app3:3")
        pulls = [each for each in hub.manifest_requests if not each.startswith("HEAD")]
        assert pulls
        assert all(each.startswith("GET acme/app3:sha256:") for each in pulls)


async def test_completing_a_tag_and_looking_at_one_costs_no_pull(hub, edit):
    async with edit(variables=hub.environment) as editor:
        editor.open("Dockerfile", "FROM acme/app3:\n")
        async with asyncio.timeout(PATIENCE):
            while not (completed := await editor.completed("Dockerfile", "\n")).items:
                pass
            assert [each.label for each in completed.items] == ["23", "13", "3"]
            item = await editor.client.completion_item_resolve_async(completed.items[0])
        assert "sha256:" in item.documentation.value
        assert hub.manifest_requests == ["HEAD acme/app3:23"]


async def test_lenses_and_hints_cost_heads_only_and_show_what_those_tell(hub, edit):
    """Sizes and ages come with the first pull somebody asks for, and then for that image alone."""
    text = "".join(f"FROM {each}\n" for each in REFERENCES)
    options = {"inlayHints": {"enabled": True}}
    async with edit(options=options, variables=hub.environment) as editor:
        editor.open("Dockerfile", text)
        while len(hints := await editor.hints("Dockerfile")) < len(REFERENCES):
            await editor.refreshed(types.WORKSPACE_INLAY_HINT_REFRESH)
        assert all(each.label.startswith("sha256:") for each in hints)
        lenses = await editor.lenses("Dockerfile")
        assert lenses.count("Pin") == len(REFERENCES)
        assert not [each for each in lenses if " · " in each]
        assert {each.partition(" ")[0] for each in hub.manifest_requests} == {"HEAD"}
        await editor.shown("Dockerfile", "acme/app3:3")
        while not (known := [each for each in await editor.lenses("Dockerfile") if " · " in each]):
            await editor.refreshed(types.WORKSPACE_CODE_LENS_REFRESH)
        # Each reference names the same image here, which is on disk now.
        assert known[0].startswith("linux/")
        pulls = [each for each in hub.manifest_requests if not each.startswith("HEAD")]
        assert all(each.startswith("GET acme/app3:sha256:") for each in pulls)
