"""What is kept on disk, and what becomes of it."""

import json
import logging
import os
import stat
import sys
from datetime import UTC, datetime

import pytest

from tagwise.oci.digest import Digest
from tagwise.registry.challenge import BasicChallenge, BearerChallenge
from tagwise.registry.store import VERSION, Store, StoredTag, TagKey

NOW = datetime(2026, 1, 2, 3, 4, 5, 678, UTC)
KEY = TagKey("https://ghcr.io", "anonymous", "a/b", "1")
CONTENT = b'{"a": 1}'
DIGEST = Digest.of(CONTENT)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "cache", clock=lambda: NOW)


def files(tmp_path):
    """List what is kept, without what says how."""
    found = (path for path in tmp_path.rglob("*") if path.is_file())
    return [path for path in found if path.name != "version.json"]


def test_a_blob_comes_back(store):
    assert store.read_blob(DIGEST) is None
    store.write_blob(DIGEST, CONTENT)
    assert store.read_blob(DIGEST) == CONTENT


def test_it_is_an_oci_image_layout(store, tmp_path):
    store.write_blob(DIGEST, CONTENT)
    layout = tmp_path / "cache" / "images"
    assert json.loads((layout / "oci-layout").read_text()) == {"imageLayoutVersion": "1.0.0"}
    assert json.loads((layout / "index.json").read_text())["schemaVersion"] == 2
    assert (layout / "blobs" / "sha256" / DIGEST.hex).read_bytes() == CONTENT


def test_a_blob_that_has_changed_is_not_there(store, tmp_path, caplog):
    store.write_blob(DIGEST, CONTENT)
    path = tmp_path / "cache" / "images" / "blobs" / "sha256" / DIGEST.hex
    path.write_bytes(b"something else")
    assert store.read_blob(DIGEST) is None
    assert not path.exists()
    assert "does not hold what its name says" in caplog.text


def test_a_tag_comes_back_with_its_time(store):
    assert store.read_tag(KEY) is None
    stored = store.write_tag(KEY, digest=DIGEST, media_type="a/b")
    assert store.read_tag(KEY) == stored == StoredTag(DIGEST, "a/b", NOW)
    assert store.read_tag(TagKey("https://ghcr.io", "user ann", "a/b", "1")) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"digest": "x"}',
        f'{{"digest": "{DIGEST}", "mediaType": "", "learned": "2026-01-01T00:00:00"}}',
        f'{{"digest": "{DIGEST}", "mediaType": "", "learned": 7}}',
    ],
)
def test_a_tag_that_cannot_be_read_is_not_there(store, tmp_path, text):
    store.write_tag(KEY, digest=DIGEST, media_type="a/b")
    (path,) = files(tmp_path)
    path.write_text(text)
    assert store.read_tag(KEY) is None


@pytest.mark.parametrize(
    "challenge", [BearerChallenge("https://a/token", "s"), BasicChallenge("realm")]
)
def test_a_challenge_comes_back_until_it_is_dropped(store, tmp_path, challenge):
    store.write_challenge("https://ghcr.io", challenge)
    assert store.read_challenge("https://ghcr.io") == challenge
    assert store.read_challenge("http://ghcr.io") is None
    store.drop_challenge("https://ghcr.io")
    store.drop_challenge("https://ghcr.io")
    assert files(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_only_the_owner_may_look(store, tmp_path):
    store.write_blob(DIGEST, CONTENT)
    store.write_tag(KEY, digest=DIGEST, media_type="a/b")
    for path in (tmp_path / "cache").rglob("*"):
        expected = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == expected
    assert stat.S_IMODE((tmp_path / "cache").stat().st_mode) == 0o700


def test_the_oldest_go_first_when_room_is_short(tmp_path):
    store = Store(tmp_path, clock=lambda: NOW, size_limit=10 * 4096)
    digests = []
    for number in range(14):
        content = f"{number}".encode()
        digests.append(Digest.of(content))
        store.write_blob(digests[-1], content)
        path = tmp_path / "images" / "blobs" / "sha256" / digests[-1].hex
        if path.exists():
            os.utime(path, (number, number))
    kept = [store.read_blob(digest) is not None for digest in digests]
    assert kept[0] is False
    assert kept[-1] is True
    assert kept == sorted(kept)
    assert sum(kept) <= 10


def test_a_disk_that_cannot_be_written_to_costs_nothing_else(tmp_path, caplog):
    (tmp_path / "cache").write_text("a file where a folder should be")
    caplog.set_level(logging.INFO)
    store = Store(tmp_path / "cache", clock=lambda: NOW)
    store.write_blob(DIGEST, CONTENT)
    assert store.read_blob(DIGEST) is None
    assert store.write_tag(KEY, digest=DIGEST, media_type="").digest == DIGEST
    assert "cannot be written" in caplog.text


def test_two_processes_share_it(store, tmp_path):
    other = Store(tmp_path / "cache", clock=lambda: NOW)
    store.write_blob(DIGEST, CONTENT)
    assert other.read_blob(DIGEST) == CONTENT


def test_a_folder_of_a_newer_version_is_left_alone(tmp_path):
    """Its files mean what that version says; ours are kept beside them, also when forgotten."""
    theirs = {
        "version.json": b'{"version": 2, "more": []}',
        "tags": b"a file, where ours is a folder",
        "images/blobs/sha256/" + DIGEST.hex: b"packed in a way of its own",
        "hosts/x.json": b"\x00",
    }
    for name, content in theirs.items():
        path = tmp_path / "cache" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    store = Store(tmp_path / "cache", clock=lambda: NOW)
    assert store.read_blob(DIGEST) is None
    store.write_blob(DIGEST, CONTENT)
    stored = store.write_tag(KEY, digest=DIGEST, media_type="a/b")
    again = Store(tmp_path / "cache", clock=lambda: NOW)
    assert (again.read_blob(DIGEST), again.read_tag(KEY)) == (CONTENT, stored)
    again.clear()
    assert again.usage().size == 0
    assert {name: (tmp_path / "cache" / name).read_bytes() for name in theirs} == theirs


@pytest.mark.parametrize("text", [b"", b"{", b"[2]", b'{"version": "2"}', b'{"version": 1}'])
def test_a_folder_without_a_version_that_is_newer_is_ours(store, tmp_path, text):
    store.write_blob(DIGEST, CONTENT)
    version = tmp_path / "cache" / "version.json"
    assert json.loads(version.read_bytes()) == {"version": VERSION}
    version.write_bytes(text)
    assert Store(tmp_path / "cache", clock=lambda: NOW).read_blob(DIGEST) == CONTENT
