"""What is known from before, on disk: manifests and configurations, tags, challenges.

    images/    an OCI image layout (image-layout.md): blobs/sha256/…, oci-layout, index.json
    tags/      one small file for each answer "this tag has that digest", with its time
    tag-lists/ one file for the tags of a repository, with its time
    hosts/     one small file for each host's challenge, its scheme, each registry's user; never a
               token
    version.json   which version of this layout it is: a folder of a newer one is left alone, and
               ours is version-1/ inside it

Shared between processes: files appear by atomic rename, blobs are verified when they are read, what
cannot be read is not there, and a disk that cannot be written to costs requests, not answers.
Does not know how old is too old, nor whom to ask.
"""

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import attrs

from tagwise.errors import InvalidManifest
from tagwise.oci.digest import Digest
from tagwise.oci.json_document import JsonObject, parse_object, text_field, words_field
from tagwise.registry.challenge import BasicChallenge, BearerChallenge, Challenge
from tagwise.registry.clock import Clock

VERSION: Final = 1
SIZE_LIMIT: Final = 256 * 1024 * 1024
_LOG: Final = logging.getLogger(__name__)
_MOST_TAGS: Final = 1000
_SCHEMES: Final = frozenset({"http", "https"})
_SCHEME_LIFETIME: Final = timedelta(days=1)
_VERSION_FILE: Final = "version.json"
_BLOCK: Final = 4096
_LAYOUT: Final = b'{"imageLayoutVersion":"1.0.0"}'
_INDEX: Final = b'{"schemaVersion":2,"manifests":[]}'


@attrs.frozen
class TagKey:
    """Who was asked as whom for what."""

    origin: str
    identity: str
    repository: str
    tag: str


@attrs.frozen
class StoredTag:
    """What a tag stood for at `learned` (aware, UTC)."""

    digest: Digest
    media_type: str
    learned: datetime


@attrs.frozen
class StoredTags:
    """The tags a repository had at `learned`, in the registry's order."""

    tags: tuple[str, ...]
    is_complete: bool
    learned: datetime


@attrs.frozen
class StoreUsage:
    """`blobs` are manifests and configurations, `answers` tags and hosts; `size` is in bytes."""

    blobs: int
    answers: int
    size: int
    size_limit: int


