"""What is asked for findings, and for how long it holds."""

import pytest

from support.real_parts import two_platform_image
from support.registry_world import AMD64, World, asked, parse, put
from tagwise.documents.model import Occurrence, Role
from tagwise.documents.traced import Span, TracedText
from tagwise.ide.facts import Ignorance, Resolved, Unresolved
from tagwise.oci.digest import Digest
from tagwise.session.background import BackgroundTasks
from tagwise.session.lookup import Lookup
from tagwise.session.witness import Witness

GONE = Digest.of(b"gone")


@pytest.fixture
async def world(tmp_path):
    world = World(tmp_path / "cache")
    yield world
    for client in world.clients:
        await client.aclose()


@pytest.fixture
def witness(world):
    lookup = Lookup(world.resolver, platform=AMD64, clock=world.clock, tasks=BackgroundTasks())
    return Witness(world.resolver, lookup, platform=AMD64, clock=world.clock)


def occurrence(text):
    value = TracedText.literal(text, "Dockerfile", 0)
    return Occurrence(Role.BASE_IMAGE, Span(0, len(text)), value, parse(text))


async def test_while_typing_docker_hub_is_asked_with_heads_alone(world, witness):
    hub = world.hub()
    image = put(hub, "library/app", two_platform_image(), "1")
    images = [occurrence("app:1"), occurrence(f"app:1@{image.digest}"), occurrence("app:no")]
    assert await witness.hear(images, thorough=False)
    sent = asked(hub)
    assert sent
    assert all(each == "GET token" or each.startswith("HEAD") for each in sent), sent
    assert isinstance(witness.evidence(images[0]).answer, Resolved)
    assert isinstance(witness.evidence(images[1]).tag, Resolved)
    assert witness.evidence(images[2]).answer.reason is Ignorance.NOT_FOUND

    assert not await witness.hear(images, thorough=False)
    assert asked(hub) == []


async def test_a_refusal_holds_for_half_a_minute(world, witness):
    registry = world.add("r.example")
    put(registry, "app", two_platform_image(), "1")
    missing = occurrence("r.example/app:2")
    assert await witness.hear([missing], thorough=False)
    assert witness.evidence(missing).tags == ("1",)
    put(registry, "app", two_platform_image(), "2")
    assert not await witness.hear([missing], thorough=False)
    world.pass_time(seconds=31)
    assert await witness.hear([missing], thorough=False)
    assert isinstance(witness.evidence(missing).answer, Resolved)


async def test_a_registry_that_is_lost_takes_back_what_it_refused(world, witness):
    world.add("r.example")
    gone = occurrence(f"r.example/app:1@{GONE}")
    await witness.hear([gone], thorough=False)
    assert witness.evidence(gone).answer.reason is Ignorance.NOT_FOUND
    del world.registries["r.example"]
    world.pass_time(seconds=31)
    await witness.hear([gone], thorough=False)
    answer = witness.evidence(gone).answer
    assert isinstance(answer, Unresolved)
    assert answer.reason is Ignorance.UNREACHABLE
    assert witness.unanswered(gone) == answer
