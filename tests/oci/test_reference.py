"""Image references: the facts are those of distribution/reference's own tests.

https://github.com/distribution/reference: `normalize_test.go`, `reference_test.go` and
`regexp_test.go`; names of tests there stand in the comments.
"""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwise.errors import InvalidReference
from tagwise.oci.digest import Digest
from tagwise.oci.reference import ImageReference, as_reference

HEX = "86e0e091d0da6bde2456dbb48306f3956bbeb2eae1b5b9a43045843f69fe4aaa"
DIGEST = f"sha256:{HEX}"
SHA512 = "sha512:" + "f" * 128
ID = "1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a"
SONG = "thisisthesongthatneverendsitgoesonandonandonthisisthesongthatnev"


def parsed(text):
    return ImageReference.parse(text)


def refused(text):
    with pytest.raises(InvalidReference) as caught:
        parsed(text)
    error = caught.value
    assert error.text == text
    assert 0 <= error.start <= error.end <= len(text)
    assert str(error).startswith(("invalid reference: ", "invalid digest: "))
    return error


@pytest.mark.parametrize(
    ("text", "registry", "repository", "tag", "digest"),
    [
        # TestNormalizedSplitHostname
        ("test.com/foo", "test.com", "foo", None, None),
        ("test_com/foo", "docker.io", "test_com/foo", None, None),
        ("docker/migrator", "docker.io", "docker/migrator", None, None),
        ("test.com:8080/foo", "test.com:8080", "foo", None, None),
        ("test-com:8080/foo", "test-com:8080", "foo", None, None),
        ("foo", "docker.io", "library/foo", None, None),
        ("xn--n3h.com/foo", "xn--n3h.com", "foo", None, None),
        ("xn--n3h.com:18080/foo", "xn--n3h.com:18080", "foo", None, None),
        ("docker.io/foo", "docker.io", "library/foo", None, None),
        ("docker.io/library/foo", "docker.io", "library/foo", None, None),
        ("docker.io/library/foo/bar", "docker.io", "library/foo/bar", None, None),
        # TestReferenceParse
        ("test_com", "docker.io", "library/test_com", None, None),
        ("test.com:tag", "docker.io", "library/test.com", "tag", None),
        ("test.com:5000", "docker.io", "library/test.com", "5000", None),
        ("test.com/repo:tag", "test.com", "repo", "tag", None),
        ("test:5000/repo", "test:5000", "repo", None, None),
        ("test:5000/repo:tag", "test:5000", "repo", "tag", None),
        (f"test:5000/repo@{DIGEST}", "test:5000", "repo", None, DIGEST),
        (f"test:5000/repo:tag@{DIGEST}", "test:5000", "repo", "tag", DIGEST),
        ("lowercase:Uppercase", "docker.io", "library/lowercase", "Uppercase", None),
        ("sub-dom1.foo.com/bar/baz/quux", "sub-dom1.foo.com", "bar/baz/quux", None, None),
        (
            "b.gcr.io/test.example.com/my-app:test.example.com",
            "b.gcr.io",
            "test.example.com/my-app",
            "test.example.com",
            None,
        ),
        ("xn--7o8h.com/myimage:a@" + SHA512, "xn--7o8h.com", "myimage", "a", SHA512),
        ("foo_bar.com:8080", "docker.io", "library/foo_bar.com", "8080", None),
        ("foo/foo_bar.com:8080", "docker.io", "foo/foo_bar.com", "8080", None),
        ("192.168.1.1", "docker.io", "library/192.168.1.1", None, None),
        ("192.168.1.1:5000", "docker.io", "library/192.168.1.1", "5000", None),
        ("192.168.1.1:5000/repo:5050", "192.168.1.1:5000", "repo", "5050", None),
        ("[2001:db8::1]/repo", "[2001:db8::1]", "repo", None, None),
        ("[2001:db8:1:2:3:4:5:6]/repo:tag", "[2001:db8:1:2:3:4:5:6]", "repo", "tag", None),
        (f"[2001:db8::1]:5000/r:t@{DIGEST}", "[2001:db8::1]:5000", "r", "t", DIGEST),
        ("[::1]:5000/repo", "[::1]:5000", "repo", None, None),
        # TestReferenceRegexp: localhost is a name without a host, and a host before a slash
        (f"localhost:8080@{DIGEST}", "docker.io", "library/localhost", "8080", DIGEST),
        (f"localhost@{DIGEST}", "docker.io", "library/localhost", None, DIGEST),
        ("localhost:5000", "docker.io", "library/localhost", "5000", None),
        ("localhost/name", "localhost", "name", None, None),
        ("localhost:8080/name", "localhost:8080", "name", None, None),
        # TestParseRepositoryInfo, TestValidateReferenceName
        ("index.docker.io/fooo/bar", "docker.io", "fooo/bar", None, None),
        ("index.docker.io/debian", "docker.io", "library/debian", None, None),
        ("Docker/docker", "Docker", "docker", None, None),
        ("FOO/bar", "FOO", "bar", None, None),
        ("[fc00:1:2:3:4:5:6:7]:5000/library/debian", *"[fc00:1:2:3:4:5:6:7]:5000 library/debian".split(), None, None),
        (f"docker.io/{ID}", "docker.io", f"library/{ID}", None, None),
        (SONG, "docker.io", f"library/{SONG}", None, None),
        (f"sha256:{ID}", "docker.io", "library/sha256", ID, None),
        # A name's host is compared without regard to case nowhere
        ("Docker.IO/foo", "Docker.IO", "foo", None, None),
    ],
)  # fmt: skip
def test_a_reference_is_read(text, registry, repository, tag, digest):
    reference = parsed(text)
    assert (reference.registry, reference.repository) == (registry, repository)
    assert reference.tag == tag
    assert reference.digest == (Digest.parse(digest) if digest else None)
    assert (reference.text, str(reference)) == (text, text)


