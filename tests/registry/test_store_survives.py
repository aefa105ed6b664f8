"""The folder of answers when processes are killed while they write, and write at the same time."""

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from tagwise.oci.digest import Digest
from tagwise.registry.store import Store, TagKey

pytestmark = pytest.mark.skipif(os.name != "posix", reason="forks, and kills without a word")

NOW = datetime(2026, 1, 2, tzinfo=UTC)
KEY = TagKey("https://r.example", "anonymous", "app", "1")
CONTENTS = tuple(bytes([number]) * 40_000 for number in range(20))
KILLS = 200

# A process of its own forks: nothing else of ours may run in the children.
PROGRAM = """
import os, pathlib, random, signal, sys, time
from datetime import UTC, datetime
from tagwise.oci.digest import Digest
from tagwise.registry.store import Store, TagKey

folder, kills, writers = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
contents = tuple(bytes([number]) * 40_000 for number in range(20))
chance = random.Random(7)

def write():
    store = Store(folder, clock=lambda: datetime(2026, 1, 2, tzinfo=UTC), size_limit=400_000)
    key = TagKey("https://r.example", "anonymous", "app", "1")
    while True:
        for content in contents:
            digest = Digest.of(content)
            store.write_blob(digest, content)
            store.write_tag(key, digest=digest, media_type="a/b")

for _ in range(kills):
    children = []
    for _ in range(writers):
        child = os.fork()
        if child == 0:
            write()
        children.append(child)
    time.sleep(chance.random() / 100)
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
"""


@pytest.mark.parametrize(("kills", "writers"), [(KILLS, 1), (KILLS // 10, 3)])
def test_nothing_is_served_that_does_not_hash_to_its_name(tmp_path, kills, writers):
    arguments = [sys.executable, "-c", PROGRAM, str(tmp_path), str(kills), str(writers)]
    subprocess.run(arguments, check=True, timeout=60)
    store = Store(tmp_path, clock=lambda: NOW, size_limit=400_000)
    digests = {Digest.of(content): content for content in CONTENTS}
    found = {digest: store.read_blob(digest) for digest in digests}
    assert any(found.values())
    assert all(content in {None, digests[digest]} for digest, content in found.items())
    tag = store.read_tag(KEY)
    assert tag is not None
    assert tag.digest in digests
    for digest, content in digests.items():
        store.write_blob(digest, content)
        assert store.read_blob(digest) == content
    # What was half written when its writer was killed goes like everything else that is old.
    size = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert size < 2 * 400_000


def test_a_blob_cut_short_is_not_there(tmp_path):
    store = Store(tmp_path, clock=lambda: NOW)
    digest = Digest.of(CONTENTS[0])
    store.write_blob(digest, CONTENTS[0])
    os.truncate(tmp_path / "images" / "blobs" / "sha256" / digest.hex, 100)
    assert store.read_blob(digest) is None
    store.write_blob(digest, CONTENTS[0])
    assert store.read_blob(digest) == CONTENTS[0]


FULL_DISK = """
import pathlib, resource, signal, sys
from datetime import UTC, datetime
from tagwise.oci.digest import Digest
from tagwise.registry.store import Store

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
folder = pathlib.Path(sys.argv[1])
store = Store(folder, clock=lambda: datetime(2026, 1, 2, tzinfo=UTC))
content = bytes(5000)
store.write_blob(Digest.of(content), content)
assert store.read_blob(Digest.of(content)) is None
store.write_blob(Digest.of(b"small"), b"small")
assert store.read_blob(Digest.of(b"small")) == b"small"
assert not [path for path in folder.rglob(".new-*")]
"""


def test_a_disk_that_is_full(tmp_path):
    subprocess.run([sys.executable, "-c", FULL_DISK, str(tmp_path)], check=True, timeout=30)
