"""Credentials in Docker's config.json."""

import base64
import json

import pytest

from tagwise.registry.credentials import (
    Anonymous,
    AnonymousKeychain,
    IdentityToken,
    Password,
    docker_config_keychain,
)

ANN = Password("ann", "a:secret")
AUTH = base64.b64encode(b"ann:a:secret").decode()


@pytest.fixture
def keychain_of(tmp_path):
    def write(document, *, folder=".docker", environment=None):
        (tmp_path / folder).mkdir()
        text = document if isinstance(document, str) else json.dumps(document)
        (tmp_path / folder / "config.json").write_text(text)
        return docker_config_keychain(environment or {}, tmp_path)

    return write


@pytest.mark.parametrize(
    ("registry", "key"),
    [
        ("docker.io", "https://index.docker.io/v1/"),
        ("docker.io", "docker.io"),
        ("ghcr.io", "ghcr.io"),
        ("ghcr.io", "https://ghcr.io"),
        ("ghcr.io", "https://ghcr.io/v2/"),
        ("localhost:5000", "http://localhost:5000/"),
    ],
)
def test_keys_are_hosts_or_urls(keychain_of, registry, key):
    keychain = keychain_of({"auths": {key: {"auth": AUTH}}})
    assert keychain.credential(registry) == ANN
    assert keychain.credential("other.example") == Anonymous()
    assert keychain.credential(f"{registry}.evil.example") == Anonymous()


def test_docker_desktops_own_tokens_are_not_the_users(keychain_of):
    keys = ("access-token", "", "refresh-token")
    entries = {f"https://index.docker.io/v1/{key}": {} if key else {"auth": AUTH} for key in keys}
    assert keychain_of({"auths": entries}).credential("docker.io") == ANN


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"username": "ann", "password": "a:secret"}, ANN),
        (
            {"auth": base64.b64encode(b"ann:").decode(), "identitytoken": "t"},
            IdentityToken("ann", "t"),
        ),
        ({}, Anonymous()),
        ({"auth": "no base64!"}, Anonymous()),
        ({"auth": 7}, Anonymous()),
        ({"auth": base64.b64encode(b"\xff\xfe").decode()}, Anonymous()),
        (None, Anonymous()),
    ],
)
def test_entries(keychain_of, entry, expected):
    assert keychain_of({"auths": {"ghcr.io": entry}}).credential("ghcr.io") == expected


@pytest.mark.parametrize("document", ["", "{", "[]", '{"auths": []}', '{"auths": null}'])
def test_a_broken_file_means_nobody_is_logged_in(keychain_of, document):
    assert keychain_of(document).credential("ghcr.io") == Anonymous()


def test_no_file_means_nobody_is_logged_in(tmp_path, caplog):
    assert docker_config_keychain({}, tmp_path).credential("ghcr.io") == Anonymous()
    assert caplog.text == ""


def test_docker_config_names_the_folder(keychain_of, tmp_path):
    environment = {"DOCKER_CONFIG": str(tmp_path / "elsewhere")}
    document = {"auths": {"ghcr.io": {"auth": AUTH}}}
    keychain = keychain_of(document, folder="elsewhere", environment=environment)
    assert keychain.credential("ghcr.io") == ANN


def test_a_login_is_seen_at_once(keychain_of, tmp_path):
    keychain = keychain_of({})
    assert keychain.credential("ghcr.io") == Anonymous()
    document = {"auths": {"ghcr.io": {"auth": AUTH}}}
    (tmp_path / ".docker" / "config.json").write_text(json.dumps(document))
    assert keychain.credential("ghcr.io") == ANN


def test_secrets_are_not_shown():
    for credential in (ANN, IdentityToken("ann", "a:secret")):
        assert "a:secret" not in repr(credential)
        assert "a:secret" not in credential.identity


def test_nobody_is_known_in_a_workspace_that_is_not_trusted():
    assert AnonymousKeychain().credential("ghcr.io") == Anonymous()