@pytest.mark.parametrize(
    "text",
    [
        # TestValidateReferenceName, TestValidateRemoteName
        *"docker/docker library/debian debian docker.io/docker/docker docker.io/debian".split(),
        *"127.0.0.1:5000/docker/docker 192.168.0.1 192.168.0.1:80 192.168.0.1:8/debian".split(),
        *"[fc00::1]:5000/docker docker-rules/docker docker---rules/docker doc/docker".split(),
        *"d/docker jess/t dock__er/docker".split(),
        # TestFullNameRegexp
        *"short simple/name docker/stevvooe/app a/a/a/a a a/aa foo.com foo.com:8080/bar".split(),
        *"aa/aa/aa/aa/aa/aa/aa/aa/aa/bb/bb/bb/bb/bb/bb aa-a/a foo_bar foo_bar.com".split(),
        *"foo.com/foo_bar example.com/xn--7o8h.com/myimage do__cker/docker".split(),
        "example.com/some_separator__underscore/myimage",
        "registry.io/foo/project--id.module--name.ver---sion--name",
        *"Asdf.com/foo/bar 0101.com/a 001a.com/a ab.c-om/a b.gbc.io:443/a".split(),
        "[2001:0db8:85a3:0000:0000:8a2e:0370:7334]:75050/a",
    ],
)
def test_a_valid_name(text):
    assert parsed(text).text == text


