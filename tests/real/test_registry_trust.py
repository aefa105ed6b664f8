"""Signs of trust on Debian's docker-registry, which has no referrers API: tags stand in for it."""

import json

import httpx
import pytest

from support.real_parts import debian_registry, push_image, two_platform_image
from tagwise.demo.images import Content, build_artifact, build_signature
from tagwise.oci import media_types
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference
from tagwise.oci.trust import Provenance, Sbom, Signature, SignatureKind
from tagwise.registry.client import RegistryClient
from tagwise.registry.clock import system_clock
from tagwise.registry.credentials import AnonymousKeychain
from tagwise.registry.hosts import Hosts
from tagwise.registry.referrers import referrers_tag
from tagwise.registry.resolver import Resolver
from tagwise.registry.store import Store

AMD64 = Platform("linux", "amd64")


@pytest.fixture
async def resolver(tmp_path):
    store = Store(tmp_path / "cache", clock=system_clock)
    client = RegistryClient(
        hosts=Hosts({}), keychain=AnonymousKeychain(), store=store, clock=system_clock
    )
    yield Resolver(client, store, clock=system_clock)
    await client.aclose()


async def test_tags_stand_in_for_the_referrers_api(resolver):
    image = two_platform_image()
    signature = build_signature(image.top)
    sbom = build_artifact(
        Content.of(media_types.OCI_CONFIG, b"{}"),
        Content.of("text/spdx+json", b'{"spdxVersion": "SPDX-2.3", "packages": [{}]}'),
    )
    index = Content.of_document(
        media_types.OCI_INDEX,
        {
            "schemaVersion": 2,
            "mediaType": media_types.OCI_INDEX,
            "manifests": [
                {
                    **signature.top.descriptor(),
                    "artifactType": json.loads(signature.top.body)["artifactType"],
                }
            ],
        },
    )
    tag = referrers_tag(image.digest)
    async with debian_registry() as registry:
        url = f"{registry.url}/v2/demo/app"
        async with httpx.AsyncClient(base_url=registry.url, trust_env=False) as client:
            await push_image(client, "demo/app", image, "1")
            await push_image(client, "demo/app", signature)
            await push_image(client, "demo/app", sbom, f"{tag}.sbom")
            assert (await client.get(f"{url}/referrers/{image.digest}")).status_code == 404
            headers = {"Content-Type": index.media_type}
            put = await client.put(f"{url}/manifests/{tag}", content=index.body, headers=headers)
            put.raise_for_status()
        reference = ImageReference.parse(f"{registry.host}/demo/app:1")
        resolution = await resolver.resolve(reference, platform=AMD64)
        subjects = {"digest": resolution.digest, "image": image.platforms[AMD64]}
        signs = await resolver.signs(reference, **subjects)
    assert signs.signatures == (Signature(SignatureKind.COSIGN, image.digest),)
    assert signs.sboms == (Sbom("SPDX", 1),)
    assert signs.provenances == (Provenance("", "", ""),)
    assert signs.missed == ""
    assert await resolver.signs(reference, **subjects) == signs
