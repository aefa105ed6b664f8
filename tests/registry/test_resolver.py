"""Which image a reference and a platform are, and what is known of it."""

import json
from datetime import UTC, datetime

import attrs
import pytest

from support.registry_world import AMD64, asked, parse, put
from tagwise.demo.http_message import Response
from tagwise.demo.images import Content, Recipe, Step, build_artifact, build_image, build_single
from tagwise.errors import ManifestUnknown, RegistryUnreachable
from tagwise.oci import media_types
from tagwise.oci.codec import decode_manifest
from tagwise.oci.digest import Digest
from tagwise.oci.manifest import ImageIndex
from tagwise.oci.media_types import ArtifactKind
from tagwise.oci.platform import Platform
from tagwise.registry.credentials import Password
from tagwise.registry.resolver import Source
from tagwise.registry.store import TagKey

ARM64 = Platform("linux", "arm64")
WINDOWS = Platform("windows", "amd64", os_version="10.0.20348.1")
TEXT = "r.example/app:1"
RECIPE = Recipe(
    name="app",
    created=datetime(2025, 1, 1, tzinfo=UTC),
    steps=(Step("COPY a /", 1000), Step("CMD a"), Step("COPY b /", 500)),
)


def recipe(*platforms):
    return attrs.evolve(RECIPE, platforms=platforms)


def put_index(registry, *entries, tag="1"):
    document = {"schemaVersion": 2, "mediaType": media_types.OCI_INDEX, "manifests": list(entries)}
    body = json.dumps(document).encode()
    registry.put_manifest("app", str(Digest.of(body)), body, media_types.OCI_INDEX)
    registry.put_manifest("app", tag, body, media_types.OCI_INDEX)
    return Content.of(media_types.OCI_INDEX, body)


@pytest.fixture
def registry(world):
    return world.add("r.example")


async def test_an_index(world, registry, image):
    put(registry, "app", image, "1")
    found = await world.resolver.resolve(parse(TEXT), platform=ARM64)
    assert (found.digest, found.media_type) == (image.digest, media_types.OCI_INDEX)
    assert isinstance(found.index, ImageIndex)
    assert found.learned == world.now
    assert [str(each.platform) for each in found.images] == ["linux/arm64", "linux/amd64"]
    assert found.chosen is found.images[0]
    assert found.chosen.size > 40_000
    assert len(found.chosen.layers) == 2
    assert (found.images[1].size, found.images[1].layers) == (None, None)
    assert found.config.platform == ARM64
    assert found.config.entrypoint == ("/app",)
    assert found.attestations == 2
    assert found.kind is ArtifactKind.IMAGE


async def test_a_platform_that_is_missing(world, registry, image):
    put(registry, "app", image, "1")
    reference, wanted = parse(TEXT), Platform("linux", "s390x")
    found = await world.resolver.resolve(reference, platform=wanted)
    assert (found.chosen, found.config, len(found.images)) == (None, None, 2)
    with pytest.raises(ManifestUnknown, match="no image for linux/s390x"):
        await world.resolver.platform_digest(reference, wanted)


async def test_windows_is_chosen_where_there_is_nothing_else(world, registry):
    put(registry, "app", build_image(recipe(WINDOWS, AMD64)), "mixed")
    put(registry, "app", build_image(recipe(WINDOWS)), "windows")
    mixed = await world.resolve("r.example/app:mixed")
    assert mixed.chosen.platform == AMD64
    assert (await world.resolve("r.example/app:windows")).chosen.platform == WINDOWS


@pytest.mark.parametrize("wanted", [AMD64, ARM64])
async def test_a_single_manifest_has_the_platform_of_its_configuration(world, registry, wanted):
    image = put(registry, "app", build_single(RECIPE, AMD64), "1")
    found = await world.resolver.resolve(parse(TEXT), platform=wanted)
    assert found.index is None
    assert [each.platform for each in found.images] == [AMD64]
    assert found.chosen == (found.images[0] if wanted == AMD64 else None)
    assert found.config.platform == AMD64
    if wanted == AMD64:
        assert await world.resolver.platform_digest(parse(TEXT), wanted) == image.digest
    else:
        with pytest.raises(ManifestUnknown, match="no image for linux/arm64"):
            await world.resolver.platform_digest(parse(TEXT), wanted)


