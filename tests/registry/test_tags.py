"""The list of tags, page after page."""

import subprocess
import sys

import pytest

from support.registry_world import asked, parse, put
from tagwise.demo.http_message import Response
from tagwise.demo.registry_auth import OpenAuthority, TokenAuthority
from tagwise.errors import NameUnknown, RegistryProtocolError

REFERENCE = parse("r.example/a/app")


@pytest.fixture
def registry(world, image):
    registry = world.add("r.example", TokenAuthority())
    put(registry, "a/app", image, *(f"{number:02}" for number in range(25)))
    registry.tags_page = 10
    return registry


async def test_all_pages(world, registry):
    found = await world.client.tags(REFERENCE)
    assert found.tags == tuple(f"{number:02}" for number in range(25))
    assert found.is_complete
    assert asked(registry) == ["GET tags list", "GET token", *["GET tags list"] * 3]


async def test_it_stops_at_a_limit_and_says_so(world, registry):
    found = await world.client.tags(REFERENCE, limit=12)
    assert len(found.tags) == 12
    assert not found.is_complete
    assert asked(registry).count("GET tags list") == 3


async def test_a_limit_on_the_last_page(world, registry):
    assert not (await world.client.tags(REFERENCE, limit=24)).is_complete
    assert (await world.client.tags(REFERENCE, limit=25)).is_complete


async def test_a_link_without_the_repositorys_prefix_is_repaired(world, registry):
    def shorten(request):
        if request.path.endswith("/tags/list") and "last" not in request.query:
            link = '</v2/app/tags/list?n=1000&last=09>; rel="next"'
            return Response.of_json(200, {"tags": ["x"]}, {"Link": link})
        return None

    registry.interceptor = shorten
    found = await world.client.tags(REFERENCE)
    assert found.tags == ("x", *(f"{number:02}" for number in range(10, 25)))


@pytest.mark.parametrize(
    "link",
    [
        '<https://evil.example/v2/a/app/tags/list?last=1>; rel="next"',
        '<http://r.example/v2/a/app/tags/list?last=1>; rel="next"',
        '<//[>; rel="next"',
        "</v2/a/app/tags/list?n=1000>; rel=next",
    ],
)
async def test_links_that_are_not_followed(world, registry, link):
    registry.authority = TokenAuthority()
    registry.interceptor = lambda _: Response.of_json(200, {"tags": ["x"]}, {"Link": link})
    found = await world.client.tags(REFERENCE)
    assert found.tags == ("x",)
    assert not found.is_complete
    assert asked(registry) == ["GET tags list"]


async def test_pages_that_always_name_another_come_to_an_end(world, registry):
    def next_page(request):
        number = int(request.query.get("last", "0")) + 1
        link = f'</v2/a/app/tags/list?n=1000&last={number}>; rel="next"'
        return Response.of_json(200, {"tags": []}, {"Link": link})

    registry.authority = OpenAuthority()
    registry.interceptor = next_page
    assert not (await world.client.tags(REFERENCE)).is_complete
    assert len(asked(registry)) == 500


HOSTILE = [
    "3.12-slim-[x](command:evil)",
    "1.0\x1b]8;;http://evil.example\x07",
    "1.0\nRUN evil",
    "1.0\u202e",
    "9.\u0669-slim",
    ".hidden",
    "-rf",
    "a" * 129,
    "",
    "$(id)",
]


async def test_what_is_no_tag_is_left_out(world, registry):
    tags = ["1.0", *HOSTILE, "A_b.c-" + "d" * 122]
    registry.interceptor = lambda _: Response.of_json(200, {"tags": tags})
    found = await world.client.tags(REFERENCE)
    assert found.tags == (tags[0], tags[-1])
    assert found.is_complete


async def test_what_is_no_repository_is_left_out_of_a_catalogue(world, registry):
    names = [
        "a/app",
        "A/app",
        "a//b",
        "a/../b",
        "a b",
        "a:1",
        "a\x1b",
        "a/" * 200 + "a",
        "b__c/d-e",
    ]
    registry.interceptor = lambda _: Response.of_json(200, {"repositories": names})
    assert await world.client.repositories(REFERENCE) == ("a/app", "b__c/d-e")


def test_a_link_is_read_in_one_go():
    """What is read at each of its characters anew keeps an editor waiting for minutes."""
    program = (
        "from tagwise.registry.exchange import Answer\n"
        "from tagwise.registry.paging import next_link\n"
        "assert next_link(Answer(200, {'link': '<' * 1_000_000}, b'')) is None"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


@pytest.mark.parametrize("link", ["", "nonsense", '<x>; rel="last"', "<x"])
async def test_no_next_page(world, registry, link):
    registry.interceptor = lambda _: Response.of_json(200, {"tags": None}, {"Link": link})
    assert (await world.client.tags(REFERENCE)).is_complete


async def test_what_is_no_list(world, registry):
    registry.interceptor = lambda _: Response(200, {}, b"<html>")
    with pytest.raises(RegistryProtocolError):
        await world.client.tags(REFERENCE)
    registry.interceptor = None
    with pytest.raises(NameUnknown):
        await world.client.tags(parse("r.example/other"))
