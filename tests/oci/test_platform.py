"""Platforms: the facts are those of containerd's own tests.

https://github.com/containerd/platforms: `platforms_test.go` and `compare_test.go`.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwise.errors import InvalidPlatform
from tagwise.oci.platform import Platform, best_match

ARM64_MACHINE = Platform("linux", "arm64")


def parsed(text):
    return Platform.parse(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("linux/arm64", Platform("linux", "arm64")),
        ("linux/arm64/v8", Platform("linux", "arm64")),
        ("linux/arm64/8", Platform("linux", "arm64")),
        ("linux/arm64/v9.0", Platform("linux", "arm64", "v9")),
        ("linux/aarch64", Platform("linux", "arm64")),
        ("linux/arm", Platform("linux", "arm", "v7")),
        ("linux/arm/7", Platform("linux", "arm", "v7")),
        ("linux/arm/v6", Platform("linux", "arm", "v6")),
        ("linux/armhf", Platform("linux", "arm", "v7")),
        ("linux/armel", Platform("linux", "arm", "v6")),
        ("armel", Platform("linux", "arm", "v6")),
        ("arm", Platform("linux", "arm", "v7")),
        ("Aarch64", Platform("linux", "arm64")),
        ("x86_64", Platform("linux", "amd64")),
        ("Linux/x86-64", Platform("linux", "amd64")),
        ("linux/amd64/v1", Platform("linux", "amd64")),
        ("linux/amd64/v3", Platform("linux", "amd64", "v3")),
        ("i386", Platform("linux", "386")),
        ("s390x", Platform("linux", "s390x")),
        ("linux", Platform("linux", "amd64")),
        ("macOS", Platform("darwin", "amd64")),
        ("windows", Platform("windows", "amd64")),
        ("windows()", Platform("windows", "amd64")),
        ("windows(10.0.17763)", Platform("windows", "amd64", "", "10.0.17763")),
        ("windows(10.0.17763)/amd64", Platform("windows", "amd64", "", "10.0.17763")),
        (
            "windows(10.0.17763+win32k)",
            Platform("windows", "amd64", "", "10.0.17763", ("win32k",)),
        ),
        ("linux(+gpu+simd)", Platform("linux", "amd64", "", "", ("gpu", "simd"))),
        ("linux(+unsorted+erofs)", Platform("linux", "amd64", "", "", ("erofs", "unsorted"))),
        ("windows(10.0.17763%2Bbuild.42)", Platform("windows", "amd64", "", "10.0.17763+build.42")),
        ("windows(50%25done)", Platform("windows", "amd64", "", "50%done")),
        ("unheard/of", Platform("unheard", "of")),
    ],
)
def test_a_platform_is_read_and_normalised(text, expected):
    assert parsed(text) == expected


def test_one_word_takes_the_other_half_from_the_default():
    assert Platform.parse("windows", default=ARM64_MACHINE) == Platform("windows", "arm64")
    assert Platform.parse("s390x", default=Platform("plan9", "386")) == Platform("plan9", "s390x")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", ""),
        ("/linux/arm", ""),
        ("linux/arm/", ""),
        ("linux /arm", "linux "),
        ("linux/&arm", "&arm"),
        ("linux/arm/foo/bar", "/bar"),
        ("linux/*", "*"),
        ("linux/arm/v7\n", "v7\n"),
        ("lin.ux/arm", "lin.ux"),
        ("windows(10.0/amd64", "windows(10.0"),
        ("amd64(10)", "amd64(10)"),
        ("quantum", "quantum"),
    ],
)
def test_what_is_no_platform_is_refused_with_its_place(text, wrong):
    with pytest.raises(InvalidPlatform) as caught:
        parsed(text)
    assert text[caught.value.start : caught.value.end] == wrong
    assert repr(wrong) in str(caught.value) or "os/architecture/variant" in str(caught.value)


@pytest.mark.parametrize(
    ("platform", "text"),
    [
        (Platform("linux", "arm64"), "linux/arm64"),
        (Platform("linux", "arm", "v6"), "linux/arm/v6"),
        (
            Platform("windows", "amd64", "", "10.0.17763+build.42", ("win32k",)),
            "windows(10.0.17763%2Bbuild.42+win32k)/amd64",
        ),
        (Platform("windows", "amd64", "", "1.0(beta)"), "windows(1.0%28beta%29)/amd64"),
        (Platform("windows", "amd64", "", "a/b"), "windows(a%2Fb)/amd64"),
        (Platform("linux", "amd64", "", "", ("feat+v2",)), "linux(+feat%2Bv2)/amd64"),
        (Platform("linux", "amd64", "", "", ("100%gpu",)), "linux(+100%25gpu)/amd64"),
    ],
)
def test_a_platform_is_written_so_that_it_reads_back(platform, text):
    assert str(platform) == text
    assert parsed(text) == platform


ONLY = {
    "linux/amd64": (
        "linux/amd64 linux/386",
        "linux/amd64/v2 linux/arm/v7 linux/arm64 windows/amd64 windows/arm",
    ),
    "linux/amd64/v2": (
        "linux/amd64 linux/amd64/v1 linux/amd64/v2 linux/386",
        "linux/amd64/v3 linux/amd64/v4 linux/arm/v7 linux/arm64 windows/amd64 windows/arm",
    ),
    "linux/386": ("linux/386", "linux/amd64 linux/arm/v7 linux/arm64 windows/amd64 windows/arm"),
    "windows/amd64": (
        "windows/amd64 windows(10.0.17763)/amd64",
        "linux/amd64 linux/arm/v7 linux/arm64 windows/arm",
    ),
    "linux/arm/v8": (
        "linux/arm linux/arm/v5 linux/arm/v6 linux/arm/v7 linux/arm/v8",
        "linux/amd64 linux/arm/v4 linux/arm64 windows/amd64 windows/arm",
    ),
    "linux/arm/v7": (
        "linux/arm linux/arm/v5 linux/arm/v6 linux/arm/v7",
        "linux/amd64 linux/arm/v4 linux/arm/v8 linux/arm64 windows/amd64 windows/arm",
    ),
    "linux/arm/v6": (
        "linux/arm/v5 linux/arm/v6",
        "linux/amd64 linux/arm linux/arm/v4 linux/arm/v7 linux/arm/v8 linux/arm64 windows/arm",
    ),
    "linux/arm/v5": (
        "linux/arm/v5",
        "linux/amd64 linux/arm linux/arm/v4 linux/arm/v6 linux/arm/v7 linux/arm/v8 linux/arm64",
    ),
    "linux/arm/v4": (
        "linux/arm/v4",
        "linux/amd64 linux/arm linux/arm/v5 linux/arm/v6 linux/arm/v7 linux/arm/v8 linux/arm64",
    ),
    "linux/arm64/v9": (
        """linux/arm linux/arm/v5 linux/arm/v6 linux/arm/v7 linux/arm/v8 linux/arm64 linux/arm64/v8
        linux/arm64/v8.1 linux/arm64/v8.2 linux/arm64/v8.3 linux/arm64/v8.4 linux/arm64/v8.5
        linux/arm64/v9 linux/arm64/v9.0""",
        "linux/amd64 linux/arm/v4 windows/amd64 windows/arm linux/arm64/v8.6",
    ),
    "linux/arm64/v8.1": (
        """linux/arm linux/arm/v5 linux/arm/v6 linux/arm/v7 linux/arm/v8 linux/arm64 linux/arm64/v8
        linux/arm64/v8.1""",
        "linux/amd64 linux/arm/v4 linux/arm/v9 linux/arm64/v9 windows/amd64 windows/arm",
    ),
    "linux/arm64": (
        "linux/arm linux/arm/v5 linux/arm/v6 linux/arm/v7 linux/arm/v8 linux/arm64 linux/arm64/v8",
        "linux/amd64 linux/arm/v4 linux/arm/v9 linux/arm64/v9 windows/amd64 windows/arm",
    ),
    # platform_windows_compat.go: exact builds before Windows Server 2022, older ones since.
    "windows(10.0.17763)/amd64": (
        "windows/amd64 windows(10.0.17763.5830)/amd64",
        "windows(10.0.20348)/amd64 windows(10.0.14393)/amd64 windows(11.0.17763)/amd64",
    ),
    "windows(10.0.26100.1)/amd64": (
        "windows(10.0.20348.4294)/amd64 windows(10.0.26100.2)/amd64 windows/amd64",
        "windows(10.0.17763)/amd64 windows(10.0.26200)/amd64",
    ),
}


@pytest.mark.parametrize("wanted", ONLY)
def test_what_runs_where(wanted):
    runs, does_not = ONLY[wanted]
    assert {p for p in runs.split() if not parsed(p).satisfies(parsed(wanted))} == set()
    assert {p for p in does_not.split() if parsed(p).satisfies(parsed(wanted))} == set()


@pytest.mark.parametrize(
    ("available", "wanted", "best"),
    [
        ("linux/386 linux/amd64", "linux/amd64", "linux/amd64"),
        ("linux/amd64 linux/amd64/v2 linux/amd64/v4", "linux/amd64/v3", "linux/amd64/v2"),
        ("linux/arm/v5 linux/arm/v7 linux/arm/v6", "linux/arm64", "linux/arm/v7"),
        ("linux/arm/v8 linux/arm64 linux/arm64/v8.3", "linux/arm64/v9", "linux/arm64/v8.3"),
        ("linux/arm/v6 linux/arm/v5", "linux/arm", "linux/arm/v6"),
        ("windows/amd64 linux/amd64", "linux/amd64", "linux/amd64"),
    ],
)
def test_the_best_of_several(available, wanted, best):
    platforms = tuple(map(parsed, available.split()))
    assert platforms[best_match(platforms, parsed(wanted))] == parsed(best)


def test_the_first_of_equals_and_none_of_none():
    twins = (Platform("linux", "amd64"), Platform("linux", "amd64"))
    assert best_match(twins, Platform("linux", "amd64")) == 0
    assert best_match(twins, Platform("linux", "s390x")) is None


def test_an_absurd_variant_takes_no_time():
    assert not parsed("linux/386").satisfies(parsed("linux/arm64/v999999999999.9999999999"))
    assert parsed("linux/386").satisfies(parsed("linux/amd64/v999999999999"))


WORDS = st.from_regex(r"[A-Za-z0-9_-]{1,9}", fullmatch=True)
OPTIONS = st.text("abc019.+%()/_-", max_size=8)


@given(WORDS, WORDS, st.one_of(st.just(""), WORDS), OPTIONS, st.lists(OPTIONS.filter(len)))
def test_what_is_written_reads_back(os, architecture, variant, version, features):
    platform = Platform(os, architecture, variant, version, tuple(features)).normalized()
    assert parsed(str(platform)) == platform
    assert platform.normalized() == platform
    assert platform.satisfies(platform)


def error_of(text):
    try:
        parsed(text)
    except InvalidPlatform as error:
        return error
    return None


@given(st.one_of(st.text(), st.text("linuxarmvwdos0189/().+%*", max_size=30)))
def test_nothing_but_invalid_platform_is_raised(text):
    error = error_of(text)
    assert error is None or 0 <= error.start <= error.end <= len(text)
    assert error is not None or parsed(str(parsed(text))) == parsed(text)
