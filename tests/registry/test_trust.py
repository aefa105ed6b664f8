"""Signs of trust: where they are, what they come to, and what looking for them costs."""

import asyncio
import base64
import json

import attrs
import pytest

from support.registry_world import AMD64, World, asked, parse, put
from tagwise.demo.http_message import Response
from tagwise.demo.images import Content
from tagwise.demo.registry_transport import RegistryTransport
from tagwise.oci import media_types
from tagwise.oci.digest import Digest
from tagwise.oci.trust import (
    COSIGN_SIGNATURE,
    OtherStatement,
    Provenance,
    Sbom,
    Signature,
    SignatureKind,
    Unread,
)
from tagwise.registry import signs as signs_module
from tagwise.registry import statements, trust
from tagwise.registry.hosts import RegistrySettings
from tagwise.registry.referrers import referrers_tag
from tagwise.registry.resolver import Resolver

TEXT = "r.example/app:1"
EMPTY = "application/vnd.oci.empty.v1+json"
BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"
SIMPLE_SIGNING = "application/vnd.dev.cosign.simplesigning.v1+json"
NOTATION = "application/vnd.cncf.notary.signature"
DSSE = "application/vnd.dsse.envelope.v1+json"
SPDX = b'{"spdxVersion": "SPDX-2.3", "packages": [{}, {}]}'
SUBJECT = "vnd.docker.reference.digest"
SLSA = "https://slsa.dev/provenance/v1"


def artifact(subject, kind, body=b"{}", *, layer="application/json", **more):
    """Pack a document about `subject`, as oras does."""
    layers = more.pop("layers", None)
    content = Content.of(layer, body)
    document = {
        "schemaVersion": 2,
        "mediaType": media_types.OCI_MANIFEST,
        "artifactType": kind,
        "config": Content.of(EMPTY, b"{}").descriptor(),
        "layers": [content.descriptor()] if layers is None else layers,
        "subject": {"mediaType": media_types.OCI_INDEX, "digest": str(subject), "size": 1},
        **more,
    }
    return content, Content.of_document(media_types.OCI_MANIFEST, document)


def attach(registry, subject, kind, body=b"{}", *, tags=(), **more):
    content, manifest = artifact(subject, kind, body, **more)
    registry.put_blob("app", b"{}")
    registry.put_blob("app", content.body)
    for name in (str(manifest.digest), *tags):
        registry.put_manifest("app", name, manifest.body, manifest.media_type)
    return manifest


def fall_back(registry, subject, manifests, **more):
    """Keep the list in place of the API, as clients do where there is none."""
    entries = [
        {**each.descriptor(), "artifactType": json.loads(each.body)["artifactType"], **more}
        for each in manifests
    ]
    body = json.dumps({"schemaVersion": 2, "manifests": entries}).encode()
    registry.put_manifest("app", referrers_tag(subject), body, media_types.OCI_INDEX)


def dsse(predicate_type, predicate):
    payload = json.dumps({"predicateType": predicate_type, "predicate": predicate}).encode()
    return {"payload": base64.b64encode(payload).decode(), "signatures": [{"sig": "x"}]}


def without_api(request):
    return Response(404) if "/referrers/" in request.path else None


async def signs(world: World, text=TEXT):
    """Look for the signs on what has been resolved; give them and what it cost."""
    resolution = await world.resolve(text)
    registries = tuple(world.registries.values())
    asked(*registries)
    found = await world.resolver.signs(
        parse(text), digest=resolution.digest, image=resolution.chosen.descriptor.digest
    )
    return found, asked(*registries)


@pytest.fixture
def registry(world, image):
    registry = world.add("r.example")
    put(registry, "app", image, "1")
    return registry


async def test_what_buildkit_put_into_the_index(world, registry):
    found, requests = await signs(world)
    assert found.provenances == (Provenance("", "", ""),)
    assert (found.sboms, found.signatures, found.missed) == ((), (), "")
    assert len(requests) == 10


async def test_nothing_is_asked_again_for_ten_minutes(world, registry):
    first, _ = await signs(world)
    world.restart()
    assert await signs(world) == (first, [])
    world.pass_time(minutes=11)
    again, requests = await signs(world)
    assert again == first
    assert len(requests) == 8
    assert not any("blob" in each for each in requests)


async def test_before_anybody_looked_nothing_is_known(world, registry, image):
    await world.resolve(TEXT)
    asked(registry)
    known = {"digest": image.digest, "image": image.platforms[AMD64]}
    assert world.resolver.known_signs(parse(TEXT), **known) is None
    found, _ = await signs(world)
    world.pass_time(days=400)
    assert world.resolver.known_signs(parse(TEXT), **known) == found
    assert asked(registry) == []