async def test_a_platform_that_the_index_does_not_name(world, registry):
    image = put(registry, "app", build_single(RECIPE, ARM64))
    put_index(registry, image.top.descriptor())
    found = await world.resolver.resolve(parse(TEXT), platform=ARM64)
    assert found.chosen.platform == ARM64
    assert found.config is not None


async def test_nested_indexes_are_followed_to_a_limit(world, registry, image):
    put(registry, "app", image)
    inner = image.top
    for _ in range(3):
        inner = put_index(registry, inner.descriptor())
    found = await world.resolve(TEXT)
    assert (found.chosen.platform, found.attestations) == (AMD64, 2)
    put_index(registry, inner.descriptor())
    world.pass_time(minutes=11)
    assert (await world.resolve(TEXT)).images == ()


async def test_an_artifact_is_named_as_what_it_is(world, registry):
    config = Content.of("application/vnd.cncf.helm.config.v1+json", b"{}")
    layer = Content.of("application/vnd.cncf.helm.chart.content.v1.tar+gzip", b"x")
    put(registry, "app", build_artifact(config, layer), "1")
    found = await world.resolve(TEXT)
    assert found.kind is ArtifactKind.HELM_CHART
    assert found.config is None
    assert found.images[0].platform.is_unknown
    assert asked(registry) == ["GET by 1"]


async def test_what_the_disk_knows(world, registry, image):
    put(registry, "app", image, "1")
    reference = parse(TEXT)
    assert world.resolver.known(reference, platform=AMD64) is None
    asked_now = await world.resolver.resolve(reference, platform=AMD64)
    world.restart()
    world.pass_time(days=30)
    known = world.resolver.known(reference, platform=AMD64)
    assert known == attrs.evolve(asked_now, source=Source.STORE)
    assert world.resolver.known(parse(f"r.example/app@{image.digest}"), platform=AMD64).config

    partial = world.resolver.known(reference, platform=ARM64)
    assert partial.chosen.platform == ARM64
    assert (partial.chosen.manifest, partial.config) == (None, None)


async def test_the_disk_may_know_only_a_digest(world, image):
    put(world.hub(), "library/app", image, "1")
    await world.resolver.digest(parse("app:1"))
    known = world.resolver.known(parse("app:1"), platform=AMD64)
    assert (known.digest, known.index, known.images) == (image.digest, None, ())
    assert known.media_type == media_types.OCI_INDEX


async def test_a_login_does_not_see_what_anonymous_was_told(world, registry, image):
    put(registry, "app", image, "1")
    await world.resolver.digest(parse(TEXT))
    world.logins["r.example"] = Password("ann", "x")
    assert world.resolver.known(parse(TEXT), platform=AMD64) is None


async def test_raw_manifests_are_the_bytes_that_were_served(world, registry, image):
    put(registry, "app", image, "1")
    reference = parse(TEXT)
    assert await world.resolver.raw_manifest(reference, platform=None) == image.top.body
    body = await world.resolver.raw_manifest(reference, platform=ARM64)
    digest = await world.resolver.platform_digest(reference, ARM64)
    assert digest.matches(body)
    assert digest in image.platforms.values()


async def test_fresh_asks_again_and_gets_only_what_is_new(world, registry, image):
    put(registry, "app", image, "1")
    await world.resolve(TEXT)
    asked(registry)
    assert (await world.resolve(TEXT, fresh=True)).digest == image.digest
    assert asked(registry) == ["HEAD by 1"]
    newer = put(registry, "app", build_image(recipe(AMD64)), "1")
    assert (await world.resolve(TEXT)).digest == image.digest
    assert (await world.resolve(TEXT, fresh=True)).digest == newer.digest
    assert (await world.resolve(TEXT)).digest == newer.digest


async def test_a_pinned_digest_that_is_no_longer_served(world, registry, image):
    put(registry, "app", image, "1")
    pinned = parse(f"{TEXT}@{image.digest}")
    await world.resolver.resolve(pinned, platform=AMD64)
    registry.delete_manifest("app", str(image.digest))
    assert (await world.resolver.digest(pinned)).digest == image.digest
    with pytest.raises(ManifestUnknown):
        await world.resolver.digest(pinned, fresh=True)


