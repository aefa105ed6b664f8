"""Every sample: the references a person finds in it, and a pin that comes off without a trace."""

import json
import shutil
import subprocess
import sys

import pytest

from support.samples import EXPECTED, SAMPLES, SKIPPED
from tagwise.ide.edits import Plan, applied, merged, pin, unpin
from tagwise.oci.digest import Digest
from tagwise.oci.platform import LINUX_AMD64
from tagwise.session.files import Files
from tagwise.session.workspace import OpenDocument, Workspace


@pytest.fixture(scope="module")
def items(tmp_path_factory):
    folder = tmp_path_factory.mktemp("samples")
    shutil.copytree(SAMPLES, folder / "samples")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "tagwise", "refs", "--all", "--format", "json"],
        check=True, capture_output=True, cwd=folder / "samples", timeout=30,
        env={"HOME": str(folder), "TAGWISE_CACHE_DIR": str(folder)},
    )  # fmt: skip
    assert done.stderr == b""
    return json.loads(done.stdout)


def test_every_sample_is_listed_here():
    files = {path.relative_to(SAMPLES).as_posix() for path in SAMPLES.rglob("*") if path.is_file()}
    others = {"README.md", *(each for each in files if each.endswith((".env", "Chart.yaml")))}
    assert files - others == set(EXPECTED)
    readme = (SAMPLES / "README.md").read_text()
    assert all(f"| `{path.partition('/')[0]}` |" in readme for path in EXPECTED)


@pytest.mark.parametrize("path", EXPECTED)
def test_the_images_of_a_sample(items, path):
    found = [each for each in items if each["path"] == path and each["skipped"] is None]
    told = [
        (
            each["range"]["start"]["line"] + 1,
            each["text"],
            each["resolved"],
            each["role"],
            each["variant"] or each["platform"],
        )
        for each in found
    ]
    here = next((each["platform"] for each in items if each["role"] == "base-image"
                 and each["platform"]), None)  # fmt: skip
    assert told == [
        (*each[:4], here if each[4] == "$BUILDPLATFORM" else each[4]) for each in EXPECTED[path]
    ]


@pytest.mark.parametrize("path", EXPECTED)
def test_what_is_no_image_in_a_sample(items, path):
    found = {
        each["range"]["start"]["line"] + 1: (each["resolved"], each["skipped"]["reason"])
        for each in items
        if each["path"] == path and each["skipped"] is not None
    }
    assert found == SKIPPED.get(path, {})


@pytest.mark.parametrize("path", EXPECTED)
async def test_pin_and_unpin_leave_no_trace(path):
    """All images of a sample, wherever in its folder they are pinned; each has a digest of its own."""
    file = SAMPLES / path
    folder = SAMPLES / path.partition("/")[0]
    beside = [each for each in folder.rglob("*") if each.is_file()]
    texts = {str(each): each.read_bytes().decode() for each in beside}

    async def change(texts, verb):
        workspace = Workspace(Files((SAMPLES,)), environment={}, platform=LINUX_AMD64)
        for document, text in texts.items():
            workspace.put(document, OpenDocument(document, text))
        read = await workspace.read(str(file))
        images = [each for each in read.parsed.occurrences if each.skipped is None]
        plans = [plan for each in images if isinstance(plan := verb(each), Plan)]
        edits = merged(plans).edits
        assert {edit.place.document for edit in edits} <= set(texts)
        return {
            document: applied(text, [e for e in edits if e.place.document == document])
            for document, text in texts.items()
        }

    def digest(occurrence):
        return Digest.of(occurrence.reference.canonical.encode())

    pinned = await change(texts, lambda each: pin(each, digest(each)))
    images = {reference for _, _, reference, _, _ in EXPECTED[path]}
    text = "".join(pinned.values())
    assert bool(images) == ("sha256:" in text)
    assert await change(pinned, lambda each: pin(each, Digest.of(b"other"))) == pinned
    assert await change(pinned, unpin) == await change(texts, unpin)
    if "@sha256:" not in "".join(texts.values()):
        assert await change(pinned, unpin) == texts
