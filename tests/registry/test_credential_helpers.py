"""Programs that keep credentials: asked, waited for, and done without."""

import asyncio
import json
import os
import sys
from datetime import UTC, datetime, timedelta

import pytest

from support.registry_world import asked, parse, put
from tagwise.demo.http_message import Response
from tagwise.demo.registry_auth import BasicAuthority, TokenAuthority
from tagwise.errors import ManifestUnknown, NameUnknown, Unauthorized
from tagwise.registry.challenge import BasicChallenge
from tagwise.registry.credentials import Anonymous, IdentityToken, Password
from tagwise.registry.hosts import RegistrySettings
from tagwise.registry.keychain import system_keychain
from tagwise.registry.programs import find_program
from tagwise.registry.token_service import basic

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the helpers here are shell scripts")

ANN = Password("ann", "secret")
ANSWER = """read server
echo "$server" >> asked
printf '{"ServerURL":"%s","Username":"ann","Secret":"secret"}' "$server"
"""
NOTHING = (
    "read server; echo asked >> asked; echo 'credentials not found in native keychain'; exit 1"
)
HANGS = "sleep 60 & echo $! > child; sleep 60"
REFERENCE = parse("r.example/app:1")


class Home:
    """A home folder with a config.json, helpers on PATH, and a clock."""

    def __init__(self, folder):
        self.folder = folder
        self.now = datetime(2026, 1, 2, tzinfo=UTC)
        (folder / "bin").mkdir()
        (folder / ".docker").mkdir()

    def helper(self, name, script):
        program = self.folder / "bin" / f"docker-credential-{name}"
        program.write_text(f"#!/bin/sh\n{script}")
        program.chmod(0o755)

    def config(self, **document):
        (self.folder / ".docker" / "config.json").write_text(json.dumps(document))

    def keychain(self, *, seconds=10.0, workspace=()):
        environment = {
            "PATH": f"{self.folder / 'bin'}:/usr/bin:/bin",
            "XDG_RUNTIME_DIR": str(self.folder / "run"),
        }
        return system_keychain(
            environment,
            self.folder,
            clock=lambda: self.now,
            workspace=workspace,
            helper_seconds=seconds,
        )

    @property
    def asked(self):
        file = self.folder / "asked"
        return file.read_text().split() if file.exists() else []


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "home"
    folder.mkdir()
    return Home(folder)


async def test_a_helper_is_asked_for_one_registry_and_once(home):
    home.helper("one", ANSWER)
    home.config(credHelpers={"r.example": "one"})
    keychain = home.keychain()
    assert keychain.known("r.example", "a") is None
    answers = await asyncio.gather(*(keychain.credential("r.example", "a") for _ in range(5)))
    assert set(answers) == {ANN}
    assert answers[0].origin == "docker-credential-one"
    assert keychain.known("r.example", "b") == ANN
    assert keychain.known("other.example", "a") == Anonymous()
    assert home.asked == ["r.example"]


@pytest.mark.parametrize(
    ("registry", "server"),
    [("docker.io", "https://index.docker.io/v1/"), ("localhost:5000", "localhost:5000")],
)
async def test_a_store_is_for_every_registry(home, registry, server):
    home.helper("all", ANSWER)
    home.config(credsStore="all")
    assert await home.keychain().credential(registry, "a") == ANN
    assert home.asked == [server]


async def test_a_helper_for_one_goes_before_the_store_and_that_before_what_is_written(home):
    home.helper("one", ANSWER)
    home.helper("all", ANSWER.replace("ann", "all"))
    home.config(
        credHelpers={"https://r.example/": "one"},
        credsStore="all",
        auths={host: {"username": "old", "password": "x"} for host in ("r.example", "q.example")},
    )
    keychain = home.keychain()
    assert (await keychain.credential("r.example", "a")).username == "ann"
    assert (await keychain.credential("q.example", "a")).username == "all"


async def test_what_is_written_counts_where_a_helper_has_nothing(home):
    home.helper("all", NOTHING)
    home.config(credsStore="all", auths={"r.example": {"username": "ann", "password": "secret"}})
    keychain = home.keychain()
    assert keychain.known("r.example", "a") is None
    assert await keychain.credential("r.example", "a") == ANN
    assert keychain.known("r.example", "a") == ANN


async def test_an_empty_helper_switches_the_store_off_for_one_registry(home):
    """docker/cli, `getConfiguredCredentialStore`: what is there counts, also when it is empty."""
    home.helper("all", ANSWER.replace("ann", "all"))
    written = {"r.example": {"username": "ann", "password": "secret"}}
    home.config(credHelpers={"r.example": ""}, credsStore="all", auths=written)
    assert await home.keychain().credential("r.example", "a") == ANN
    assert home.asked == []


