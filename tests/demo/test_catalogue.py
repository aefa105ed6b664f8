"""What the demonstration's registry offers can be pulled, and is as old as it says."""

import json
from datetime import UTC, datetime

import pytest

from tagwise.demo.catalogue import MovedTag, seed_demo_registry
from tagwise.demo.http_message import Request
from tagwise.demo.registry import Registry
from tagwise.demo.registry_store import StoredManifest

NOW = datetime(2025, 10, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def seeded() -> tuple[Registry, tuple[MovedTag, ...]]:
    registry = Registry()
    return registry, seed_demo_registry(registry, now=NOW)


@pytest.fixture(scope="module")
def registry(seeded: tuple[Registry, tuple[MovedTag, ...]]) -> Registry:
    return seeded[0]


def found(registry: Registry, name: str) -> StoredManifest:
    repository, _, tag = name.rpartition(":")
    manifest = registry.store.repositories[repository].find(tag)
    assert manifest, name
    return manifest


@pytest.mark.parametrize(
    "name",
    [
        "library/python:3.12-slim",
        "library/python:3.13-slim",
        "library/python:3.12",
        "library/python:latest",
        "library/nginx:latest",
        "library/redis:7-alpine",
        "library/postgres:17",
        "library/node:22-slim",
        "library/alpine:3.22",
        "library/golang:1.25",
        "library/debian:bookworm-slim",
        "docker/dockerfile:1",
        "grafana/grafana:latest",
        "acme/api:2.1.0",
        "acme/charts/api:0.3.0",
    ],
)
async def test_what_people_will_try(registry: Registry, name: str) -> None:
    repository, _, tag = name.rpartition(":")
    response = await registry(Request("GET", f"/v2/{repository}/manifests/{tag}"))
    assert response.status == 200


def test_every_manifest_is_complete(registry: Registry) -> None:
    for name, repository in registry.store.repositories.items():
        for manifest in repository.manifests.values():
            assert not list(repository.missing_from(manifest)), name
            assert manifest.digest.matches(manifest.body)
            assert manifest.stated_media_type == manifest.media_type


def test_moved_tags_still_have_their_old_digest(
    seeded: tuple[Registry, tuple[MovedTag, ...]],
) -> None:
    registry, moved = seeded
    assert [f"{each.repository}:{each.tag}" for each in moved] == [
        "library/python:3.12-slim",
        "library/redis:7-alpine",
    ]
    for each in moved:
        assert each.old != each.new
        assert found(registry, f"{each.repository}:{each.tag}").digest == each.new
        assert registry.store.repositories[each.repository].find(each.old)


def test_one_index_moved_while_linux_amd64_did_not(
    seeded: tuple[Registry, tuple[MovedTag, ...]],
) -> None:
    registry, moved = seeded
    amd64 = []
    for each in moved:
        repository = registry.store.repositories[each.repository]
        old, new = repository.find(each.old), repository.find(each.new)
        assert old
        assert new
        amd64.append(old.manifests[0].digest == new.manifests[0].digest)
    assert amd64 == [False, True]


def test_nothing_was_created_after_now(registry: Registry) -> None:
    moments = [
        datetime.fromisoformat(config["created"])
        for repository in registry.store.repositories.values()
        for manifest in repository.manifests.values()
        if manifest.config
        for config in [json.loads(repository.blobs[digest_of(manifest)])]
        if "created" in config
    ]
    assert len(moments) > 50
    assert max(moments) < NOW
    assert (NOW - min(moments)).days < 365


def digest_of(manifest: StoredManifest):
    assert manifest.config
    return manifest.digest.parse(manifest.config.digest)
