"""A platform: operating system, architecture and variant, and what can run on what.

Parsing and normalisation follow containerd's `platforms` package (`Parse`, `FormatAll`,
`Normalize`), matching its `Only` matcher.  Operating system features are read and written, but
decide nothing here.  Does not know which platform this machine has: whoever asks says so.
"""

import re
from collections.abc import Iterator
from typing import Final, Self, TypeVar
from urllib.parse import unquote

import attrs

from tagwise.errors import InvalidPlatform

_WORD: Final = re.compile(r"[A-Za-z0-9_.-]+")
_OPTION: Final = r"[A-Za-z0-9_.%-]"
_OS: Final = re.compile(
    rf"(?P<name>[A-Za-z0-9_-]+)"
    rf"(?:\((?P<version>{_OPTION}*)(?P<features>(?:\+{_OPTION}+)*)\))?"
)
# Two digits are enough for any version, and keep the lists of lower ones short.
_VERSION: Final = re.compile(r"v?([0-9]{1,2})(?:\.([0-9]{1,2}))?")
_WINDOWS_BUILD: Final = re.compile(r"([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,5})(?:\..*)?")
_RESERVED: Final = re.compile(r"[%+()/]")

_KNOWN_OS: Final = frozenset(
    """aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9
    solaris windows zos""".split()
)
_KNOWN_ARCHITECTURE: Final = frozenset(
    """386 amd64 amd64p32 arm armbe arm64 arm64be ppc64 ppc64le loong64 mips mipsle mips64 mips64le
    mips64p32 mips64p32le ppc riscv riscv64 s390 s390x sparc sparc64 wasm""".split()
)
_ARCHITECTURE_ALIASES: Final = {
    "i386": ("386", ""),
    "x86_64": ("amd64", None),
    "x86-64": ("amd64", None),
    "aarch64": ("arm64", None),
    "armhf": ("arm", "v7"),
    "armel": ("arm", "v6"),
}
_LEAST_ARM: Final = 5
# The first Windows release whose images newer hosts run, too.
_WINDOWS_SERVER_2022: Final = 20348

_P = TypeVar("_P", bound="Platform")


@attrs.frozen
class Platform:
    """The image-spec's platform object; an empty string or tuple stands for "not said"."""

    os: str
    architecture: str
    variant: str = ""
    os_version: str = ""
    os_features: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str, *, default: Self | None = None) -> Self:
        """Read `os[(version+feature…)]/architecture[/variant]`, `os` or `architecture`, normalised.

        A single word takes the missing half from `default` (`linux/amd64` if there is none).

        :raises InvalidPlatform: with the span of the wrong part in `text`.
        """
        os, *rest = _split(text)
        match = _OS.fullmatch(os)
        if match is None:
            raise _invalid(f"{os!r} is no operating system", text, 0, len(os))
        version = unquote(match["version"] or "")
        features = tuple(unquote(each) for each in (match["features"] or "").split("+")[1:])
        if rest:
            variant = rest[1] if len(rest) > 1 else ""
            return cls(match["name"], rest[0], variant, version, features).normalized()
        word = cls(match["name"], "", "", version, features)
        return _from_word(text, word, default or cls("linux", "amd64"))

    def normalized(self) -> Self:
        """Spell each part as containerd does: `linux/aarch64/v8` is `linux/arm64`."""
        os = {"macos": "darwin"}.get(self.os.lower(), self.os.lower())
        architecture, variant = self.architecture.lower(), self.variant.lower()
        if alias := _ARCHITECTURE_ALIASES.get(architecture):
            architecture, implied = alias
            variant = variant if implied is None else implied
        return attrs.evolve(
            self,
            os=os,
            architecture=architecture,
            variant=_variant(architecture, variant),
            os_features=tuple(sorted(set(self.os_features))),
        )

    def satisfies(self, wanted: Self) -> bool:
        """Whether an image of this platform runs where `wanted` is asked for."""
        return best_match((self,), wanted) is not None

    @property
    def is_unknown(self) -> bool:
        return self.os in {"", "unknown"} and self.architecture in {"", "unknown"}

    def __str__(self) -> str:
        options = "+".join(map(_escaped, (self.os_version, *self.os_features)))
        os = f"{self.os}({options})" if options else self.os
        return "/".join(part for part in (os, self.architecture, self.variant) if part)


LINUX_AMD64: Final = Platform("linux", "amd64")