async def test_an_identity_token(home):
    home.helper("one", """echo '{"Username":"<token>","Secret":"t"}'""")
    home.config(credHelpers={"r.example": "one"})
    assert await home.keychain().credential("r.example", "a") == IdentityToken("<token>", "t")


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (None, "is not installed, or not on PATH"),
        ("exit 3", "failed (exit status 3)"),
        ("echo hello", "answered something else than credentials"),
        ("head -c 100000 /dev/zero", "gave more than an answer"),
        ("kill -9 $$", "failed (exit status -9)"),
        (HANGS, "did not answer within 0.3 s"),
    ],
)
async def test_a_helper_that_fails_is_explained_once_and_left_alone_for_a_minute(
    home, caplog, script, why
):
    if script:
        home.helper("one", f"echo asked >> asked; {script}")
    home.config(credHelpers={"r.example": "one"})
    keychain = home.keychain(seconds=0.3)
    credential = await keychain.credential("r.example", "a")
    assert credential == Anonymous()
    assert credential.why == f"docker-credential-one {why}"
    assert keychain.known("r.example", "a").why == credential.why
    home.now += timedelta(seconds=61)
    assert keychain.known("r.example", "a") is None
    await keychain.credential("r.example", "a")
    assert len(home.asked) == (2 if script else 0)
    assert caplog.text.count("docker-credential-one") == 1


async def test_a_helper_that_hangs_is_ended_with_what_it_started(home):
    home.helper("one", HANGS)
    home.config(credHelpers={"r.example": "one"})
    await home.keychain(seconds=0.3).credential("r.example", "a")
    child = int((home.folder / "child").read_text())
    for _ in range(100):
        if not is_running(child):
            break
        await asyncio.sleep(0.02)
    assert not is_running(child)


def is_running(process):
    try:
        with open(f"/proc/{process}/stat", encoding="ascii") as status:  # noqa: PTH123
            return status.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_closing_ends_a_helper(home):
    home.helper("one", HANGS)
    home.config(credHelpers={"r.example": "one"})
    keychain = home.keychain()
    asker = asyncio.create_task(keychain.credential("r.example", "a"))
    child = home.folder / "child"
    while not child.exists() or not child.read_text().strip():  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.01)
    await keychain.aclose()
    with pytest.raises(asyncio.CancelledError):
        await asker
    await asyncio.sleep(0.05)
    assert not is_running(int(child.read_text()))


async def test_a_helper_starts_at_home_and_sees_no_secret_in_its_arguments(home):
    home.helper("one", 'pwd > where; echo "$@" > arguments; ' + ANSWER)
    home.config(credHelpers={"r.example": "one"})
    await home.keychain().credential("r.example", "a")
    assert (home.folder / "where").read_text().strip() == str(home.folder)
    assert (home.folder / "arguments").read_text().strip() == "get"


@pytest.mark.parametrize("name", ["../one", "a/b", "", "-x", "one two", "/bin/sh"])
async def test_a_name_that_is_no_name(home, name):
    home.helper("one", ANSWER)
    home.config(credHelpers={"r.example": name})
    assert await home.keychain().credential("r.example", "a") == Anonymous()
    assert home.asked == []


async def test_a_planted_helper_is_not_started(home, tmp_path):
    home.helper("one", ANSWER)
    home.config(credHelpers={"r.example": "one"})
    keychain = home.keychain(workspace=(home.folder / "bin",))
    assert "not installed" in (await keychain.credential("r.example", "a")).why


def test_programs_come_from_absolute_folders_outside_the_workspace(tmp_path, monkeypatch):
    inside, outside, linked = (tmp_path / name for name in ("inside", "outside", "linked"))
    for folder in (inside, outside, linked):
        folder.mkdir()
        program = folder / "tool"
        if folder is linked:
            program.symlink_to(inside / "tool")
        else:
            program.write_text("")
            program.chmod(0o755)
    monkeypatch.chdir(inside)

    def find(*folders):
        path = os.pathsep.join(map(str, folders))
        return find_program("tool", environment={"PATH": path}, outside=[inside])

    assert find(".", "", inside, linked, outside) == outside / "tool"
    assert find(".", inside) is None
    assert find(linked) is None
    assert find("../outside") is None


class SlowKeychain:
    """A keychain whose helper has not answered yet."""

    def __init__(self, world, answer):
        self.gate = asyncio.Event()
        self.answer = answer
        world.known = self.known
        world.credential = self.credential
        self._known = None

    def known(self, *_):
        return self._known

    async def credential(self, *_):
        await self.gate.wait()
        self._known = self.answer
        return self.answer


