"""A platform: operating system, architecture and variant, and what can run on what.

Parsing and normalisation follow containerd's `platforms` package (`Parse`, `Normalize`), matching
its `Only` matcher.  Does not know which platform this machine has: whoever asks says so.
"""

import re
from typing import Final, Self, TypeVar

import attrs

from tagwise.errors import InvalidPlatform

_WORD: Final = re.compile(r"[A-Za-z0-9_.-]+")
_OS: Final = re.compile(r"[A-Za-z0-9_.-]+(?:\([A-Za-z0-9_.,+-]*\))?")

_KNOWN_OS: Final = frozenset(
    """aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9
    solaris windows zos wasip1""".split()
)
_KNOWN_ARCHITECTURE: Final = frozenset(
    """386 amd64 amd64p32 arm armbe arm64 arm64be ppc64 ppc64le loong64 mips mipsle mips64 mips64le
    mips64p32 mips64p32le ppc riscv riscv64 s390 s390x sparc sparc64 wasm""".split()
)
_ARCHITECTURE_ALIASES: Final = {
    "i386": ("386", ""),
    "i486": ("386", ""),
    "i586": ("386", ""),
    "i686": ("386", ""),
    "x86_64": ("amd64", None),
    "x86-64": ("amd64", None),
    "aarch64": ("arm64", None),
    "armhf": ("arm", "v7"),
    "armel": ("arm", "v6"),
}
_ARM_VARIANTS: Final = ("v8", "v7", "v6", "v5")
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
        """Read `os[(version)]/architecture[/variant]`, `os` or `architecture`, normalised.

        A single word takes the missing half from `default` (`linux/amd64` if there is none).

        :raises InvalidPlatform: with the span of the wrong part in `text`.
        """
        os, *rest = _split(text)
        name, _, version = os.rstrip(")").partition("(")
        if rest:
            variant = "/".join(rest[1:])
            return cls(name, rest[0], variant, version).normalized()
        return _from_word(text, cls(name, "", "", version), default or cls("linux", "amd64"))

    def normalized(self) -> Self:
        """Spell each part as containerd does: `linux/aarch64/v8` is `linux/arm64`."""
        os = {"macos": "darwin"}.get(self.os.lower(), self.os.lower())
        architecture, variant = self.architecture.lower(), self.variant.lower()
        if alias := _ARCHITECTURE_ALIASES.get(architecture):
            architecture, implied = alias
            variant = variant if implied is None else implied
        return attrs.evolve(
            self, os=os, architecture=architecture, variant=_variant(architecture, variant)
        )

    def satisfies(self, wanted: Self) -> bool:
        """Whether an image of this platform runs where `wanted` is asked for."""
        return self.distance(wanted) is not None

    def distance(self, wanted: Self) -> int | None:
        """How far this platform is from the best answer to `wanted`: 0 is best, None no answer.

        An arm machine runs images of lower arm variants, arm64 those of arm, amd64 those of 386;
        Windows images match by build number (the first three parts of the version).
        """
        have, want = self.normalized(), wanted.normalized()
        if have.os != want.os or not _same_build(have, want):
            return None
        candidates = _runs(want.architecture, want.variant)
        try:
            return candidates.index((have.architecture, have.variant))
        except ValueError:
            return None

    @property
    def is_unknown(self) -> bool:
        return self.os in {"", "unknown"} and self.architecture in {"", "unknown"}

    def __str__(self) -> str:
        os = f"{self.os}({self.os_version})" if self.os_version else self.os
        return "/".join(part for part in (os, self.architecture, self.variant) if part)


LINUX_AMD64: Final = Platform("linux", "amd64")


def best_match(available: tuple[Platform, ...], wanted: Platform) -> int | None:
    """Return the index of the platform in `available` that answers `wanted` best, if any does."""
    ranked = [
        (distance, index)
        for index, platform in enumerate(available)
        if (distance := platform.distance(wanted)) is not None
    ]
    return min(ranked)[1] if ranked else None


def _split(text: str) -> list[str]:
    parts = text.split("/")
    if len(parts) > 3:  # noqa: PLR2004 - os/architecture/variant
        start = len("/".join(parts[:3]))
        message = "a platform is written os/architecture/variant"
        raise _invalid(message, text, start, len(text))
    position = 0
    for index, part in enumerate(parts):
        pattern = _OS if index == 0 else _WORD
        if not pattern.fullmatch(part):
            message = f"{part!r} is no {('os', 'architecture', 'variant')[index]}"
            raise _invalid(message, text, position, position + len(part))
        position += len(part) + 1
    return parts


def _from_word(text: str, word: _P, default: _P) -> _P:
    as_os = word.normalized()
    if as_os.os in _KNOWN_OS:
        return attrs.evolve(
            as_os, architecture=default.architecture, variant=default.variant
        ).normalized()
    platform = attrs.evolve(default, architecture=word.os, variant="").normalized()
    if platform.architecture in _KNOWN_ARCHITECTURE:
        return platform
    raise _invalid(f"{text!r} is no operating system or architecture", text, 0, len(text))


def _variant(architecture: str, variant: str) -> str:
    match architecture, variant:
        case "arm64", "8" | "v8" | "v8.0":
            return ""
        case "amd64", "v1":
            return ""
        case "arm", "":
            return "v7"
        case "arm", "5" | "6" | "7" | "8":
            return f"v{variant}"
        case _:
            return variant


def _runs(architecture: str, variant: str) -> tuple[tuple[str, str], ...]:
    """List (architecture, variant) that run there, best first (containerd, `platformVector`)."""
    match architecture:
        case "arm" if variant in _ARM_VARIANTS:
            lower = _ARM_VARIANTS[_ARM_VARIANTS.index(variant) :]
            return tuple(("arm", each) for each in lower)
        case "arm64":
            own = (("arm64", variant), ("arm64", "")) if variant else (("arm64", ""),)
            return own + tuple(("arm", each) for each in _ARM_VARIANTS)
        case "amd64":
            levels = tuple(f"v{level}" for level in range(_level(variant), 1, -1))
            return (*(("amd64", each) for each in levels), ("amd64", ""), ("386", ""))
        case _:
            return ((architecture, variant),)


def _level(variant: str) -> int:
    digits = variant.removeprefix("v")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) == 1 else 1


def _same_build(have: Platform, want: Platform) -> bool:
    if have.os != "windows" or not have.os_version or not want.os_version:
        return True
    return have.os_version.split(".")[:3] == want.os_version.split(".")[:3]


def _invalid(message: str, text: str, start: int, end: int) -> InvalidPlatform:
    return InvalidPlatform(f"invalid platform: {message}", text=text, start=start, end=end)