async def test_what_a_tag_was_a_moment_ago_may_be_gone(world, image):
    registry = world.add("r.example")
    gone = Digest.of(b"gone")
    world.store.write_tag(
        TagKey("https://r.example/app?ns=", "anonymous", "app", "1"),
        digest=gone,
        media_type=media_types.OCI_INDEX,
    )
    put(registry, "app", image, "1")
    assert (await world.resolver.digest(parse("r.example/app:1"))).digest == gone
    assert asked(registry) == []
    resolution = await world.resolve("r.example/app:1")
    assert (resolution.digest, resolution.source) == (image.digest, Source.REGISTRY)
    assert asked(registry)[:2] == ["GET by digest", "GET by 1"]
    assert (await world.resolver.digest(parse("r.example/app:1"))).digest == image.digest


@pytest.mark.parametrize("part", ["manifest", "config"])
async def test_what_an_index_lists_and_nobody_has(world, registry, image, part):
    """The index is there, and says what it says; a pull of that platform would fail."""
    put(registry, "app", image, "1")
    (amd64,) = (each for each in decode_index(image) if each.platform == AMD64)
    lost = amd64.digest
    if part == "config":
        lost = (await world.client.manifest(parse(TEXT), digest=lost)).document.config.digest
    asked(registry)

    def lose(request):
        return Response.of_json(404, {}) if request.path.endswith(str(lost)) else None

    registry.interceptor = lose
    for _ in range(2):
        found = await world.resolver.resolve(parse(TEXT), platform=AMD64)
        assert [str(each.platform) for each in found.images] == ["linux/amd64", "linux/arm64"]
        assert found.chosen is found.images[0]
        assert (found.chosen.is_missing, found.images[1].is_missing) == (True, False)
        assert found.config is None
    kind = "by" if part == "manifest" else "blob"
    assert asked(registry) == ["GET by 1", f"GET {kind} digest"]
    registry.interceptor = None
    world.pass_time(seconds=31)
    found = await world.resolver.resolve(parse(TEXT), platform=AMD64)
    assert found.chosen.is_missing is False
    assert found.config is not None


@pytest.mark.parametrize("what", ["nested index", "entry without a platform"])
async def test_a_part_of_an_index_that_is_lost_is_told_as_missing(world, registry, image, what):
    """What it held nobody knows; that it is listed and gone, everybody should."""
    put(registry, "app", image)
    lost = build_single(RECIPE, ARM64).top
    if what == "nested index":
        lost = Content.of_document(media_types.OCI_INDEX, {"schemaVersion": 2, "manifests": []})
    put_index(registry, image.top.descriptor(), lost.descriptor())
    found = await world.resolve(TEXT)
    assert [str(each.platform) for each in found.images] == [
        *("linux/amd64", "linux/arm64", "unknown/unknown")
    ]
    assert [each.is_missing for each in found.images] == [False, False, True]
    assert str(found.images[-1].descriptor.digest) == str(lost.digest)
    assert found.chosen.platform == AMD64
    every = await world.resolver.resolve_all(parse(TEXT), platform=AMD64)
    assert [each.is_missing for each in every.images] == [False, False, True]


async def test_a_lost_part_does_not_hide_that_the_rest_is_for_windows(world, registry):
    image = put(registry, "app", build_image(recipe(WINDOWS)))
    lost = Content.of_document(media_types.OCI_INDEX, {"schemaVersion": 2, "manifests": []})
    put_index(registry, image.top.descriptor(), lost.descriptor())
    found = await world.resolve(TEXT)
    assert found.chosen.platform == WINDOWS


async def test_a_listed_image_that_cannot_be_got_now_is_no_missing_one(world, registry, image):
    put(registry, "app", image, "1")

    def fail(request):
        is_index = request.path.endswith("/1")
        return None if is_index else Response.of_json(500, {})

    registry.interceptor = fail
    with pytest.raises(RegistryUnreachable):
        await world.resolver.resolve(parse(TEXT), platform=AMD64)


def decode_index(image):
    document = decode_manifest(image.top.body, image.top.media_type)
    assert isinstance(document, ImageIndex)
    return document.images
