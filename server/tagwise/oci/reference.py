"""An image reference: which registry, which repository, which tag and which digest.

The grammar is that of distribution/reference (regexp.go), its defaults those of `normalize.go`:

    reference  := name [ ":" tag ] [ "@" digest ]
    name       := [ domain "/" ] path
    domain     := host [ ":" port ]
    host       := component { "." component } | "[" IPv6 "]"
    component  := alphanumeric, with hyphens inside, in either case
    path       := part { "/" part }
    part       := word { separator word }             word := one or more of a-z 0-9
    separator  := "." | "_" | "__" | one or more "-"
    tag        := up to 128 of A-Z a-z 0-9 _ . -, not starting with "." or "-"
    digest     := algorithm ":" hex                   see digest.py

The first part is a domain only if it holds "." or ":", is "localhost", or has a capital letter;
only a name with a slash can have one.  Docker Hub's defaults are part of this grammar.
Does not know which host answers for a registry: that is `registry/hosts.py`.
"""

import re
from ipaddress import AddressValueError, IPv6Address
from typing import Final, Self

import attrs

from tagwise.errors import InvalidDigest, InvalidReference
from tagwise.oci.digest import Digest

DOCKER_HUB: Final = "docker.io"
DEFAULT_TAG: Final = "latest"
PATH_LENGTH: Final = 255
TAG_LENGTH: Final = 128

_OFFICIAL: Final = "library"
_COMPONENT: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_DOMAIN: Final = re.compile(
    rf"(?:{_COMPONENT}(?:\.{_COMPONENT})*|\[(?P<ipv6>[0-9A-Fa-f:]+)\])(?::[0-9]+)?"
)
_PART: Final = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*")
_TAG: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_IDENTIFIER: Final = re.compile(r"[a-f0-9]{64}")


@attrs.frozen
class ImageReference:
    """A reference as written (`text`) and as it is understood.

    Equality is by everything, the spelling included; compare `canonical` to compare images.
    `tag` and `digest` may both be present; the digest then decides which image it is.
    """

    text: str
    registry: str
    repository: str
    tag: str | None
    digest: Digest | None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a reference.

        :raises InvalidReference: with what is wrong and its span in `text`.
        """
        if not text:
            raise _invalid("the name is empty", text, 0, 0)
        if _IDENTIFIER.fullmatch(text):
            raise _invalid("64 hexadecimal digits are an image id, not a name", text, 0, 64)
        name_end, tag_end = _boundaries(text)
        registry, repository = _name(text, name_end)
        tag = text[name_end + 1 : tag_end] if tag_end > name_end else None
        if tag is not None:
            _check_tag(text, name_end + 1, tag_end)
        digest = _digest(text, tag_end) if tag_end < len(text) else None
        return cls(text, registry, repository, tag, digest)

    @property
    def name_span(self) -> tuple[int, int]:
        """Where the name (domain and path) stands in `text`."""
        return 0, _boundaries(self.text)[0]

    @property
    def tag_span(self) -> tuple[int, int] | None:
        """Where the tag stands in `text`, without its colon."""
        name_end, tag_end = _boundaries(self.text)
        return (name_end + 1, tag_end) if self.tag is not None else None

    @property
    def digest_span(self) -> tuple[int, int] | None:
        """Where the digest stands in `text`, without its `@`."""
        return (_boundaries(self.text)[1] + 1, len(self.text)) if self.digest else None

    @property
    def name(self) -> str:
        """`registry/repository`."""
        return f"{self.registry}/{self.repository}"

    @property
    def canonical(self) -> str:
        """The full form; `:latest` where neither a tag nor a digest is written."""
        return self.name + self._suffix(default_tag=True)

    @property
    def familiar(self) -> str:
        """The short form people write (distribution/reference, `FamiliarString`).

        A name on Docker Hub that would be read as something else without its host keeps it.
        """
        return self.familiar_name + self._suffix(default_tag=False)

    @property
    def familiar_name(self) -> str:
        """The name alone in the short form (distribution/reference, `FamiliarName`)."""
        if self.registry != DOCKER_HUB:
            return self.name
        namespace, _, rest = self.repository.partition("/")
        if namespace == _OFFICIAL and "/" not in rest:
            return self.name if _IDENTIFIER.fullmatch(rest) else rest
        return self.name if is_registry(namespace) else self.repository

    @property
    def followed_tag(self) -> str:
        """The tag that updates follow: the one written, else `latest`."""
        return self.tag or DEFAULT_TAG

    def with_digest(self, digest: Digest) -> Self:
        """Return the reference pinned to `digest`; an untagged name gets `:latest`."""
        start, end = self.name_span
        name = self.text[start:end]
        return type(self).parse(f"{name}:{self.followed_tag}@{digest}")

    def without_digest(self) -> Self:
        """Return the reference as its name and tag alone say."""
        return type(self).parse(self.text[: _boundaries(self.text)[1]])

    def _suffix(self, *, default_tag: bool) -> str:
        tag = self.tag
        if default_tag and self.digest is None:
            tag = self.followed_tag
        return (f":{tag}" if tag else "") + (f"@{self.digest}" if self.digest else "")

    def __str__(self) -> str:
        return self.text


def as_reference(text: str) -> ImageReference | None:
    """Read what may be a reference; what is none is nobody's mistake."""
    try:
        return ImageReference.parse(text)
    except InvalidReference:
        return None