class Store:
    """A folder of our own; `size_limit` is in bytes, the oldest files go first."""

    def __init__(self, folder: Path, *, clock: Clock, size_limit: int = SIZE_LIMIT) -> None:
        folder = _own_part(folder)
        self._version = folder / _VERSION_FILE
        self._images = folder / "images"
        self._blobs = self._images / "blobs"
        self._tags = folder / "tags"
        self._lists = folder / "tag-lists"
        self._hosts = folder / "hosts"
        self._clock = clock
        self._size_limit = size_limit
        self._size: int | None = None
        self._read_tags: dict[Path, tuple[tuple[int, int, int], StoredTag | None]] = {}

    def read_blob(self, digest: Digest) -> bytes | None:
        """Return the content of `digest`; a blob that has become something else is removed."""
        path = self._blob_path(digest)
        content = _read(path)
        if content is not None and not digest.matches(content):
            _LOG.warning("%s does not hold what its name says: removed", path)
            _remove(path)
            return None
        return content

    def write_blob(self, digest: Digest, content: bytes) -> None:
        """Keep `content`, which the caller has verified."""
        if not (self._images / "index.json").exists():
            self._write(self._images / "oci-layout", _LAYOUT)
            self._write(self._images / "index.json", _INDEX)
        self._write(self._blob_path(digest), content)

    def read_tag(self, key: TagKey) -> StoredTag | None:
        """Return what is kept; a file is read again when another has taken its place."""
        path = self._tag_path(key)
        try:
            status = path.stat()
        except OSError:
            return None
        seen = (status.st_mtime_ns, status.st_size, status.st_ino)
        read = self._read_tags.get(path)
        if read is None or read[0] != seen:
            if len(self._read_tags) >= _MOST_TAGS:
                self._read_tags.clear()
            read = self._read_tags[path] = (seen, self._parse_tag(path))
        return read[1]

    def write_tag(self, key: TagKey, *, digest: Digest, media_type: str) -> StoredTag:
        """Keep what `key` stands for, as of now."""
        stored = StoredTag(digest, media_type, self._clock())
        document = {
            "digest": str(digest),
            "mediaType": media_type,
            "learned": stored.learned.isoformat(),
        }
        self._write(self._tag_path(key), json.dumps(document).encode())
        return stored

    def read_tags(self, key: TagKey) -> StoredTags | None:
        """Return the list of tags that is kept for a repository; the key's own tag is empty."""
        document = _read_object(self._list_path(key))
        learned = _moment(text_field(document, "learned"))
        is_complete = document.get("complete") is True
        tags = words_field(document, "tags")
        return StoredTags(tags, is_complete, learned) if learned else None

    def write_tags(self, key: TagKey, tags: Sequence[str], *, is_complete: bool) -> None:
        """Keep the tags of a repository, as of now."""
        learned = self._clock().isoformat()
        document = {"learned": learned, "complete": is_complete, "tags": list(tags)}
        self._write(self._list_path(key), json.dumps(document).encode())

    def read_challenge(self, origin: str) -> Challenge | None:
        document = _read_object(self._host_path(origin))
        scheme, realm = document.get("scheme"), document.get("realm")
        match scheme, realm, document.get("service"):
            case "bearer", str(realm), str(service):
                return BearerChallenge(realm, service)
            case "basic", str(realm), _:
                return BasicChallenge(realm)
            case _:
                return None

    def write_challenge(self, origin: str, challenge: Challenge) -> None:
        document = {"host": origin, "realm": challenge.realm}
        match challenge:
            case BearerChallenge():
                document |= {"scheme": "bearer", "service": challenge.service}
            case BasicChallenge():
                document |= {"scheme": "basic"}
        self._write(self._host_path(origin), json.dumps(document).encode())

    def drop_challenge(self, origin: str) -> None:
        _remove(self._host_path(origin))

    def read_scheme(self, host: str) -> str | None:
        """Return the scheme an insecure host has answered over, for a day after it has."""
        document = _read_object(self._scheme_path(host))
        scheme, learned = text_field(document, "scheme"), _moment(text_field(document, "learned"))
        if scheme not in _SCHEMES or learned is None:
            return None
        return scheme if abs(self._clock() - learned) < _SCHEME_LIFETIME else None

    def write_scheme(self, host: str, scheme: str) -> None:
        document = {"host": host, "scheme": scheme, "learned": self._clock().isoformat()}
        self._write(self._scheme_path(host), json.dumps(document).encode())

    def drop_scheme(self, host: str) -> None:
        _remove(self._scheme_path(host))

    def read_identity(self, registry: str) -> str | None:
        """Return as whom `registry` was asked last with credentials."""
        return text_field(_read_object(self._identity_path(registry)), "identity") or None

    def write_identity(self, registry: str, identity: str) -> None:
        self._write(self._identity_path(registry), json.dumps({"identity": identity}).encode())

    def usage(self) -> StoreUsage:
        """Tell how much is kept."""
        blobs = tuple(length for folder in self._blobs.glob("*") for length in _sizes(folder))
        answers = (*_sizes(self._tags), *_sizes(self._lists), *_sizes(self._hosts))
        return StoreUsage(len(blobs), len(answers), sum(blobs) + sum(answers), self._size_limit)

    def clear(self) -> None:
        """Forget everything; what another process writes meanwhile stays whole."""
        for _, _, path in self._files():
            _remove(path)
        self._size = None

    def _parse_tag(self, path: Path) -> StoredTag | None:
        document = _read_object(path)
        learned = _moment(text_field(document, "learned"))
        try:
            digest = Digest.parse(text_field(document, "digest"))
        except ValueError:
            return None
        return StoredTag(digest, text_field(document, "mediaType"), learned) if learned else None

    def _blob_path(self, digest: Digest) -> Path:
        return self._blobs / digest.algorithm / digest.hex

    def _tag_path(self, key: TagKey) -> Path:
        parts = (key.origin, key.identity, key.repository, key.tag)
        return self._tags / _file_name(*parts)

    def _list_path(self, key: TagKey) -> Path:
        return self._lists / _file_name(key.origin, key.identity, key.repository)

    def _host_path(self, origin: str) -> Path:
        return self._hosts / _file_name(origin)

    def _scheme_path(self, host: str) -> Path:
        return self._hosts / _file_name("scheme", host)

    def _identity_path(self, registry: str) -> Path:
        return self._hosts / _file_name("identity", registry)

    def _write(self, path: Path, content: bytes) -> None:
        try:
            _make_folder(path.parent)
            if not self._version.exists():
                _replace(self._version, json.dumps({"version": VERSION}).encode())
            _replace(path, content)
        except OSError as error:
            _LOG.info("%s cannot be written: %s", path, error)
            return
        self._make_room(_on_disk(len(content)))

    def _make_room(self, added: int) -> None:
        """Remove the oldest files once the limit is passed, down to nine tenths of it."""
        if self._size is not None and self._size + added <= self._size_limit:
            self._size += added
            return
        files = sorted(self._files())
        size = sum(length for _, length, _ in files)
        target = self._size_limit * 9 // 10 if size > self._size_limit else size
        for _, length, path in files:
            if size <= target:
                break
            _remove(path)
            size -= length
        self._size = size

    def _files(self) -> Iterator[tuple[float, int, str]]:
        for folder in (*self._blobs.glob("*"), self._tags, self._lists, self._hosts):
            yield from _files_in(folder)


def _own_part(folder: Path) -> Path:
    """Return where in `folder` ours is kept."""
    version = _read_object(folder / _VERSION_FILE).get("version")
    is_newer = isinstance(version, int) and version > VERSION
    return folder / f"version-{VERSION}" if is_newer else folder


def _files_in(folder: Path) -> Iterator[tuple[float, int, str]]:
    """List a folder's files: when each was written, the bytes it takes on disk, its path."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            status = entry.stat()
            yield status.st_mtime, _on_disk(status.st_size), entry.path


def _sizes(folder: Path) -> tuple[int, ...]:
    return tuple(length for _, length, _ in _files_in(folder))


def _file_name(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest() + ".json"


def _on_disk(length: int) -> int:
    return -(-length // _BLOCK) * _BLOCK


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        _LOG.info("%s cannot be read: %s", path, error)
        return None


def _read_object(path: Path) -> JsonObject:
    content = _read(path)
    try:
        return parse_object(content) if content else {}
    except InvalidManifest:
        return {}


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _make_folder(path: Path) -> None:
    if not path.is_dir():
        _make_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)


def _replace(path: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all, readable by its owner only."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(temporary, path)  # noqa: PTH105 - mkstemp gives a string
    except OSError:
        _remove(temporary)
        raise


def _remove(path: Path | str) -> None:
    with suppress(OSError):
        os.unlink(path)  # noqa: PTH108 - scandir and mkstemp give strings
