"""What is suggested where a name is written, and how often a registry is asked for it."""

import pytest

from support.registry_world import AMD64, World
from tagwise.demo.http_message import Response
from tagwise.demo.registry_auth import TOKEN_PATH, Access, TokenAuthority
from tagwise.documents.traced import Span
from tagwise.errors import NameUnknown
from tagwise.ide.writing import Part, Writing
from tagwise.registry.credentials import Password
from tagwise.session.background import BackgroundTasks
from tagwise.session.known_tags import KnownTags
from tagwise.session.lookup import Lookup
from tagwise.session.suggestions import Place, Suggestions

LONG = 30.0
HERE = "r.example/"
WRITING = Writing(Part.NAME, Span(5, 5 + len(HERE)), HERE, HERE, "", "", "", None)


@pytest.fixture
async def world(tmp_path):
    world = World(tmp_path / "cache")
    yield world
    for client in world.clients:
        await client.aclose()


@pytest.fixture
def has():
    return ["a/app"]


@pytest.fixture
def registry(world, has):
    """A registry that tells of what it `has`."""

    def answer(request):
        if request.path != "/v2/_catalog":
            return None
        return Response.of_json(200, {"repositories": has})

    return world.add("r.example", interceptor=answer)


@pytest.fixture
async def names(world):
    """Give the names that are suggested now, and whether there will be no more."""
    tasks = BackgroundTasks()
    suggestions = Suggestions(
        world.resolver,
        Lookup(world.resolver, platform=AMD64, clock=world.clock, tasks=tasks),
        KnownTags(world.resolver, clock=world.clock, tasks=tasks),
        clock=world.clock,
        tasks=tasks,
    )

    async def names():
        choices = await suggestions.at(WRITING, Place(), patience=LONG)
        return [each.text for each in choices.listed]

    yield names
    await tasks.aclose()


def lists(registry):
    found = [each for each in registry.requests if each.path.endswith("/_catalog")]
    registry.requests.clear()
    return len(found)


async def test_a_catalogue_is_asked_for_again_after_a_while(world, registry, has, names):
    assert await names() == ["r.example/a/app"]
    has.append("b/new")
    assert await names() == ["r.example/a/app"]
    assert lists(registry) == 1
    world.pass_time(minutes=11)
    assert await names() == ["r.example/a/app", "r.example/b/new"]
    assert lists(registry) == 1


async def test_a_registry_that_tells_nothing_is_asked_again_in_half_a_minute(
    world, registry, names
):
    answers, registry.interceptor = registry.interceptor, lambda _: Response(500)
    for _ in range(10):
        assert await names() == []
    registry.interceptor = answers
    lists(registry)
    assert await names() == []
    assert lists(registry) == 0
    world.pass_time(seconds=31)
    assert await names() == ["r.example/a/app"]
    world.pass_time(minutes=11)
    registry.interceptor = lambda _: Response(500)
    assert await names() == ["r.example/a/app"], "what it had is not forgotten"


@pytest.fixture
def guarded(world, registry):
    """The registry tells of what it has to whoever has a token for that, and users get one."""
    registry.authority = TokenAuthority(users={"ann": "secret"})
    answer = registry.interceptor
    of_catalogue = frozenset({Access("catalog", "*", "registry")})

    def guard(request):
        if request.path != "/v2/_catalog":
            return None
        return registry.authority.refuse(request, of_catalogue) or answer(request)

    registry.interceptor = guard
    return registry


def scopes(registry):
    asked = [each.query.get("scope") for each in registry.requests if each.path == TOKEN_PATH]
    registry.requests.clear()
    return asked


async def test_a_catalogue_has_a_scope_of_its_own(world, guarded, names):
    """distribution, docs/spec/auth/scope.md: `registry:catalog:*`; a repository's pull is not enough."""
    world.logins["r.example"] = Password("ann", "secret")
    assert await names() == ["r.example/a/app"]
    assert scopes(guarded) == ["registry:catalog:*"]
    world.pass_time(minutes=11)
    assert await names() == ["r.example/a/app"]
    assert scopes(guarded) == ["registry:catalog:*"], "an old token is not enough either"
    world.pass_time(minutes=11)
    with pytest.raises(NameUnknown):
        await world.resolve("r.example/a/app:1")
    assert scopes(guarded) == ["repository:a/app:pull"], "one token is not taken for the other"


async def test_who_may_not_see_a_catalogue_is_told_nothing(world, guarded, names):
    assert await names() == []
    assert scopes(guarded) == ["registry:catalog:*"]
    assert await names() == []
    assert scopes(guarded) == []
