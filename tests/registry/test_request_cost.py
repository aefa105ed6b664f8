"""What each answer costs, request by request."""

import asyncio

import pytest

from support.registry_world import AMD64, World, asked, parse, put
from support.skipping_time import run_skipping
from tagwise.demo.http_message import Response
from tagwise.demo.registry_auth import BasicAuthority, OpenAuthority, TokenAuthority
from tagwise.errors import NameUnknown, RegistryUnreachable, Unauthorized
from tagwise.registry.credentials import Password
from tagwise.registry.first_sight import FirstSights
from tagwise.registry.resolver import Source


async def test_a_digest_on_docker_hub_is_a_head_and_never_a_pull(world, image):
    hub = world.hub()
    put(hub, "library/app", image, "1", "2")

    answer = await world.resolver.digest(parse("app:1"))
    assert answer.digest == image.digest
    assert answer.source is Source.REGISTRY
    assert asked(hub) == ["HEAD by 1", "GET token", "HEAD by 1"]

    assert (await world.resolver.digest(parse("app:1"))).source is Source.STORE
    assert asked(hub) == []

    await world.resolver.digest(parse("app:2"))
    assert asked(hub) == ["HEAD by 2"]

    await world.resolver.digest(parse("app:1"), fresh=True)
    assert asked(hub) == ["HEAD by 1"]


async def test_a_new_process_asks_for_the_token_first(world, image):
    hub = world.hub()
    put(hub, "library/app", image, "1")
    put(hub, "library/other", image, "1")
    await world.resolver.digest(parse("app:1"))
    asked(hub)

    world.restart()
    await world.resolver.digest(parse("app:1"))
    assert asked(hub) == []
    await world.resolver.digest(parse("other:1"))
    assert asked(hub) == ["GET token", "HEAD by 1"]


async def test_platforms_cost_one_pull_on_docker_hub_and_none_when_on_disk(world, image):
    hub = world.hub()
    put(hub, "library/app", image, "1", "2")
    await world.resolver.digest(parse("app:1"))
    asked(hub)

    await world.resolve("app:1")
    assert asked(hub) == ["GET by digest", "GET by digest", "GET blob digest"]

    world.pass_time(minutes=11)
    await world.resolve("app:1")
    assert asked(hub) == ["GET token", "HEAD by 1"]

    await world.resolve("app:2")
    assert asked(hub) == ["HEAD by 2"]


async def test_elsewhere_one_get_by_tag_gives_digest_and_platforms(world, image):
    ghcr = world.add("ghcr.io", TokenAuthority())
    put(ghcr, "demo/app", image, "1")

    await world.resolver.digest(parse("ghcr.io/demo/app:1"))
    assert asked(ghcr) == ["GET by 1", "GET token", "GET by 1"]

    resolution = await world.resolve("ghcr.io/demo/app:1")
    assert asked(ghcr) == ["GET by digest", "GET blob digest"]
    assert resolution.source is Source.STORE
    assert resolution.chosen.platform == AMD64

    world.restart()
    await world.resolve("ghcr.io/demo/app:1")
    assert asked(ghcr) == []

    world.pass_time(minutes=11)
    await world.resolve("ghcr.io/demo/app:1")
    assert asked(ghcr) == ["GET token", "GET by 1"]


async def test_an_open_registry_costs_one_request(world, image):
    mcr = world.add("mcr.example")
    put(mcr, "app", image, "1")
    await world.resolver.digest(parse("mcr.example/app:1"))
    assert asked(mcr) == ["GET by 1"]
    await world.resolver.digest(parse("mcr.example/app:1"), fresh=True)
    assert asked(mcr) == ["HEAD by 1"]


async def test_a_digest_in_the_reference_is_asked_for_once_and_for_all(world, image):
    mcr = world.add("mcr.example")
    put(mcr, "app", image, "1")
    text = f"mcr.example/app:1@{image.digest}"
    first = await world.resolve(text)
    assert first.source is Source.REGISTRY
    assert asked(mcr) == ["GET by digest", "GET by digest", "GET blob digest"]
    world.pass_time(days=400)
    assert (await world.resolve(text)).source is Source.STORE
    assert asked(mcr) == []


async def test_the_digest_of_a_pinned_reference_is_its_own(world, image):
    hub = world.hub()
    put(hub, "library/app", image, "other")
    pinned = parse(f"app:1@{image.digest}")
    assert (await world.resolver.digest(pinned)).digest == image.digest
    assert asked(hub) == ["HEAD by digest", "GET token", "HEAD by digest"]


