"""Credentials as `docker login` and `podman login` write them down."""

import base64
import json

import pytest

from support.registry_world import parse, put
from tagwise.demo.registry_auth import BasicAuthority
from tagwise.errors import Unauthorized
from tagwise.registry.clock import system_clock
from tagwise.registry.credentials import Anonymous, AnonymousKeychain, IdentityToken, Password
from tagwise.registry.keychain import system_keychain

ANN = Password("ann", "a:secret")
BOB = Password("bob", "another")
AUTH = base64.b64encode(b"ann:a:secret").decode()
ANNS, BOBS = {"auth": AUTH}, {"username": "bob", "password": "another"}


@pytest.fixture
def keychain(tmp_path):
    """Give the keychain of a home that is a temporary folder, for an environment."""

    def build(**environment):
        environment.setdefault("XDG_RUNTIME_DIR", str(tmp_path / "run"))
        return system_keychain(environment, tmp_path, clock=system_clock)

    return build


@pytest.fixture
def write(tmp_path):
    def write(document, path=".docker/config.json"):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(document if isinstance(document, str) else json.dumps(document))
        return str(file)

    return write


@pytest.fixture
def keychain_of(keychain, write):
    def build(document):
        write(document)
        return keychain()

    return build


@pytest.mark.parametrize(
    ("registry", "key"),
    [
        ("docker.io", "https://index.docker.io/v1/"),
        ("docker.io", "docker.io"),
        ("ghcr.io", "ghcr.io"),
        ("ghcr.io", "https://ghcr.io"),
        ("ghcr.io", "https://ghcr.io/v2/"),
        ("localhost:5000", "http://localhost:5000/"),
        ("[::1]:5000", "http://[::1]:5000/"),
        # docker/cli drops any path, and containers/image that of a URL.
        ("registry.gitlab.com", "https://registry.gitlab.com/group/project"),
        ("ghcr.io", "https://ghcr.io/v2/_catalog"),
        ("ghcr.io", "https://ann@ghcr.io/"),
    ],
)
def test_keys_are_hosts_or_urls(keychain_of, registry, key):
    keychain = keychain_of({"auths": {key: {"auth": AUTH}}})
    assert keychain.known(registry, "a/b") == ANN
    assert keychain.known("other.example", "a/b") == Anonymous()
    assert keychain.known(f"{registry}.evil.example", "a/b") == Anonymous()


def test_the_key_that_is_the_host_goes_before_a_url(keychain_of):
    keys = ("https://ghcr.io/v2/some", "ghcr.io", "https://ghcr.io/v1/else")
    entries = {key: ANNS if key == "ghcr.io" else BOBS for key in keys}
    assert keychain_of({"auths": entries}).known("ghcr.io", "a/b") == ANN


def test_docker_desktops_own_tokens_are_not_the_users(keychain_of):
    keys = ("access-token", "", "refresh-token")
    entries = {f"https://index.docker.io/v1/{key}": {} if key else {"auth": AUTH} for key in keys}
    assert keychain_of({"auths": entries}).known("docker.io", "a/b") == ANN


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"username": "ann", "password": "a:secret"}, ANN),
        (
            {"auth": base64.b64encode(b"ann:").decode(), "identitytoken": "t"},
            IdentityToken("ann", "t"),
        ),
        ({}, Anonymous()),
        ({"auth": "YW5uOmE6\r\nc2VjcmV0\n"}, ANN),
        ({"auth": "no base64!"}, Anonymous()),
        ({"auth": 7}, Anonymous()),
        ({"auth": base64.b64encode(b"\xff\xfe").decode()}, Anonymous()),
        (None, Anonymous()),
    ],
)
def test_entries(keychain_of, entry, expected):
    assert keychain_of({"auths": {"ghcr.io": entry}}).known("ghcr.io", "a/b") == expected


@pytest.mark.parametrize("document", ["", "{", "[]", '{"auths": []}', '{"auths": null}'])
def test_a_broken_file_means_nobody_is_logged_in(keychain_of, document):
    assert keychain_of(document).known("ghcr.io", "a/b") == Anonymous()


async def test_a_refusal_says_that_a_file_of_logins_is_broken(world, keychain, write):
    world.add("r.example", BasicAuthority({"ann": "x"}))
    write('{"auths": {"r.example": ')
    world.known = keychain().known
    with pytest.raises(Unauthorized, match=r"config\.json cannot be read: "):
        await world.resolver.digest(parse("r.example/app:1"))


