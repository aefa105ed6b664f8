"""Our client and real engines: Debian's dockerd, over its socket and through docker, and podman."""

import asyncio
import json
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from support.dripping_registry import dripping_registry
from support.engines import client_of, docker, emptied
from support.real_parts import (
    PASSWORD,
    USER,
    debian_registry,
    push_image,
    require,
    two_platform_image,
)
from tagwise.engine.models import RegistryLogin
from tagwise.errors import EngineError, EngineUnreachable, ImageInUse, NoSuchImage
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference

REPOSITORY = "demo/app"


@pytest.fixture
async def registry():
    async with debian_registry() as running:
        await push(running, "1.0", "1.1")
        yield running


async def push(registry, *tags, auth=None):
    image = two_platform_image()
    async with httpx.AsyncClient(base_url=registry.url, auth=auth, trust_env=False) as client:
        await push_image(client, REPOSITORY, image, *tags)
    return image


def reference_in(registry, suffix=":1.0"):
    return ImageReference.parse(f"{registry.host}/{REPOSITORY}{suffix}")


@asynccontextmanager
async def pulled(address, reference, **options):
    """Pull, and leave nothing behind."""
    async with client_of(address) as client:
        result = await client.pull(reference, **options)
        try:
            yield client, result
        finally:
            await emptied(client)


async def test_who_answers(engine):
    async with client_of(engine) as client:
        info = await client.info()
    assert info.name == ("Podman" if "podman" in engine else "Docker")
    assert info.version
    assert (info.os, info.architecture) == ("linux", "amd64")


async def test_through_docker_itself(dockerd, registry, tmp_path):
    """An address only docker knows the way to: the way is docker's, its end is this engine."""
    program = tmp_path / "docker"
    words = f"exec {require('docker')} --host {dockerd} system dial-stdio"
    program.write_text(f'#!/bin/sh\n[ "$*" = "--host ssh://far system dial-stdio" ] && {words}\n')
    program.chmod(0o755)
    async with (
        pulled(dockerd, reference_in(registry)) as (near, _),
        client_of("ssh://far", find=lambda _: program) as far,
    ):
        expected = await near.images()
        assert expected
        assert await far.images() == expected


async def test_what_docker_says_of_an_address_it_cannot_reach():
    program = Path(require("docker"))
    async with client_of("ssh://me:secret@127.0.0.1", find=lambda _: program) as client:
        with pytest.raises(EngineUnreachable, match="password is not supported") as caught:
            await client.images()
    assert "secret" not in str(caught.value)


async def test_a_tag_is_pulled_with_progress(engine, registry):
    steps = []
    reference = reference_in(registry)
    async with pulled(engine, reference, report=steps.append) as (client, _):
        percentages = [step.percentage for step in steps]
        assert percentages
        assert percentages == sorted(percentages)
        details = await client.inspect(reference.familiar)
        assert reference.familiar in details.tags
        assert details.platform == Platform("linux", "amd64")
        assert len(details.layers) == 2


async def test_docker_tells_the_digest_and_whether_it_was_there(dockerd, registry):
    image = two_platform_image()
    reference = reference_in(registry)
    async with pulled(dockerd, reference) as (client, first):
        assert first.digest == str(image.top.digest)
        assert not first.was_up_to_date
        assert (await client.pull(reference)).was_up_to_date


async def test_a_digest_is_pulled(engine, registry):
    digest = two_platform_image().top.digest
    reference = reference_in(registry, f"@{digest}")
    async with pulled(engine, reference) as (client, _):
        details = await client.inspect(reference.familiar)
        assert any(str(digest) in name for name in details.digests)


async def test_a_platform_is_pulled(engine, registry):
    reference = reference_in(registry)
    arm = Platform("linux", "arm64")
    async with pulled(engine, reference, platform=arm) as (client, _):
        assert (await client.inspect(reference.familiar)).platform == arm


async def test_a_private_image_needs_the_users_credentials(engine):
    async with debian_registry(needs_password=True) as registry:
        await push(registry, "1.0", auth=(USER, PASSWORD))
        reference = reference_in(registry)
        async with client_of(engine) as client:
            with pytest.raises(EngineError, match="could not pull"):
                await client.pull(reference)
        login = RegistryLogin(USER, PASSWORD, server=registry.host)
        async with pulled(engine, reference, login=login) as (client, _):
            assert await client.inspect(reference.familiar)


async def test_what_is_not_there_is_not_pulled(engine, registry):
    reference = reference_in(registry, ":gone")
    async with client_of(engine) as client:
        with pytest.raises(EngineError, match=r"could not pull .*:gone"):
            await client.pull(reference)


