"""Who is asked again, after how long, and how often at a time."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from support.registry_world import asked, parse, put
from tagwise.demo.http_message import Response
from tagwise.demo.registry_auth import TokenAuthority
from tagwise.errors import RateLimited, RegistryUnreachable
from tagwise.oci.media_types import OCI_INDEX
from tagwise.registry.credentials import IdentityToken
from tagwise.registry.hosts import RegistrySettings
from tagwise.registry.rate_limits import Quota, read_quota, retry_after

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
REFERENCE = parse("r.example/app:1")
PULL_LIMIT = b"You have reached your unauthenticated pull rate limit. https://www.docker.com/"


def in_turn(*answers):
    """Give each answer once, then let requests through; an exception is raised."""
    left = list(answers)

    def intercept(_):
        answer = left.pop(0) if left else None
        if isinstance(answer, Exception):
            raise answer
        return answer

    return intercept


def broken_body():
    async def generate():
        yield b"{"
        raise httpx.RemoteProtocolError("peer closed connection")

    return Response(200, {}, generate())


@pytest.mark.parametrize(
    "trouble",
    [
        *(Response(status) for status in (408, 429, 502, 503, 504)),
        httpx.ConnectError("refused"),
        httpx.ReadError("reset"),
        httpx.RemoteProtocolError("no answer"),
        ValueError("what httpcore raises where HTTP/2 says that the status is `abc`"),
    ],
    ids=str,
)
async def test_what_may_pass_is_asked_again(world, image, trouble):
    registry = world.add("r.example", interceptor=in_turn(trouble, trouble))
    put(registry, "app", image, "1")
    assert (await world.resolver.digest(REFERENCE)).digest == image.digest
    assert asked(registry) == ["GET by 1"] * 3


async def test_a_body_that_breaks_off_is_asked_for_again(world, image):
    registry = world.add("r.example", interceptor=in_turn(broken_body(), broken_body()))
    put(registry, "app", image, "1")
    assert (await world.resolver.digest(REFERENCE)).digest == image.digest


@pytest.mark.parametrize("status", [400, 404, 418, 500, 501])
async def test_what_will_not_change_is_asked_once(world, status):
    registry = world.add("r.example", interceptor=lambda _: Response(status))
    with pytest.raises(Exception, match=r"r\.example"):
        await world.client.manifest(REFERENCE)
    assert asked(registry) == ["GET by 1"]


async def test_three_tries_are_enough(world):
    registry = world.add("r.example", interceptor=lambda _: Response(503))
    with pytest.raises(RegistryUnreachable, match="try again later"):
        await world.resolver.digest(REFERENCE)
    assert asked(registry) == ["GET by 1"] * 3
    first, second = world.pauses
    assert 0.1 <= first < second


async def test_a_timeout_has_been_patience_enough(world):
    def hang(_):
        raise httpx.ReadTimeout("60 s")

    registry = world.add("r.example", interceptor=hang)
    with pytest.raises(RegistryUnreachable, match="no answer"):
        await world.resolver.digest(REFERENCE)
    assert len(registry.requests) == 1


async def test_a_refresh_token_is_posted_once(world, image):
    authority = TokenAuthority(identity_tokens={"t": "ann"}, is_public=lambda _: False)
    registry = world.add("r.example", authority)
    registry.interceptor = lambda r: Response(503) if r.method == "POST" else None
    world.logins["r.example"] = IdentityToken("ann", "t")
    with pytest.raises(RegistryUnreachable):
        await world.resolver.digest(REFERENCE)
    assert asked(registry).count("POST token") == 1


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ({"Retry-After": "3"}, b"", 3),
        ({"Retry-After": "0"}, b"", 0.1),
        ({"Retry-After": format_datetime(NOW + timedelta(seconds=4), usegmt=True)}, b"", 4),
        ({}, "retry-after: 714.6µs, allowed: 44000/minute".encode(), 0.1),
        ({}, b"toomanyrequests: retry-after: 1.5s, allowed: 44000/minute", 1.5),
    ],
)
async def test_a_short_wait_that_is_asked_for_is_waited(world, image, headers, body, expected):
    registry = world.add("r.example", interceptor=in_turn(Response(429, headers, body)))
    put(registry, "app", image, "1")
    assert (await world.resolver.digest(REFERENCE)).digest == image.digest
    assert world.pauses == [expected]


async def test_a_long_wait_is_reported_with_its_time(world):
    registry = world.add("r.example", interceptor=lambda _: Response(429, {"Retry-After": "600"}))
    with pytest.raises(RateLimited, match=r"in 10 min, at 03:14 UTC") as caught:
        await world.resolver.digest(REFERENCE)
    assert caught.value.retry_after == 600
    assert world.pauses == []
    assert asked(registry) == ["GET by 1"]


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("7200", "in 120 min, at 05:04 UTC"),
        ("864000", "in 10 days"),
        ("99999999", "in 1157 days"),
        ("Fri, 31 Dec 9999 23:59:59 -2359", "in 1157 days"),
    ],
)
async def test_a_wait_of_years_is_told_as_well(world, when, said):
    world.add("r.example", interceptor=lambda _: Response(429, {"Retry-After": when}))
    with pytest.raises(RateLimited, match=f"try again {said}$"):
        await world.resolver.digest(REFERENCE)


async def test_a_quota_used_up_is_not_asked_against(world):
    headers = {"RateLimit-Limit": "100;w=21600", "RateLimit-Remaining": "0;w=21600"}
    registry = world.add("r.example", interceptor=lambda _: Response(429, headers, PULL_LIMIT))
    with pytest.raises(RateLimited) as caught:
        await world.resolver.digest(REFERENCE)
    message = str(caught.value)
    assert "pull limit of r.example (100 pulls in 6 h) is reached" in message
    assert "docker login r.example" in message
    assert asked(registry) == ["GET by 1"]


async def test_too_many_at_a_time_is_something_else(world):
    world.add("r.example", interceptor=lambda _: Response(429, {}, b"Too Many Requests"))
    with pytest.raises(RateLimited, match="too often at a time"):
        await world.resolver.digest(REFERENCE)


async def test_a_host_that_says_429_is_asked_one_thing_at_a_time(world, image):
    running, most, said = 0, [], 0

    async def strict(_):
        nonlocal running, said
        running += 1
        most.append(running)
        await asyncio.sleep(0.001)
        running -= 1
        said += 1
        return Response(429) if said == 1 else None

    registry = world.add("r.example", interceptor=strict)
    put(registry, "app", image, *(str(number) for number in range(20)))
    references = [parse(f"r.example/app:{number}") for number in range(20)]
    await world.resolver.digest(references[0])
    most.clear()
    await asyncio.gather(*(world.resolver.digest(each) for each in references[1:]))
    assert max(most) == 1
    world.pass_time(minutes=2)
    await asyncio.gather(*(world.resolver.digest(each, fresh=True) for each in references))
    assert max(most) == 6


async def test_a_clock_that_is_set_back_keeps_no_host_narrow(world, image):
    running = most = 0

    async def count(_):
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.001)
        running -= 1

    registry = world.add("r.example", interceptor=in_turn(Response(429)))
    put(registry, "app", image, *"123456")
    await world.resolver.digest(parse("r.example/app:1"))
    world.pass_time(days=-1)
    registry.interceptor = count
    asking = (world.resolver.digest(parse(f"r.example/app:{tag}"), fresh=True) for tag in "123456")
    await asyncio.gather(*asking)
    assert most == 6


async def test_a_mirror_in_trouble_is_not_waited_for(world, image):
    mirror = world.add("mirror.example", interceptor=lambda _: Response(503))
    registry = world.add("r.example")
    put(registry, "app", image, "1")
    world.settings["r.example"] = RegistrySettings(mirrors=("mirror.example",))
    await world.resolver.digest(REFERENCE)
    assert (len(mirror.requests), world.pauses) == (1, [])


async def test_what_is_left_of_a_quota(world, image):
    hub = world.hub()
    put(hub, "library/app", image, "1")
    assert world.client.quota("docker.io") is None
    stated = {"RateLimit-Limit": "100;w=21600", "RateLimit-Remaining": "97;w=21600"}
    headers = {
        "Content-Type": OCI_INDEX,
        "Docker-Content-Digest": str(image.digest),
        **stated,
    }
    hub.interceptor = lambda _: Response(200, headers)
    await world.resolver.digest(parse("app:1"))
    quota = world.client.quota("docker.io")
    assert quota == Quota(100, 97, timedelta(hours=6), world.now)
    assert world.client.quota("ghcr.io") is None


@pytest.mark.parametrize(
    ("limit", "remaining", "expected"),
    [
        ("100;w=21600", "3;w=21600", (100, 3, timedelta(hours=6))),
        ("100 ; w=60", "3", (100, 3, timedelta(minutes=1))),
        ("100", "0", (100, 0, None)),
        (";w=21600", ";w=21600", None),
        ("100;w=21600", "", None),
        ("-1", "2", None),
        ("100, 100;w=10", "50", None),
        ("9" * 400, "1", None),
    ],
)
def test_quotas(limit, remaining, expected):
    headers = {"ratelimit-limit": limit, "ratelimit-remaining": remaining}
    quota = read_quota(headers, now=NOW)
    assert quota == (Quota(*expected, NOW) if expected else None)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"retry-after: 1m2.5s", 62.5),
        (b"retry-after: 20ms", 0.02),
        (b"retry-after: soon", None),
        (b"retry-after: ...s", None),
        (b"\xff", None),
    ],
)
def test_a_time_in_the_body(body, expected):
    assert retry_after({}, body, now=NOW) == (pytest.approx(expected) if expected else None)