@pytest.mark.parametrize("text", ["", "{", "null", '{"auths": {"ghcr.io": {"auth": "YW5u"}}}'])
def test_broken_credentials_in_the_environment_do_not_hide_the_files(keychain, write, text):
    write({"auths": {"ghcr.io": ANNS}})
    assert keychain(DOCKER_AUTH_CONFIG=text).known("ghcr.io", "a") == ANN


def test_no_file_means_nobody_is_logged_in(keychain, caplog):
    assert keychain().known("ghcr.io", "a") == Anonymous()
    assert caplog.text == ""


def test_docker_config_names_the_folder(keychain, write, tmp_path):
    write({"auths": {"ghcr.io": ANNS}}, "elsewhere/config.json")
    found = keychain(DOCKER_CONFIG=str(tmp_path / "elsewhere"))
    assert found.known("ghcr.io", "a") == ANN


def test_a_login_is_seen_at_once(keychain_of, write):
    keychain = keychain_of({})
    assert keychain.known("ghcr.io", "a") == Anonymous()
    write({"auths": {"ghcr.io": ANNS}})
    assert keychain.known("ghcr.io", "a") == ANN
    write("{}")
    assert keychain.known("ghcr.io", "a") == Anonymous()


@pytest.mark.parametrize(
    ("repository", "expected"),
    [
        ("acme/api/v1", "c"),
        ("acme/api", "c"),
        ("acme/apis", "b"),
        ("acme", "b"),
        ("other/api", "a"),
    ],
)
def test_the_longest_part_of_a_path_wins(keychain, write, repository, expected):
    keys = {"quay.io": "a", "quay.io/acme": "b", "quay.io/acme/api": "c"}
    auths = {key: {"username": name, "password": "x"} for key, name in keys.items()}
    write({"auths": auths}, ".config/containers/auth.json")
    assert keychain().known("quay.io", repository).username == expected


def test_a_path_on_docker_hub(keychain, write):
    write({"auths": {"docker.io/library/app": ANNS, "docker.io": BOBS}}, "run/containers/auth.json")
    assert keychain().known("docker.io", "library/app") == ANN
    assert keychain().known("docker.io", "library/other") == BOB


def test_the_order_of_the_places(keychain, write, tmp_path):
    places = {
        "REGISTRY_AUTH_FILE": "named.json",
        "~/.docker/config.json": ".docker/config.json",
        "XDG_RUNTIME_DIR": "run/containers/auth.json",
        "~/.config/containers/auth.json": ".config/containers/auth.json",
    }
    for name, path in places.items():
        write({"auths": {"ghcr.io": {"username": name, "password": "x"}}}, path)
    inline = {"auths": {"ghcr.io": {"username": "inline", "password": "x"}}}
    environment = {
        "DOCKER_AUTH_CONFIG": json.dumps(inline),
        "REGISTRY_AUTH_FILE": str(tmp_path / "named.json"),
    }
    assert keychain(**environment).known("ghcr.io", "a").username == "inline"
    del environment["DOCKER_AUTH_CONFIG"]
    for name, path in places.items():
        assert keychain(**environment).known("ghcr.io", "a").username == name
        (tmp_path / path).unlink()
    assert keychain(**environment).known("ghcr.io", "a") == Anonymous()


def test_a_file_lacks_what_the_next_has(keychain, write):
    write({"auths": {"ghcr.io": ANNS}})
    write({"auths": {"quay.io": BOBS, "ghcr.io": BOBS}}, "run/containers/auth.json")
    assert keychain().known("quay.io", "a") == BOB
    assert keychain().known("ghcr.io", "a") == ANN


async def test_a_refusal_names_the_file_and_not_what_is_in_it(world, image, keychain, write):
    put(world.add("r.example", BasicAuthority({"ann": "x"})), "app", image, "1")
    write({"auths": {"r.example": ANNS}})
    world.known = keychain().known
    with pytest.raises(Unauthorized, match=r"credentials from ~/\.docker/config\.json") as caught:
        await world.resolver.digest(parse("r.example/app:1"))
    assert "a:secret" not in str(caught.value)
    assert AUTH not in str(caught.value)


def test_secrets_are_not_shown():
    for credential in (ANN, IdentityToken("ann", "a:secret")):
        assert "a:secret" not in repr(credential)
        assert "a:secret" not in credential.identity


def test_nobody_is_known_in_a_workspace_that_is_not_trusted():
    assert AnonymousKeychain().known("ghcr.io", "a/b") == Anonymous()