async def test_fifty_askers_are_one_request_each(world, registry, image):
    await world.resolve(TEXT)
    asked(registry)
    subjects = {"digest": image.digest, "image": None}
    looks = (world.resolver.signs(parse(TEXT), **subjects) for _ in range(50))
    assert len(set(await asyncio.gather(*looks))) == 1
    assert len(asked(registry)) == 4


@pytest.mark.parametrize("has_api", [True, False], ids=["api", "tag"])
async def test_signatures_by_their_type(world, registry, image, has_api):
    kinds = {
        NOTATION: SignatureKind.NOTATION,
        "application/vnd.dev.cosign.artifact.sig.v1+json": SignatureKind.COSIGN,
    }
    made = [attach(registry, image.digest, kind) for kind in kinds]
    made.append(attach(registry, image.digest, "application/sarif+json"))
    if not has_api:
        registry.interceptor = without_api
        fall_back(registry, image.digest, made)
    found, _ = await signs(world)
    assert found.signatures == tuple(Signature(kind, image.digest) for kind in kinds.values())
    assert found.others == ("application/sarif+json",)
    assert found.missed == ""


async def test_a_list_in_place_of_the_api_may_leave_the_types_out(world, registry, image):
    """As on GHCR: the configuration's type stands for the artifact's, without annotations."""
    registry.interceptor = without_api
    signed = attach(
        registry,
        image.digest,
        BUNDLE,
        annotations={
            "dev.sigstore.bundle.content": "dsse-envelope",
            "dev.sigstore.bundle.predicateType": COSIGN_SIGNATURE,
        },
    )
    sbom = attach(registry, image.digest, "application/spdx+json", SPDX)
    fall_back(registry, image.digest, [signed, sbom], artifactType=EMPTY)
    found, _ = await signs(world)
    assert found.signatures == (Signature(SignatureKind.COSIGN, image.digest),)
    assert found.sboms == (Sbom("SPDX", 2),)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"messageSignature": {}}, Signature(SignatureKind.SIGSTORE, Digest.of(b""))),
        (dsse(COSIGN_SIGNATURE, {}), Signature(SignatureKind.COSIGN, Digest.of(b""))),
        (dsse("https://spdx.dev/Document", json.loads(SPDX)), Sbom("SPDX", 2, is_signed=True)),
        (dsse("https://vex.example", {}), OtherStatement("https://vex.example")),
        (
            dsse(SLSA, {"runDetails": {"builder": {"id": "b"}}}),
            Provenance("b", "", "", is_signed=True),
        ),
    ],
)
async def test_bundles_hold_anything(world, registry, image, content, expected):
    attach(registry, image.platforms[AMD64], BUNDLE, json.dumps(content).encode(), layer=BUNDLE)
    found, _ = await signs(world)
    if isinstance(expected, Signature):
        expected = attrs.evolve(expected, subject=image.platforms[AMD64])
    everything = (*found.signatures, *found.sboms, *map(OtherStatement, found.others))
    assert [*everything, *found.provenances[1:]] == [expected]


async def test_cosigns_tags(world, registry, image):
    tag = referrers_tag(image.digest)
    attach(registry, Digest.of(b""), "", tags=[f"{tag}.sig"], layer=SIMPLE_SIGNING)
    attach(registry, Digest.of(b""), "", SPDX, tags=[f"{tag}.sbom"], layer="text/spdx+json")
    body = json.dumps(dsse(SLSA, {"builder": {"id": "https://ci.example"}})).encode()
    attach(registry, Digest.of(b""), "", body, tags=[f"{tag}.att"], layer=DSSE)
    found, _ = await signs(world)
    assert found.signatures == (Signature(SignatureKind.COSIGN, image.digest),)
    assert found.sboms == (Sbom("SPDX", 2),)
    assert found.provenances[1:] == (Provenance("https://ci.example", "", "", is_signed=True),)


async def test_on_docker_hub_a_signature_costs_no_pull(world, image):
    hub = world.hub()
    put(hub, "library/app", image, "1")
    _, manifest = artifact(Digest.of(b""), "", layer=SIMPLE_SIGNING)
    hub.put_blob("library/app", b"{}")
    for name in (str(manifest.digest), f"{referrers_tag(image.digest)}.sig"):
        hub.put_manifest("library/app", name, manifest.body, manifest.media_type)
    found, requests = await signs(world, "app:1")
    assert found.signatures == (Signature(SignatureKind.COSIGN, image.digest),)
    pulls = [each for each in requests if each.startswith("GET by")]
    assert pulls == ["GET by digest"]  # BuildKit's attestation


