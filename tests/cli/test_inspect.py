"""`tagwise digest` and `tagwise inspect`."""

import json
import re

import httpx

from tagwise.oci.digest import Digest

ACCEPT = {"Accept": "application/vnd.oci.image.index.v1+json"}


def manifest(hub, repository, reference):
    return httpx.get(f"{hub.url}/v2/{repository}/manifests/{reference}", headers=ACCEPT).content


def test_digest_is_the_hash_of_the_bytes_alone_on_a_line(program, hub):
    index = manifest(hub, "library/alpine", "3.22")
    assert program("digest", "alpine:3.22").out == f"{Digest.of(index)}\n"
    arm = next(
        m for m in json.loads(index)["manifests"] if m["platform"]["architecture"] == "arm64"
    )
    assert program("digest", "alpine:3.22", "--platform", "linux/arm64").out == f"{arm['digest']}\n"
    assert Digest.of(manifest(hub, "library/alpine", arm["digest"])) == Digest.parse(arm["digest"])
    error = program("digest", "alpine:3.22", "--platform", "linux/mips", code=1).error
    assert error.startswith("alpine:3.22 has no image for linux/mips, but for linux/amd64, ")


def test_an_image_for_one_platform_has_no_other(program, hub):
    own = f"{Digest.of(manifest(hub, 'acme/arm-only', '1'))}\n"
    assert program("digest", "acme/arm-only:1").out == own
    assert program("digest", "acme/arm-only:1", "--platform", "arm64").out == own
    error = program("digest", "acme/arm-only:1", "--platform", "linux/s390x", code=1).error
    assert error == "acme/arm-only:1 has no image for linux/s390x, but for linux/arm64"


def test_inspect_as_text(program):
    ended = program("inspect", "python:3.12-slim", "--platform", "linux/arm64")
    lines = ended.out.splitlines()
    assert lines[0] == "python:3.12-slim — docker.io/library/python"
    assert re.fullmatch(
        r"sha256:\w{4}…\w{4} · made 3 days ago · OCI index, 3 platforms, 3 attestations", lines[1]
    )
    assert lines[4].startswith("linux/arm64 (asked for)")
    assert re.search(
        r"Source github\.com/docker-library/python at \w{7} SBOM: SPDX, 60 packages · provenance:"
        r" github\.com/docker-library/python at \w{7} by"
        r" github\.com/docker-library/python/actions/\S+ · no signature found$",
        " ".join(ended.out.split()),
    )
    assert "\x1b" not in ended.out
    assert ended.err == ""


def test_inspect_as_json(program, hub):
    item = json.loads(
        program("inspect", "acme/api:2.1.0", "--all-platforms", "--format", "json").out
    )
    index = manifest(hub, "acme/api", "2.1.0")
    assert list(item) == [
        "reference", "canonical", "digest", "mediaType", "created", "platforms", "attestations",
        "signs", "config", "labels", "source", "lookedUp",
    ]  # fmt: skip
    assert item["reference"] == "acme/api:2.1.0"
    assert item["canonical"] == "docker.io/acme/api:2.1.0"
    assert item["digest"] == str(Digest.of(index))
    assert item["mediaType"] == "application/vnd.oci.image.index.v1+json"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", item["created"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", item["lookedUp"])
    assert item["source"] == "registry"
    listed = json.loads(index)["manifests"]
    images = [m for m in listed if "vnd.docker.reference.type" not in m.get("annotations", {})]
    assert item["attestations"] == len(listed) - len(images)
    assert {each["digest"] for each in item["platforms"]} == {m["digest"] for m in images}
    for each in item["platforms"]:
        content = json.loads(manifest(hub, "acme/api", each["digest"]))
        assert each["size"] == sum(layer["size"] for layer in content["layers"])
        assert each["layers"] == len(content["layers"])
    assert set(item["config"]) == {
        "platform", "user", "workingDir", "entrypoint", "cmd", "env", "exposedPorts", "volumes",
        "stopSignal",
    }  # fmt: skip
    assert item["labels"]["org.opencontainers.image.source"].startswith("https://")
    once = json.loads(program("inspect", "acme/api:2.1.0", "--format", "json").out)
    assert [each["platform"] for each in once["platforms"]] == [
        each["platform"] for each in item["platforms"]
    ]


def test_the_signs_of_trust(program, hub):
    arguments = ["inspect", "acme/api:2.1.0", "--format", "json", "--platform", "linux/amd64"]
    item = json.loads(program(*arguments).out)
    labels = item["labels"]
    (provenance,) = item["signs"].pop("provenances")
    builder = provenance.pop("builder")
    assert builder.startswith("https://github.com/acme/api/actions/runs/")
    assert provenance == {
        "source": labels["org.opencontainers.image.source"],
        "revision": labels["org.opencontainers.image.revision"],
        "unread": None,
        "signed": False,
    }
    assert item["signs"] == {
        "sboms": [{"format": "SPDX", "packages": 92, "unread": None, "signed": False}],
        "signatures": [{"kind": "cosign", "subject": item["digest"], "verified": False}],
        "others": [],
        "missing": [],
        "complete": True,
        "missed": None,
    }
    text = " ".join(program("inspect", "acme/api:2.1.0").out.split())
    assert text.endswith("· signature: cosign, present, not verified")

    offline = program(*arguments, "--offline")
    assert json.loads(offline.out)["signs"]["sboms"][0]["packages"] == 92


def test_inspect_raw_is_byte_for_byte(program, hub):
    raw = program("inspect", "redis:8", "--format", "raw").raw
    assert raw == manifest(hub, "library/redis", "8")
    arm = program("inspect", "redis:8", "--format", "raw", "--platform", "linux/arm64").raw
    wanted = next(
        m for m in json.loads(raw)["manifests"] if m["platform"].get("architecture") == "arm64"
    )
    assert Digest.of(arm) == Digest.parse(wanted["digest"])


def test_a_pin_that_is_behind_its_tag(program, moved):
    tag = moved[0]
    lines = program("inspect", f"python:3.12-slim@{tag.old}").out.splitlines()
    assert lines[0] == "python:3.12-slim — docker.io/library/python, pinned"
    assert lines[2] == f"The pin is behind: 3.12-slim is sha256:{tag.new.short} now"


def test_a_chart_is_no_image(program):
    assert "Helm chart, no image" in program("inspect", "acme/charts/api:0.3.0").out


def test_errors(program, hub):
    for arguments, code, said in [
        (["Alpine"], 2, "must be lowercase: 'Alpine', at character 1 of 'Alpine'"),
        (["alpine", "--platform", "linux/arm/v7/x"], 2, "invalid platform"),
        (["alpine", "--platform", "arm64", "--all-platforms"], 2, "exclude each other"),
        ([f"{hub.host}/no/such:1"], 1, "/no/such:1 was not found on"),
        (["localhost:9/a"], 1, "localhost:9 cannot be reached for localhost:9/a: nothing listens"),
    ]:
        assert said in program("inspect", *arguments, code=code).error
