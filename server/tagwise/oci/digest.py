"""A content digest: `algorithm:hex`.

Follows the OCI image specification, descriptor.md, "Digests", narrowed to what registries and
engines accept (opencontainers/go-digest): sha256, sha384 and sha512, in lowercase.
Does not know where the bytes come from.
"""

import hashlib
import re
from typing import Final, Self

import attrs

from tagwise.errors import InvalidDigest

HEX_LENGTHS: Final = {"sha256": 64, "sha384": 96, "sha512": 128}
_NOT_HEX: Final = re.compile(r"[^0-9a-f]")


@attrs.frozen
class Digest:
    """`algorithm` is a key of `HEX_LENGTHS`; `hex` has that many lowercase digits."""

    algorithm: str
    hex: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `sha256:…`.

        :raises InvalidDigest: with the span of what is wrong in `text`.
        """
        algorithm, colon, hexadecimal = text.partition(":")
        if not colon:
            raise _invalid(
                "a digest is written algorithm:hex, such as sha256:…", text, 0, len(text)
            )
        if algorithm not in HEX_LENGTHS:
            known = ", ".join(HEX_LENGTHS)
            message = f"unknown digest algorithm {algorithm!r}: use one of {known}"
            raise _invalid(message, text, 0, len(algorithm))
        start = len(algorithm) + 1
        if wrong := _NOT_HEX.search(hexadecimal):
            at = start + wrong.start()
            message = f"{wrong[0]!r} is no lowercase hexadecimal digit"
            raise _invalid(message, text, at, at + 1)
        if len(hexadecimal) != HEX_LENGTHS[algorithm]:
            message = (
                f"a {algorithm} digest has {HEX_LENGTHS[algorithm]} hexadecimal digits,"
                f" this one has {len(hexadecimal)}"
            )
            raise _invalid(message, text, start, len(text))
        return cls(algorithm, hexadecimal)

    @classmethod
    def of(cls, content: bytes) -> Self:
        """Compute the sha256 digest of `content`."""
        return cls("sha256", hashlib.sha256(content).hexdigest())

    def matches(self, content: bytes) -> bool:
        return hashlib.new(self.algorithm, content).hexdigest() == self.hex

    @property
    def short(self) -> str:
        """The hexadecimal part as people compare it: its first and last four digits."""
        return f"{self.hex[:4]}…{self.hex[-4:]}"

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.hex}"


def _invalid(message: str, text: str, start: int, end: int) -> InvalidDigest:
    return InvalidDigest(f"invalid digest: {message}", text=text, start=start, end=end)