async def test_a_token_is_used_until_it_expires(world, image):
    ghcr = world.add("ghcr.io", TokenAuthority(expires_in=None))
    put(ghcr, "app", image, "1")
    reference = parse("ghcr.io/app:1")
    await world.resolver.digest(reference, fresh=True)
    asked(ghcr)
    world.pass_time(seconds=59)
    await world.resolver.digest(reference, fresh=True)
    assert asked(ghcr) == ["HEAD by 1"]
    world.pass_time(seconds=2)
    await world.resolver.digest(reference, fresh=True)
    assert asked(ghcr) == ["GET token", "HEAD by 1"]


async def test_a_revoked_token_is_replaced(world, image):
    authority = TokenAuthority()
    ghcr = world.add("ghcr.io", authority)
    put(ghcr, "app", image, "1")
    await world.resolver.digest(parse("ghcr.io/app:1"), fresh=True)
    authority.revoke_all()
    asked(ghcr)
    await world.resolver.digest(parse("ghcr.io/app:1"), fresh=True)
    assert asked(ghcr) == ["HEAD by 1", "GET token", "HEAD by 1"]


async def test_fifty_askers_are_one_request(world, image):
    mcr = world.add("mcr.example")
    put(mcr, "app", image, "1")
    answers = await asyncio.gather(*(world.resolve("mcr.example/app:1") for _ in range(50)))
    assert len({answer.digest for answer in answers}) == 1
    assert asked(mcr) == ["GET by 1", "GET by digest", "GET blob digest"]


async def test_every_platform_is_one_more_request(world, image):
    mcr = world.add("mcr.example")
    put(mcr, "app", image, "1")
    resolution = await world.resolver.resolve_all(parse("mcr.example/app:1"), platform=AMD64)
    assert asked(mcr) == ["GET by 1", "GET by digest", "GET by digest", "GET blob digest"]
    assert all(each.size for each in resolution.images)


async def test_a_failure_is_remembered_for_half_a_minute(world, image):
    mcr = world.add("mcr.example")
    reference = parse("mcr.example/app:1")
    for _ in range(3):
        with pytest.raises(NameUnknown, match="was not found"):
            await world.resolver.resolve(reference, platform=AMD64)
    assert asked(mcr) == ["GET by 1"]
    put(mcr, "app", image, "1")
    world.pass_time(seconds=31)
    assert (await world.resolver.resolve(reference, platform=AMD64)).digest == image.digest


async def test_a_failure_is_forgotten_when_the_clock_is_set_back(world, image):
    mcr = world.add("mcr.example")
    with pytest.raises(NameUnknown):
        await world.resolve("mcr.example/app:1")
    put(mcr, "app", image, "1")
    world.pass_time(days=-1)
    assert (await world.resolve("mcr.example/app:1")).digest == image.digest


async def test_no_more_than_six_requests_of_a_host_are_in_flight(world, image):
    most = running = 0

    async def slow(request):
        nonlocal most, running
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1

    mcr = world.add("mcr.example", interceptor=slow)
    put(mcr, "app", image, *(str(number) for number in range(20)))
    references = [parse(f"mcr.example/app:{number}") for number in range(20)]
    await asyncio.gather(*(world.resolver.digest(each) for each in references))
    assert most == 6


async def test_two_hundred_references_need_one_token_for_each_host_and_repository(world, image):
    async def slow(_):
        await asyncio.sleep(0)

    hosts = [f"r{number}.example" for number in range(5)]
    references = []
    for host in hosts:
        registry = world.add(host, TokenAuthority(), slow)
        for repository in ("a", "b"):
            tags = [str(number) for number in range(20)]
            put(registry, repository, image, *tags)
            references += [parse(f"{host}/{repository}:{tag}") for tag in tags]
    answers = await asyncio.gather(*(world.resolver.digest(each) for each in references))
    assert len(answers) == 200
    for host in hosts:
        scopes = [each.query["scope"] for each in world.registries[host].requests if each.query]
        assert sorted(scopes) == ["repository:a:pull", "repository:b:pull"]
        # One finds out at first sight what the others then know.
        assert len(asked(world.registries[host])) == 40 + 1 + 2


async def test_a_refused_token_is_not_asked_for_again_for_each_tag(world, image):
    ghcr = world.add("ghcr.io", TokenAuthority())
    ghcr.interceptor = lambda r: Response(403) if r.path == "/token" else None
    put(ghcr, "app", image, "1")
    references = [parse(f"ghcr.io/app:{number}") for number in range(20)]
    asking = (world.resolver.digest(each) for each in references)
    ends = await asyncio.gather(*asking, return_exceptions=True)
    assert all(isinstance(end, Unauthorized) for end in ends)
    assert all(each.familiar in str(end) for each, end in zip(references, ends, strict=True))
    assert asked(ghcr).count("GET token") == 1
    world.pass_time(seconds=31)
    ghcr.interceptor = None
    assert (await world.resolver.digest(references[1])).digest == image.digest


