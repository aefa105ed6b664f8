"""Attestations: what they say, whoever wrote them."""

import base64
import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwise.errors import InvalidManifest
from tagwise.oci.in_toto import decode_statement, is_worth_reading, placeholder
from tagwise.oci.trust import COSIGN_SIGNATURE, OtherStatement, Provenance, Sbom, Unread

SLSA_02 = "https://slsa.dev/provenance/v0.2"
SLSA_1 = "https://slsa.dev/provenance/v1"
SPDX = "https://spdx.dev/Document"
CYCLONEDX = "https://cyclonedx.org/bom"
BUILDKIT = "https://mobyproject.org/buildkit@v1#metadata"
COMMIT = "4b220de5058abfd01ff619c9d2ff6b09a049bea0"
REPOSITORY = "https://github.com/acme/api"
VCS = {"vcs": {"source": f"{REPOSITORY}.git", "revision": COMMIT}}
SPDX_2 = {"spdxVersion": "SPDX-2.3", "packages": [{"name": "a"}, {"name": "b"}]}
CDX = {"bomFormat": "CycloneDX", "components": [{}, {}, {}]}


def statement(predicate_type, predicate):
    return {
        "_type": "https://in-toto.io/Statement/v0.1",
        "predicateType": predicate_type,
        "subject": [],
        "predicate": predicate,
    }


def dsse(document, signatures=({"sig": "x"},)):
    payload = base64.b64encode(json.dumps(document).encode()).decode()
    return {
        "payloadType": "application/vnd.in-toto+json",
        "payload": payload,
        "signatures": list(signatures),
    }


def decoded(document):
    return decode_statement(json.dumps(document).encode())


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (statement(SPDX, SPDX_2), Sbom("SPDX", 2)),
        (statement(f"{SPDX}/v2.3", SPDX_2), Sbom("SPDX", 2)),
        (statement(SPDX, "SPDXVersion: SPDX-2.3\nPackageName: a\n"), Sbom("SPDX", 1)),
        (statement(SPDX, {"spdxVersion": "SPDX-2.3"}), Sbom("SPDX", 0)),
        (statement(SPDX, {}), Sbom("SPDX", Unread.UNREADABLE)),
        (statement(SPDX, ["x"]), Sbom("SPDX", Unread.UNREADABLE)),
        (statement(f"{CYCLONEDX}/v1.5", CDX), Sbom("CycloneDX", 3)),
        (SPDX_2, Sbom("SPDX", 2)),
        (CDX, Sbom("CycloneDX", 3)),
        (
            {"@graph": [{"type": "software_Package"}, {"type": "Person"}, 7]},
            Sbom("SPDX", 1),
        ),
        (dsse(statement(SPDX, SPDX_2)), Sbom("SPDX", 2, is_signed=True)),
        (dsse(statement(SPDX, SPDX_2), ()), Sbom("SPDX", 2)),
        ({"dsseEnvelope": dsse(statement(CYCLONEDX, CDX))}, Sbom("CycloneDX", 3, is_signed=True)),
    ],
)
def test_bills_of_materials(document, expected):
    assert decoded(document) == expected


def test_a_bill_of_materials_as_text():
    text = b"SPDXVersion: SPDX-2.3\nPackageName: a\nX: PackageName: b\nPackageName: c\n"
    assert decode_statement(text) == Sbom("SPDX", 2)


@pytest.mark.parametrize(
    ("predicate_type", "predicate", "expected"),
    [
        (
            SLSA_02,
            {"builder": {"id": "https://ci.example/1"}, "metadata": {BUILDKIT: VCS}},
            Provenance("https://ci.example/1", f"{REPOSITORY}.git", COMMIT),
        ),
        (
            SLSA_02,
            {
                "invocation": {
                    "configSource": {
                        "uri": f"{REPOSITORY}.git#{COMMIT}:3.12/slim",
                        "digest": {"sha1": COMMIT},
                    }
                }
            },
            Provenance("", f"{REPOSITORY}.git", COMMIT),
        ),
        (
            SLSA_1,
            {"runDetails": {"builder": {"id": "b"}, "metadata": {"buildkit_metadata": VCS}}},
            Provenance("b", f"{REPOSITORY}.git", COMMIT),
        ),
        (
            SLSA_1,
            {
                "buildDefinition": {
                    "externalParameters": {"workflow": {"repository": REPOSITORY, "ref": "x"}},
                    "resolvedDependencies": [
                        {"uri": "pkg:docker/alpine", "digest": {"sha256": "1"}},
                        {
                            "uri": f"git+{REPOSITORY}@refs/heads/main",
                            "digest": {"gitCommit": COMMIT},
                        },
                    ],
                },
                "runDetails": {"builder": {"id": "https://github.com/actions/runner"}},
            },
            Provenance("https://github.com/actions/runner", REPOSITORY, COMMIT),
        ),
        (SLSA_1, {}, Provenance("", "", "")),
        (SLSA_02, {"builder": "x", "metadata": [1], "invocation": 7}, Provenance("", "", "")),
        (SLSA_1, {"runDetails": {"builder": {"id": ["x"]}}}, Provenance("", "", "")),
    ],
)
def test_provenance(predicate_type, predicate, expected):
    assert decoded(statement(predicate_type, predicate)) == expected


def test_other_statements():
    assert decoded(statement("https://openvex.dev/ns", {})) == OtherStatement(
        "https://openvex.dev/ns"
    )
    assert decoded({"dsseEnvelope": dsse(statement(COSIGN_SIGNATURE, {}))}) == OtherStatement(
        COSIGN_SIGNATURE
    )
    assert decoded({"messageSignature": {}}) == OtherStatement("")


def test_what_was_not_read():
    assert placeholder(SPDX, Unread.TOO_LARGE) == Sbom("SPDX", Unread.TOO_LARGE)
    assert placeholder(SLSA_1, Unread.NOT_FETCHED) is Unread.NOT_FETCHED
    assert placeholder("x", Unread.NOT_FETCHED) == OtherStatement("x")
    assert [is_worth_reading(each) for each in (SPDX, SLSA_02, "x")] == [True, True, False]


def test_no_text_is_longer_than_a_screen():
    provenance = decoded(statement(SLSA_02, {"builder": {"id": "x" * 10_000_000}}))
    assert len(provenance.builder) == 1000


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"payload": "!"}',
        b'{"payload": "e30="}',
        b'{"payload": 1}',
        b'{"dsseEnvelope": []}',
        b"[" * 100_000,
        b'{"predicateType": ' + b"9" * 5000 + b"}",
        b"\xff\xfe",
        b"<bom/>",
        base64.b64encode(b"{}"),
    ],
)
def test_what_is_no_attestation_is_refused(body):
    with pytest.raises(InvalidManifest):
        decode_statement(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "predicateType predicate payload dsseEnvelope builder id runDetails metadata vcs"
                " source uri digest buildDefinition externalParameters resolvedDependencies packages"
                " spdxVersion bomFormat components @graph type".split()
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON, st.sampled_from([SPDX, SLSA_02, SLSA_1, CYCLONEDX, "x", 7]))
def test_whatever_it_holds_it_is_read_or_refused(predicate, predicate_type):
    for document in (
        predicate,
        statement(predicate_type, predicate),
        dsse(statement(predicate_type, predicate)),
    ):
        with contextlib.suppress(InvalidManifest):
            assert decoded(document) is not None