@pytest.mark.parametrize(
    ("text", "wrong", "says"),
    [
        ("", "", "the name is empty"),
        (":justtag", "", "a part of the repository name is empty"),
        (f"@{DIGEST}", "", "a part of the repository name is empty"),
        (ID, ID, "an image id, not a name"),
        # TestValidateReferenceName
        ("https://github.com/docker/docker", "https:", "'https:' is no registry host"),
        ("docker/Docker", "D", "must be lowercase: 'Docker'"),
        ("-docker", "-docker", "must start and end with a letter or digit"),
        ("-docker/docker", "-docker", "must start and end"),
        ("-docker.io/docker/docker", "-docker.io", "is no registry host"),
        ("docker///docker", "", "is empty"),
        ("docker.io/docker/Docker", "D", "lowercase"),
        ("[fc00::1]", "[", "'[' cannot stand in a repository name"),
        ("[fc00::1]:5000", "[", "cannot stand in a repository name"),
        ("fc00::1:5000/debian", "fc00::1:5000", "is no registry host"),
        ("[fe80::1%eth0]:5000/debian", "[fe80::1%eth0]:5000", "is no registry host"),
        (
            "[2001:db8:3:4::192.0.2.33]:5000/d",
            "[2001:db8:3:4::192.0.2.33]:5000",
            "no registry host",
        ),
        # TestValidateRemoteName
        ("docker-/docker", "docker-", "must start and end"),
        ("____/____", "____", "must start and end"),
        ("dock..er/docker", "dock..er", "is no registry host"),
        ("a/dock..er", "dock..er", "with one of . _ __ - between"),
        ("dock_.er/docker", "dock_.er", "is no registry host"),
        ("a/dock-.er", "dock-.er", "with one of . _ __ - between"),
        ("a/dock___er", "dock___er", "with one of . _ __ - between"),
        ("docker/", "", "is empty"),
        ("a/" * 127 + "ab", "a/" * 127 + "ab", "more than 255 characters"),
        ("x" * 248, "x" * 248, "more than 255 characters"),
        # TestReferenceParse
        ("repo@sha256:" + "f" * 34, "f" * 34, "has 64 hexadecimal digits, this one has 34"),
        ("validname@invaliddigest:" + "f" * 64, "invaliddigest", "unknown digest algorithm"),
        (f"repo@sha256:{HEX.upper()}", "E", "no lowercase hexadecimal digit"),
        ("Uppercase:tag", "U", "must be lowercase: 'Uppercase'"),
        ("test:5000/Uppercase/lowercase:tag", "U", "lowercase"),
        ("aa/asdf$$^/aa", "$", "'$' cannot stand in a repository name"),
        ("[2001:db8::1]:tag", "[", "cannot stand"),
        ("[fe80::1%@invalidzone]:5000/repo", "[", "cannot stand"),
        # TestDomainRegexp, TestFullNameRegexp, TestReferenceRegexp
        ("test.com:http/a", "test.com:http", "no registry host"),
        ("ab-.com/a", "ab-.com", "no registry host"),
        ("ab.-com/a", "ab.-com", "no registry host"),
        ("[fd00:1:2::3]75050/a", "[fd00:1:2::3]75050", "no registry host"),
        ("a/a/a/a/", "", "is empty"),
        ("foo.com/", "", "is empty"),
        ("a^a", "^", "'^' cannot stand"),
        ("foo_bar.com:8080/app", "foo_bar.com:8080", "no registry host"),
        ("do__cker:8080/docker", "do__cker:8080", "no registry host"),
        ("example.com/.dots/myimage", ".dots", "must start and end"),
        ("docker./docker", "docker.", "no registry host"),
        ("Foo/FarB", "F", "lowercase: 'FarB'"),
        ("registry.com:8080/myapp:invalid~tag", "~", "'~' cannot stand in a tag"),
        ("registry.com:8080/myapp@bad", "bad", "algorithm:hex"),
        # What people mistype
        ("python:", ":", "the tag is empty"),
        ("python@", "@", "the digest is empty"),
        ("python:3.12 slim", " ", "' ' cannot stand in a tag"),
        ("python:-slim", "-", "a tag cannot start with '-'"),
        ("python:.1", ".", "a tag cannot start with '.'"),
        ("python:3:12", ":", "':' cannot stand in a tag"),
        ("python:" + "x" * 129, "x" * 129, "the tag has more than 128 characters"),
        ("pythön", "ö", "'ö' cannot stand"),
        ("python:3.12\n", "\n", "'\\n' cannot stand in a tag"),
        ("python\n", "\n", "'\\n' cannot stand in a repository name"),
    ],
)
def test_an_invalid_reference_says_what_is_wrong_and_where(text, wrong, says):
    error = refused(text)
    assert text[error.start : error.end] == wrong
    assert says in str(error)


def test_limits_are_exact():
    assert parsed("a/" * 127 + "a").repository == "a/" * 127 + "a"
    assert parsed("example.com/" + "x" * 255).repository == "x" * 255
    assert parsed("x" * 247).repository == "library/" + "x" * 247
    assert parsed("python:" + "x" * 128).tag == "x" * 128


def test_an_address_that_is_none_is_refused_although_docker_takes_it_to_the_network():
    # In regexp_test.go it is noted as "wrong format, will fail in validation".
    error = refused("[fd00123123123]:75050/a")
    assert error.text[error.start : error.end] == "fd00123123123"
    assert "no IPv6 address" in str(error)


@pytest.mark.parametrize(
    ("text", "familiar", "canonical"),
    [
        # TestParseRepositoryInfo, TestParseReferenceWithTagAndDigest
        ("index.docker.io/fooo/bar", "fooo/bar", "docker.io/fooo/bar:latest"),
        ("library/ubuntu", "ubuntu", "docker.io/library/ubuntu:latest"),
        ("nonlibrary/ubuntu", "nonlibrary/ubuntu", "docker.io/nonlibrary/ubuntu:latest"),
        ("other/library", "other/library", "docker.io/other/library:latest"),
        ("127.0.0.1:8000/a/b", "127.0.0.1:8000/a/b", "127.0.0.1:8000/a/b:latest"),
        ("docker.io/foo:1", "foo:1", "docker.io/library/foo:1"),
        ("library/foo/bar", "library/foo/bar", "docker.io/library/foo/bar:latest"),
        ("store/foo/bar", "store/foo/bar", "docker.io/store/foo/bar:latest"),
        ("Foo/bar", "Foo/bar", "Foo/bar:latest"),
        # Without its host each of these would be something else.
        ("docker.io/localhost/a", "docker.io/localhost/a", "docker.io/localhost/a:latest"),
        ("docker.io/a.b/c:1", "docker.io/a.b/c:1", "docker.io/a.b/c:1"),
        (f"docker.io/{ID}", f"docker.io/library/{ID}", f"docker.io/library/{ID}:latest"),
        (f"busybox:1@{DIGEST}", f"busybox:1@{DIGEST}", f"docker.io/library/busybox:1@{DIGEST}"),
        (f"docker.io/busybox@{DIGEST}", f"busybox@{DIGEST}", f"docker.io/library/busybox@{DIGEST}"),
    ],
)
def test_short_and_full_forms(text, familiar, canonical):
    reference = parsed(text)
    assert (reference.familiar, reference.canonical) == (familiar, canonical)
    assert parsed(reference.canonical).canonical == canonical