async def test_a_public_image_does_not_wait_for_a_helper(world, image):
    put(world.add("r.example"), "app", image, "1")
    SlowKeychain(world, ANN)
    assert (await world.resolver.digest(REFERENCE)).digest == image.digest
    assert world.resolver.known_digest(REFERENCE).digest == image.digest


async def test_a_refusal_of_anonymous_waits_for_the_helper(world, image):
    registry = world.add("r.example", BasicAuthority({"ann": "secret"}))
    put(registry, "app", image, "1")
    keychain = SlowKeychain(world, ANN)
    asking = asyncio.create_task(world.resolver.digest(REFERENCE))
    await asyncio.wait({asking}, timeout=0.05)
    assert not asking.done()
    keychain.gate.set()
    assert (await asking).digest == image.digest
    assert asked(registry) == ["GET by 1", "GET by 1"]


async def test_not_found_waits_for_the_helper_too_and_is_not_kept(world, image):
    registry = world.add("r.example")
    put(registry, "app", image, "1")
    registry.interceptor = lambda r: None if "Authorization" in r.headers else Response(404)
    world.store.write_challenge("https://r.example", BasicChallenge("Tagwise"))
    keychain = SlowKeychain(world, ANN)
    asking = asyncio.create_task(world.resolver.digest(REFERENCE))
    await asyncio.wait({asking}, timeout=0.05)
    keychain.gate.set()
    assert (await asking).digest == image.digest


@pytest.mark.parametrize("kind", [Unauthorized, NameUnknown, ManifestUnknown])
async def test_a_refusal_says_that_the_helper_did_not_help(world, image, kind):
    authority = BasicAuthority({}) if kind is Unauthorized else None
    registry = world.add("r.example", authority)
    if kind is not NameUnknown:
        put(registry, "app", image, "2")
    keychain = SlowKeychain(world, Anonymous("docker-credential-x is not installed"))
    keychain.gate.set()
    for _ in range(2):
        with pytest.raises(kind, match=r"\(docker-credential-x is not installed\)"):
            await world.resolver.digest(REFERENCE)
        world.pass_time(minutes=1)


async def test_what_the_disk_knows_of_a_user_is_shown_before_the_helper_has_answered(world, image):
    put(world.add("r.example", BasicAuthority({"ann": "secret"})), "app", image, "1")
    SlowKeychain(world, ANN).gate.set()
    await world.resolver.digest(REFERENCE)
    world.restart()
    SlowKeychain(world, ANN)
    assert world.resolver.known_digest(REFERENCE).digest == image.digest


async def test_a_password_that_has_grown_old_is_asked_for_again(world, image, home):
    registry = world.add("r.example", BasicAuthority({"ann": "secret"}))
    put(registry, "app", image, "1")
    home.helper("one", ANSWER.replace('"secret"', '"old"'))
    home.config(credHelpers={"r.example": "one"})
    keychain = home.keychain()
    await keychain.credential("r.example", "a")
    world.known, world.renewed = keychain.known, keychain.renewed
    with pytest.raises(Unauthorized, match="from docker-credential-one"):
        await world.resolver.digest(REFERENCE, fresh=True)
    assert len(home.asked) == 1
    home.helper("one", ANSWER)
    home.now += timedelta(minutes=2)
    assert (await world.resolver.digest(REFERENCE, fresh=True)).digest == image.digest
    assert len(home.asked) == 2


async def test_a_new_password_is_tried_where_a_token_service_has_just_refused_the_old(world, image):
    """Its user is the same: `oauth2accesstoken` of GAR, whose passwords last an hour."""
    old, new = Password("ann", "old"), Password("ann", "new")
    registry = world.add("r.example", TokenAuthority({"ann": "new"}))
    registry.interceptor = lambda r: (
        Response(403)
        if r.path == "/token" and r.headers.get("Authorization") != basic(new)
        else None
    )
    put(registry, "app", image, "1")
    world.logins["r.example"] = old

    async def renewed(*_, **__):
        return new

    world.renewed = renewed
    assert (await world.resolver.digest(REFERENCE)).digest == image.digest


async def test_a_mirror_is_asked_with_its_own_helper(world, image):
    put(world.add("mirror.example", BasicAuthority({"ann": "secret"})), "app", image, "1")
    world.settings["r.example"] = RegistrySettings(mirrors=("mirror.example",))
    seen = []

    async def credential(registry, repository):
        seen.append((registry, repository))
        return ANN

    world.known = lambda *_: None
    world.credential = credential
    assert (await world.resolver.digest(REFERENCE)).digest == image.digest
    assert set(seen) == {("mirror.example", "app")}