async def test_all_pages(world, registry, image):
    attach(registry, image.digest, NOTATION)
    second = attach(registry, image.digest, BUNDLE)
    entry = {**second.descriptor(), "artifactType": "application/vnd.dev.cosign.x"}

    def page(request):
        if "/referrers/" not in request.path or str(image.digest) not in request.path:
            return None
        if request.query.get("page") == "2":
            return Response.of_json(200, {"schemaVersion": 2, "manifests": [entry]})
        first = {**second.descriptor(), "digest": str(Digest.of(b"x")), "artifactType": NOTATION}
        link = f'<{request.path}?page=2>; rel="next"'
        return Response.of_json(200, {"schemaVersion": 2, "manifests": [first]}, {"Link": link})

    registry.interceptor = page
    found, requests = await signs(world)
    assert [each.kind for each in found.signatures] == [
        SignatureKind.NOTATION,
        SignatureKind.COSIGN,
    ]
    assert requests.count("GET digest") == 3


@pytest.mark.parametrize(
    "link",
    ['<https://evil.example/?page=2>; rel="next"', '<?page=1>; rel="next"', '<//[>; rel="next"'],
)
async def test_pages_elsewhere_or_without_end(world, registry, link):
    evil = world.add("evil.example")
    listed = {"schemaVersion": 2, "manifests": []}
    registry.interceptor = lambda request: (
        Response.of_json(200, listed, {"Link": link}) if "/referrers/" in request.path else None
    )
    found, requests = await signs(world)
    assert "only the first" in found.missed
    assert evil.requests == []
    assert len(requests) < 20


async def test_an_attestation_that_its_registry_lists_and_has_lost(world, registry, image):
    (listed,) = (
        each for each in await attestations(world) if each.annotations[SUBJECT] == image_of(image)
    )
    registry.delete_manifest("app", str(listed.digest))
    found, _ = await signs(world)
    assert found.missing == (listed.digest,)
    assert (found.sboms, found.provenances, found.others, found.missed) == ((), (), (), "")


async def test_a_document_of_an_attestation_that_is_lost(world, registry, image):
    content, _ = artifact(image.digest, "application/spdx+json", SPDX)
    attach(registry, image.digest, "application/spdx+json", SPDX)

    def lose(request):
        return Response(404) if request.path.endswith(str(content.digest)) else None

    registry.interceptor = lose
    found, _ = await signs(world)
    assert found.sboms == (Sbom("", Unread.MISSING),)
    assert (found.missing, found.missed) == ((), "")


async def attestations(world):
    return (await world.client.manifest(parse(TEXT))).document.attestations


def image_of(image):
    return str(image.platforms[AMD64])


async def test_a_crowd_is_cut_off(world, registry, image):
    entries = [
        {
            "mediaType": media_types.OCI_MANIFEST,
            "digest": str(Digest.of(str(number).encode())),
            "size": 9,
            "artifactType": DSSE,
        }
        for number in range(1000)
    ]
    registry.interceptor = lambda request: (
        Response.of_json(200, {"schemaVersion": 2, "manifests": entries})
        if "/referrers/" in request.path
        else None
    )
    found, requests = await signs(world)
    assert found.missed
    assert len(requests) <= 8 + signs_module.MANIFESTS + signs_module.STATEMENTS


@pytest.mark.parametrize(
    "answer",
    [
        Response(200, {"Content-Type": "text/html"}, b"<html>"),
        Response(200, {}, b"[" * 100_000),
        Response(303, {"Location": "https://web.example/packages"}),
        Response(405),
        Response(501),
        Response(403),
        Response(400),
    ],
)
async def test_ways_to_have_no_referrers_api(world, registry, image, answer):
    web = world.add("web.example", interceptor=lambda _: Response(429))
    registry.interceptor = lambda request: answer if "/referrers/" in request.path else None
    fall_back(registry, image.digest, [attach(registry, image.digest, NOTATION)])
    found, _ = await signs(world)
    assert found.signatures == (Signature(SignatureKind.NOTATION, image.digest),)
    assert found.missed == ""
    assert web.requests == []


@pytest.mark.parametrize(
    ("where", "answer"),
    [
        ("/referrers/", Response(429, {"Retry-After": "99"})),
        ("/referrers/", Response(503)),
        (".sig", Response(500)),
        (".att", Response(401)),
        ("/blobs/", Response(500)),
        ("/blobs/", Response(200, {}, b"something else")),
    ],
)
async def test_what_could_not_be_asked_is_said_and_asked_again(world, registry, where, answer):
    await world.resolve(TEXT)
    registry.interceptor = lambda request: answer if where in request.path else None
    found, _ = await signs(world)
    assert "r.example" in found.missed
    registry.interceptor = None
    found, _ = await signs(world)
    assert found.missed == ""
    assert found.provenances == (Provenance("", "", ""),)