def best_match(available: tuple[Platform, ...], wanted: Platform) -> int | None:
    """Return the index of the platform in `available` that answers `wanted` best, if any does.

    An arm machine runs images of lower arm variants, arm64 those of arm, amd64 those of 386;
    Windows images match by build number.
    """
    want = wanted.normalized()
    candidates = [platform.normalized() for platform in available]
    for runs in _runs(want.architecture, want.variant):
        for index, have in enumerate(candidates):
            if (have.architecture, have.variant) == runs and _same_system(have, want):
                return index
    return None


def _split(text: str) -> list[str]:
    parts = text.split("/")
    if len(parts) > 3:  # noqa: PLR2004 - os/architecture/variant
        start = len("/".join(parts[:3]))
        message = "a platform is written os/architecture/variant"
        raise _invalid(message, text, start, len(text))
    position = len(parts[0]) + 1
    for name, part in zip(("architecture", "variant"), parts[1:], strict=False):
        if not _WORD.fullmatch(part):
            raise _invalid(f"{part!r} is no {name}", text, position, position + len(part))
        position += len(part) + 1
    return parts


def _from_word(text: str, word: _P, default: _P) -> _P:
    as_os = word.normalized()
    if as_os.os in _KNOWN_OS:
        return attrs.evolve(
            as_os, architecture=default.architecture, variant=default.variant
        ).normalized()
    platform = attrs.evolve(default, architecture=text, variant="").normalized()
    if platform.architecture in _KNOWN_ARCHITECTURE:
        return platform
    raise _invalid(f"{text!r} is no operating system or architecture", text, 0, len(text))


def _variant(architecture: str, variant: str) -> str:
    match architecture, variant:
        case "arm64", "8" | "v8" | "v8.0":
            return ""
        case "arm64", "9" | "9.0" | "v9.0":
            return "v9"
        case "amd64", "v1":
            return ""
        case "arm", "":
            return "v7"
        case "arm", "5" | "6" | "7" | "8":
            return f"v{variant}"
        case _:
            return variant


def _runs(architecture: str, variant: str) -> Iterator[tuple[str, str]]:
    """Give the (architecture, variant) that run there, best first (containerd, `platformVector`)."""
    yield architecture, variant
    major, minor = _version(variant)
    match architecture:
        case "amd64":
            yield from ((architecture, f"v{level}") for level in range(major - 1, 1, -1))
            yield from ((architecture, ""), ("386", ""))
        case "arm":
            yield from ((architecture, f"v{each}") for each in range(major - 1, _LEAST_ARM - 1, -1))
        case "arm64":
            yield from ((architecture, each) for each in _lower_arm64(major or 8, minor))
            yield from _runs("arm", variant if variant and not minor else "v8")
        case _:
            pass


def _lower_arm64(major: int, minor: int) -> Iterator[str]:
    """Give the versions below: v9.0 diverged from v8.5, so v9.x runs v8.(x+5)."""
    if major == 9:  # noqa: PLR2004 - Armv9
        yield from (f"v9.{each}" if each else "v9" for each in range(minor - 1, -1, -1))
        minor += 6
    if major >= 8:  # noqa: PLR2004 - arm64 begins with Armv8
        yield from (f"v8.{each}" if each else "" for each in range(minor - 1, -1, -1))


def _version(variant: str) -> tuple[int, int]:
    match = _VERSION.fullmatch(variant)
    return (int(match[1]), int(match[2] or 0)) if match else (0, 0)


def _same_system(have: Platform, want: Platform) -> bool:
    """Whether the operating systems agree; a Windows host runs images of some older builds."""
    if have.os != want.os:
        return False
    if have.os != "windows" or not have.os_version or not want.os_version:
        return True
    *release, build = _windows_build(have)
    *wanted_release, host = _windows_build(want)
    if not host:
        return True
    oldest = min(_WINDOWS_SERVER_2022, host)
    return release == wanted_release and oldest <= build <= host


def _windows_build(platform: Platform) -> tuple[int, int, int]:
    """Return `10.0.17763.1` as (10, 0, 17763), anything else as zeros (`getWindowsOSVersion`)."""
    match = _WINDOWS_BUILD.fullmatch(platform.os_version)
    return (int(match[1]), int(match[2]), int(match[3])) if match else (0, 0, 0)


def _escaped(option: str) -> str:
    """Write an option as `FormatAll` does, so that it reads back the same."""
    return _RESERVED.sub(lambda match: f"%{ord(match[0]):02X}", option)


def _invalid(message: str, text: str, start: int, end: int) -> InvalidPlatform:
    return InvalidPlatform(f"invalid platform: {message}", text=text, start=start, end=end)