async def test_the_history_is_that_of_docker(engine, registry):
    reference = reference_in(registry)
    async with pulled(engine, reference) as (client, _):
        told = docker(
            engine,
            *("history", "--no-trunc", "--human=false", "--format", "{{json .}}"),
            reference.familiar,
        )
        expected = [json.loads(line) for line in told.splitlines()]
        steps = await client.history(reference.familiar)
        assert [step.created_by for step in steps] == [each["CreatedBy"] for each in expected]
        assert [str(step.size) for step in steps] == [each["Size"] for each in expected]


@pytest.mark.parametrize("how", ["name", "id", "short id"])
async def test_an_image_is_removed(engine, registry, how):
    reference = reference_in(registry)
    async with pulled(engine, reference) as (client, _):
        identity = (await client.inspect(reference.familiar)).id
        short = identity.removeprefix("sha256:")[:12]
        name = {"name": reference.familiar, "id": identity, "short id": short}[how]
        removed = await client.remove(name)
        assert any(identity.removeprefix("sha256:") in each for each in removed.deleted)
        with pytest.raises(NoSuchImage):
            await client.inspect(reference.familiar)


async def test_a_pulled_digest_is_removed_by_it(engine, registry):
    reference = reference_in(registry, f"@{two_platform_image().top.digest}")
    async with pulled(engine, reference) as (client, _):
        assert (await client.remove(reference.familiar)).deleted
        assert await client.images() == ()


async def test_one_of_two_names_is_taken_and_the_image_stays(engine, registry):
    reference = reference_in(registry)
    async with pulled(engine, reference) as (client, _):
        other = ImageReference.parse(f"{registry.host}/other/thing:2")
        await client.tag(reference.familiar, other)
        removed = await client.remove(reference.familiar)
        assert reference.familiar in removed.untagged
        assert removed.deleted == ()
        (image,) = await client.images()
        assert image.tags == (other.familiar,)


async def test_an_image_in_use_is_refused_with_its_containers(engine, registry):
    reference = reference_in(registry)
    async with pulled(engine, reference) as (client, _):
        docker(engine, "create", "--name", "web", reference.familiar)
        try:
            with pytest.raises(ImageInUse, match="used by web") as caught:
                await client.remove(reference.familiar)
            assert caught.value.containers == ("web",)
            # Forced, Podman removes the containers, too: that is nothing to offer.
            assert caught.value.can_be_forced is ("podman" not in engine)
            (container,) = await client.containers()
            assert (container.name, container.is_running) == ("web", False)
        finally:
            docker(engine, "rm", "web")


async def test_what_no_name_leads_to_is_pruned(engine, registry):
    async with pulled(engine, reference_in(registry)) as (client, _):
        docker(engine, "import", "/dev/null")
        dangling = await client.images(filtered={"dangling": ("true",)})
        assert [image.is_dangling for image in dangling] == [True]
        pruned = await client.prune()
        assert any(dangling[0].id.endswith(each[-64:]) for each in pruned.removed.deleted)
        assert [image.is_dangling for image in await client.images()] == [False]


async def test_an_unknown_filter_is_refused(dockerd):
    async with client_of(dockerd) as client:
        with pytest.raises(EngineError, match="colour"):
            await client.images(filtered={"colour": ("red",)})


async def _first(events, action):
    async for event in events:
        if event.action == action:
            return event
    raise AssertionError(action)


async def test_events_tell_of_a_tag(engine, registry):
    reference = reference_in(registry)
    async with pulled(engine, reference) as (client, _), client.events() as events:
        async with asyncio.timeout(30):
            waiting = asyncio.ensure_future(_first(events, "tag"))
            while not waiting.done():  # The engine begins to listen a moment after it is asked.
                await client.tag(reference.familiar, ImageReference.parse("seen:1"))
                await asyncio.wait([waiting], timeout=0.2)
            seen = await waiting
    assert seen.name.endswith("seen:1")


async def test_a_cancelled_pull_stops_the_engine(engine):
    """A registry that drips one layer sees the engine hang up."""
    async with dripping_registry() as drip, client_of(engine) as client:
        reference = ImageReference.parse(f"{drip.host}/{REPOSITORY}:1.0")
        task = asyncio.create_task(client.pull(reference))
        async with asyncio.timeout(60):
            await drip.begun.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await drip.left.wait()
        with pytest.raises(NoSuchImage):
            await client.inspect(reference.familiar)