async def test_a_host_that_is_gone(world, registry):
    await world.resolve(TEXT)
    world.restart(transport=RegistryTransport({}))
    found, _ = await signs(world)
    assert "r.example cannot be reached" in found.missed
    assert found.sboms == found.signatures == ()


async def test_patience_ends(world, registry, monkeypatch):
    async def hang(request):
        await asyncio.sleep(60 if "/referrers/" in request.path else 0)

    await world.resolve(TEXT)
    registry.interceptor = hang
    monkeypatch.setattr(trust, "PATIENCE", 0.05)
    found, _ = await signs(world)
    assert "did not answer within 0.05 s" in found.missed


async def test_a_document_that_is_too_large_or_makes_no_sense(world, registry, image, monkeypatch):
    monkeypatch.setattr(signs_module, "STATEMENT_LIMIT", 1000)
    large = SPDX + b" " * 1000
    attach(registry, image.digest, "application/spdx+json", large)
    attach(registry, image.digest, "application/vnd.cyclonedx+json", b"<xml/>")
    found, _ = await signs(world)
    assert found.sboms == (Sbom("", Unread.TOO_LARGE), Sbom("", Unread.UNREADABLE))
    assert found.missed == ""


async def test_no_more_is_read_than_nobody_waits_long_for(world, registry, image, monkeypatch):
    monkeypatch.setattr(signs_module, "STATEMENTS_LIMIT", 5000)
    for number in range(4):
        body = SPDX + b" " * (2000 + number)
        attach(registry, image.digest, "application/spdx+json", body)
    found, requests = await signs(world)
    assert [each.packages for each in found.sboms] == [2, 2, *[Unread.NOT_FETCHED] * 2]
    assert requests.count("GET blob digest") == 3


async def test_a_document_that_is_larger_than_said(world, registry, image):
    content = Content.of("application/spdx+json", SPDX)
    layer = {**content.descriptor(), "size": 5}
    attach(registry, image.digest, "application/spdx+json", SPDX, layers=[layer])
    found, _ = await signs(world)
    assert found.sboms == (Sbom("", Unread.NOT_FETCHED),)
    assert "more than 5 bytes" in found.missed


async def test_an_index_that_lists_the_attestations_of_another_image(world, registry, image):
    found = await world.resolver.signs(
        parse(TEXT), digest=image.digest, image=Digest.of(b"another")
    )
    assert found.provenances == ()


async def test_a_mirror_that_knows_of_nothing_is_not_the_last_word(world, image):
    mirror = world.add("mirror.example", interceptor=without_api)
    registry = world.add("r.example")
    for each in (mirror, registry):
        put(each, "app", image, "1")
    attach(registry, image.digest, NOTATION)
    world.settings["r.example"] = RegistrySettings(mirrors=("mirror.example",))
    found, _ = await signs(world)
    assert [each.kind for each in found.signatures] == [SignatureKind.NOTATION]
    mirror.interceptor = None
    world.pass_time(minutes=11)
    found, _ = await signs(world)
    assert found.signatures == ()
    assert registry.requests == []


async def test_offline_what_is_on_disk_is_good(world, registry, image):
    resolver = Resolver(world.client, world.store, clock=world.clock, offline=True)
    subjects = {"digest": image.digest, "image": image.platforms[AMD64]}
    nothing = await resolver.signs(parse(TEXT), **subjects)
    assert nothing.missed == "not everything has been asked for yet"
    found, _ = await signs(world)
    world.pass_time(days=9)
    assert await resolver.signs(parse(TEXT), **subjects) == found
    assert asked(registry) == []


async def test_the_list_is_no_tag(world, registry, image):
    """What is kept under a subject's name is not taken for the tag of that name."""
    await signs(world)
    text = f"r.example/app:{referrers_tag(image.digest)}"
    assert world.resolver.known_digest(parse(text)) is None


@pytest.mark.parametrize(
    "statement",
    [
        Sbom("SPDX", 92, is_signed=True),
        Sbom("", Unread.TOO_LARGE),
        Provenance("b", "s", "r", is_signed=True),
        OtherStatement("x"),
        Unread.UNREADABLE,
    ],
)
def test_a_statement_is_kept_as_it_is(statement):
    assert statements.unpacked(statements.packed(statement)) == statement


@pytest.mark.parametrize("body", [b"", b"{}", b'{"is": 1}', b'{"is": "later"}'])
def test_what_another_version_kept_is_read_again(body):
    assert statements.unpacked(body) is None