def part(text, span):
    return text[slice(*span)] if span else None


@pytest.mark.parametrize(
    ("text", "name", "tag", "digest"),
    [
        ("python", "python", None, None),
        ("localhost:5000/a:1", "localhost:5000/a", "1", None),
        (f"[::1]:5000/a:1@{DIGEST}", "[::1]:5000/a", "1", DIGEST),
        (f"a@{DIGEST}", "a", None, DIGEST),
    ],
)
def test_the_parts_have_places(text, name, tag, digest):
    reference = parsed(text)
    assert part(text, reference.name_span) == name
    assert part(text, reference.tag_span) == tag
    assert part(text, reference.digest_span) == digest


def test_a_digest_comes_and_goes_and_the_spelling_stays():
    other = Digest.parse("sha256:" + "0" * 64)
    for text in ("docker.io/library/python:3.12", f"docker.io/library/python:3.12@{DIGEST}"):
        assert str(parsed(text).with_digest(other)) == f"docker.io/library/python:3.12@{other}"
        assert str(parsed(text).without_digest()) == "docker.io/library/python:3.12"
    assert str(parsed("python").with_digest(other)) == f"python:latest@{other}"
    assert str(parsed(f"python@{DIGEST}").without_digest()) == "python"
    assert parsed(f"python@{DIGEST}").followed_tag == "latest"


COMPONENTS = st.from_regex(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,4}[A-Za-z0-9])?", fullmatch=True)
DOMAINS = st.one_of(
    st.builds("{}.{}".format, COMPONENTS, COMPONENTS),
    st.builds("{}:{}".format, COMPONENTS, st.integers(0, 99999)),
    st.builds("[{}]".format, st.ip_addresses(v=6).filter(lambda each: "." not in str(each))),
)
PARTS = st.from_regex(r"[a-z0-9]{1,4}(?:(?:[._]|__|-{1,3})[a-z0-9]{1,3}){0,2}", fullmatch=True)
TAGS = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,12}", fullmatch=True)
# `a_b.c/d`: distribution/reference takes it, without any host, and docker then finds no registry.
ODD = re.compile(r"[^/:]*_[^/]*[.:][^/]*/|[^/:]*\.[^/:]*_[^/]*/")
VALID = st.builds(
    lambda domain, path, tag, digest: (
        (f"{domain}/" if domain else "")
        + "/".join(path)
        + (f":{tag}" if tag else "")
        + (f"@{digest}" if digest else "")
    ),
    st.one_of(st.none(), DOMAINS),
    st.lists(PARTS, min_size=1, max_size=3),
    st.one_of(st.none(), TAGS),
    st.sampled_from([None, DIGEST, SHA512]),
).filter(lambda text: not ODD.match(text))


@given(VALID)
def test_every_valid_reference_is_read_and_keeps_its_text(text):
    reference = parsed(text)
    assert str(reference) == text
    name, tag, digest = reference.name_span, reference.tag_span, reference.digest_span
    again = part(text, name) + (f":{part(text, tag)}" if tag else "")
    assert again + (f"@{part(text, digest)}" if digest else "") == text
    full = parsed(reference.canonical)
    assert full.canonical == reference.canonical
    assert (full.registry, full.repository) == (reference.registry, reference.repository)


@given(VALID)
def test_the_familiar_form_names_the_same_image(text):
    reference = parsed(text)
    assert parsed(reference.familiar).canonical == reference.canonical


def error_of(text):
    try:
        parsed(text)
    except InvalidReference as error:
        return error
    return None


@given(
    st.one_of(
        st.text(),
        st.text("aZ0.:/@-_[]sha256 é", max_size=40),
        st.builds(lambda text, at, new: text[:at] + new + text[at + 1 :], VALID, st.integers(0, 60), st.text(max_size=2)),
    )
)  # fmt: skip
def test_nothing_but_invalid_reference_is_raised_with_a_place_in_the_text(text):
    error = error_of(text)
    assert error is None or 0 <= error.start <= error.end <= len(text)


def test_what_may_be_a_reference_is_read_or_none():
    assert as_reference("ghcr.io/acme/api:1.4") == parsed("ghcr.io/acme/api:1.4")
    for text in ("", "<none>:<none>", "A B", ID):
        assert as_reference(text) is None