def is_registry(part: str) -> bool:
    """Whether a name's first part is a domain (distribution/reference, `splitDockerDomain`)."""
    return part == "localhost" or "." in part or ":" in part or part.lower() != part


def is_tag(text: str) -> bool:
    return len(text) <= TAG_LENGTH and _TAG.fullmatch(text) is not None


def is_repository(text: str) -> bool:
    """Whether a text can be the path of a name, without its registry."""
    return len(text) <= PATH_LENGTH and all(map(_PART.fullmatch, text.split("/")))


def _boundaries(text: str) -> tuple[int, int]:
    """Return where the name ends and where the tag ends (the same place if there is no tag)."""
    tag_end = text.find("@")
    if tag_end < 0:
        tag_end = len(text)
    colon = text.find(":", text.rfind("/", 0, tag_end) + 1, tag_end)
    return (colon, tag_end) if colon >= 0 else (tag_end, tag_end)


def _name(text: str, end: int) -> tuple[str, str]:
    first, slash, _ = text[:end].partition("/")
    if not slash or not is_registry(first):
        repository = _path(text, 0, end)
        return DOCKER_HUB, repository if slash else _official(repository, text, 0, end)
    _check_domain(text, first)
    repository = _path(text, len(first) + 1, end)
    if first in {DOCKER_HUB, f"index.{DOCKER_HUB}"}:
        if "/" not in repository:
            repository = _official(repository, text, len(first) + 1, end)
        return DOCKER_HUB, repository
    return first, repository


def _check_domain(text: str, domain: str) -> None:
    match = _DOMAIN.fullmatch(domain)
    if match is None:
        raise _invalid(f"{domain!r} is no registry host", text, 0, len(domain))
    if match["ipv6"] is not None:
        try:
            IPv6Address(match["ipv6"])
        except AddressValueError:
            message = f"{match['ipv6']!r} is no IPv6 address"
            raise _invalid(message, text, 1, 1 + len(match["ipv6"])) from None


def _path(text: str, start: int, end: int) -> str:
    position = start
    for part in text[start:end].split("/"):
        if not _PART.fullmatch(part):
            raise _wrong_part(text, part, position)
        position += len(part) + 1
    return _checked(text[start:end], text, start, end)


def _official(name: str, text: str, start: int, end: int) -> str:
    return _checked(f"{_OFFICIAL}/{name}", text, start, end)


def _checked(path: str, text: str, start: int, end: int) -> str:
    if len(path) > PATH_LENGTH:
        message = f"the repository name has more than {PATH_LENGTH} characters"
        raise _invalid(message, text, start, end)
    return path


def _wrong_part(text: str, part: str, position: int) -> InvalidReference:
    end = position + len(part)
    if not part:
        return _invalid("a part of the repository name is empty", text, position, end)
    capital = re.search(r"[A-Z]", part)
    if capital and _PART.fullmatch(part.lower()):
        at = position + capital.start()
        return _invalid(f"the repository name must be lowercase: {part!r}", text, at, at + 1)
    if strange := re.search(r"[^A-Za-z0-9._-]", part):
        at = position + strange.start()
        message = f"{strange[0]!r} cannot stand in a repository name"
        return _invalid(message, text, at, at + 1)
    message = f"{part!r} must start and end with a letter or digit, with one of . _ __ - between"
    return _invalid(message, text, position, end)


def _check_tag(text: str, start: int, end: int) -> None:
    tag = text[start:end]
    if not tag:
        raise _invalid("the tag is empty", text, start - 1, end)
    if not _TAG.fullmatch(tag):
        if tag[0] in ".-":
            raise _invalid(f"a tag cannot start with {tag[0]!r}", text, start, start + 1)
        strange = re.search(r"[^A-Za-z0-9_.-]", tag)
        at = start + (strange.start() if strange else 0)
        raise _invalid(f"{text[at]!r} cannot stand in a tag", text, at, at + 1)
    if len(tag) > TAG_LENGTH:
        raise _invalid(f"the tag has more than {TAG_LENGTH} characters", text, start, end)


def _digest(text: str, at: int) -> Digest:
    if at + 1 == len(text):
        raise _invalid("the digest is empty", text, at, at + 1)
    try:
        return Digest.parse(text[at + 1 :])
    except InvalidDigest as error:
        start, end = error.start + at + 1, error.end + at + 1
        raise InvalidReference(str(error), text=text, start=start, end=end) from error


def _invalid(message: str, text: str, start: int, end: int) -> InvalidReference:
    return InvalidReference(f"invalid reference: {message}", text=text, start=start, end=end)
