"""Digests: the facts are those of go-digest's own tests.

https://github.com/opencontainers/go-digest: `digest_test.go`, and RFC 6234's values for "abc".
"""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwise.errors import InvalidDigest
from tagwise.oci.digest import HEX_LENGTHS, Digest

SHA256 = "e58fcf7418d4390dec8e8fb69d88c06ec07039d651fedd3aa72af9972e7d046b"
SHA384 = (
    "d3fc7881460b7e22e3d172954463dddd7866d17597e7248453c48b3e9d26d959"
    "6bf9c4a9cf8072c9d5bad76e19af801d"
)


@pytest.mark.parametrize(
    ("algorithm", "hexadecimal"), [("sha256", SHA256), ("sha384", SHA384), ("sha512", SHA256 * 2)]
)
def test_a_digest_is_read(algorithm, hexadecimal):
    digest = Digest.parse(f"{algorithm}:{hexadecimal}")
    assert (digest.algorithm, digest.hex) == (algorithm, hexadecimal)
    assert str(digest) == f"{algorithm}:{hexadecimal}"


@pytest.mark.parametrize(
    ("text", "wrong", "says"),
    [
        ("", "", "algorithm:hex"),
        ("     ", "     ", "algorithm:hex"),
        ("d41d8cd98f00b204e9800998ecf8427e", "d41d8cd98f00b204e9800998ecf8427e", "algorithm:hex"),
        ("sha256:", "", "64 hexadecimal digits, this one has 0"),
        ("sha256:" + " " * 64, " ", "' ' is no lowercase hexadecimal digit"),
        (":", "", "unknown digest algorithm ''"),
        ("sha256:d41d8cd98f00b204e9800m98ecf8427e", "m", "'m' is no lowercase hexadecimal digit"),
        ("sha256:abcdef0123456789", "abcdef0123456789", "this one has 16"),
        ("sha512:" + SHA256, SHA256, "sha512 digest has 128"),
        ("sha256:" + SHA256 + "00", SHA256 + "00", "this one has 66"),
        ("foo:d41d8cd98f00b204e9800998ecf8427e", "foo", "use one of sha256, sha384, sha512"),
        ("sha384__foo+bar:" + SHA384, "sha384__foo+bar", "unknown digest algorithm"),
        ("sha384.foo+bar:" + SHA384, "sha384.foo+bar", "unknown digest algorithm"),
        ("sha256+b64:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g", "sha256+b64", "unknown digest algorithm"),
        ("blake3:" + SHA256, "blake3", "unknown digest algorithm"),
        ("SHA256:" + SHA256, "SHA256", "unknown digest algorithm 'SHA256'"),
        ("sha256:" + SHA256.upper(), "E", "'E' is no lowercase hexadecimal digit"),
        ("sha256:" + SHA256 + "\n", "\n", "'\\n' is no lowercase"),
    ],
)
def test_what_is_no_digest_is_refused_with_what_is_wrong(text, wrong, says):
    with pytest.raises(InvalidDigest) as caught:
        Digest.parse(text)
    assert text[caught.value.start : caught.value.end] == wrong
    assert says in str(caught.value)
    assert str(caught.value).startswith("invalid digest: ")


def test_content_has_a_digest():
    abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert str(Digest.of(b"abc")) == f"sha256:{abc}"
    assert Digest.of(b"abc").matches(b"abc")
    assert not Digest.of(b"abc").matches(b"abd")
    assert Digest.parse("sha512:" + hashlib.sha512(b"abc").hexdigest()).matches(b"abc")
    assert Digest.of(b"abc").short == "ba78…15ad"


@given(st.sampled_from(sorted(HEX_LENGTHS)), st.data())
def test_what_is_written_reads_back(algorithm, data):
    size = HEX_LENGTHS[algorithm]
    text = f"{algorithm}:{data.draw(st.text('0123456789abcdef', min_size=size, max_size=size))}"
    assert str(Digest.parse(text)) == text


def error_of(text):
    try:
        Digest.parse(text)
    except InvalidDigest as error:
        return error
    return None


@given(st.one_of(st.text(), st.text("sha256:0f ", max_size=90)))
def test_nothing_but_invalid_digest_is_raised(text):
    error = error_of(text)
    assert error is None or 0 <= error.start <= error.end <= len(text)