async def test_a_token_refused_late_does_not_cost_the_one_that_came_since(world, image):
    authority = TokenAuthority()
    ghcr = world.add("ghcr.io", authority)
    put(ghcr, "app", image, *"abcdef")
    await world.resolver.digest(parse("ghcr.io/app:a"), fresh=True)
    authority.revoke_all()
    asked(ghcr)
    await asyncio.gather(
        *(world.resolver.digest(parse(f"ghcr.io/app:{tag}"), fresh=True) for tag in "abcdef")
    )
    assert asked(ghcr).count("GET token") == 1


async def test_a_slow_token_service_keeps_no_place_at_the_registry(world, image):
    """Ten repositories need ten tokens: they are asked for together, not one after the other."""
    registry = world.add("r.example", TokenAuthority())
    names = [str(number) for number in range(10)]
    for name in names:
        put(registry, name, image, *names)
    await world.resolver.digest(parse("r.example/0:0"))
    world.restart()
    waiting, gate = 0, asyncio.Event()

    async def wait_for_six(request):
        nonlocal waiting
        if request.path == "/token":
            waiting += 1
            if waiting == 6:
                gate.set()
            await gate.wait()

    registry.interceptor = wait_for_six
    references = [parse(f"r.example/{name}:{tag}") for name in names for tag in names]
    asking = (world.resolver.digest(each, fresh=True) for each in references)
    async with asyncio.timeout(20):
        answers = await asyncio.gather(*asking)
    assert {answer.digest for answer in answers} == {image.digest}


async def test_thirty_references_on_docker_hub_cost_no_pull(world, image):
    hub = world.hub()
    references = [parse(f"app{number % 10}:{number}") for number in range(30)]
    for reference in references:
        put(hub, reference.repository, image, reference.tag)
    answers = await asyncio.gather(*(world.resolver.digest(each) for each in references))
    assert {answer.digest for answer in answers} == {image.digest}
    methods = [each.method for each in hub.requests if "/manifests/" in each.path]
    assert set(methods) == {"HEAD"}
    scopes = [each.query["scope"] for each in hub.requests if "scope" in each.query]
    assert len(scopes) == len(set(scopes)) == 10
    assert len(hub.requests) == 30 + 10 + 1


@pytest.mark.parametrize("login", [None, Password("ann", "secret")])
async def test_one_finds_out_how_a_host_wants_to_be_spoken_to(world, image, login):
    authority = BasicAuthority({"ann": "secret"}) if login else OpenAuthority()
    registry = world.add("r.example", authority)
    if login:
        world.logins["r.example"] = login
    put(registry, "app", image, *(str(number) for number in range(30)))
    asking = (world.resolver.digest(parse(f"r.example/app:{number}")) for number in range(30))
    await asyncio.gather(*asking)
    assert len(registry.requests) == (31 if login else 30)


async def test_what_the_first_is_told_is_known_without_a_disk_as_well(tmp_path, image):
    (tmp_path / "file").touch()
    world = World(tmp_path / "file" / "cache")
    registry = world.add("r.example", TokenAuthority())
    put(registry, "app", image, "1")
    for _ in range(3):
        await world.resolver.digest(parse("r.example/app:1"), fresh=True)
    await world.client.aclose()
    assert asked(registry) == ["HEAD by 1", "GET token", *["HEAD by 1"] * 3]


def test_a_second_after_the_first_has_gone_nobody_waits():
    """However many come, one after the other."""

    async def go():
        sights, gone = FirstSights(), asyncio.Event()

        async def hang():
            async with sights.of("https://r.example"):
                gone.set()
                await asyncio.sleep(60)

        first = asyncio.create_task(hang())
        await gone.wait()
        for _ in range(10):
            async with sights.of("https://r.example") as sight:
                assert sight.challenge is None
        first.cancel()

    _, seconds = run_skipping(go())
    assert seconds == pytest.approx(1)


async def test_whoever_waits_for_the_first_is_not_kept_by_it(world, image):
    """The first one hangs, is given up, or fails: the others ask for themselves."""
    registry = world.add("r.example")
    put(registry, "app", image, "1", "2")
    begun, gate = asyncio.Event(), asyncio.Event()

    async def hang_at_first(request):
        if request.path.endswith("/1"):
            begun.set()
            await gate.wait()
            return Response(500)
        return None

    registry.interceptor = hang_at_first
    first = asyncio.create_task(world.resolver.digest(parse("r.example/app:1")))
    await begun.wait()
    async with asyncio.timeout(20):
        answer = await world.resolver.digest(parse("r.example/app:2"))
    assert (answer.digest, first.done()) == (image.digest, False)
    gate.set()
    with pytest.raises(RegistryUnreachable):
        await first
