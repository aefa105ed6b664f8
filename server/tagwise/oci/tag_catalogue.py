"""The tags of one repository, arranged so that a hundred thousand of them can be asked at once.

What is newer than a tag, what a person who has written a part of one may mean: both are answered
without looking at every tag.  Arranging takes time; afterwards a catalogue never changes.
Does not know where tags come from.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Final, TypeVar

import attrs

from tagwise.oci.long_term_support import supported_like
from tagwise.oci.tags import Order, TagKind, TagLine, TagVersion, newest_first, parse_version

# What tools put beside an image under a tag of its digest (cosign, "Tag based discovery"; OCI
# distribution-spec, "Referrers Tag Schema").
_OF_DIGEST: Final = re.compile(r"sha(?:256|384|512)-[0-9a-f]{64}.*")
# What is newer is told to who may be about to write something else.
_FEW: Final = 10
_MAJOR: Final = 1
_MINOR: Final = 2

K = TypeVar("K")


@attrs.frozen
class NewerTags:
    """Tags of the same line that are newer, each None where there is none.

    `patch` is the newest that shares major and minor number, `minor` the newest of the next minor,
    `major` the newest of the next major, `newest` the newest of all: of days there is no other.
    """

    patch: str | None = None
    minor: str | None = None
    major: str | None = None
    newest: str | None = None

    def __bool__(self) -> bool:
        return self.newest is not None


@attrs.frozen
class Found:
    """Tags in the order a person wants them; not `is_all` if there are more."""

    tags: tuple[str, ...]
    is_all: bool


@attrs.frozen(eq=False)
class TagCatalogue:
    """`tags` are the newest first; `is_complete` unless the registry has more than were listed."""

    tags: tuple[str, ...]
    is_complete: bool
    _names: frozenset[str]
    _lines: Mapping[TagLine, tuple[str, ...]]
    _prereleases: Mapping[TagLine, tuple[str, ...]]
    _kinds: Mapping[TagKind, tuple[str, ...]]

    @classmethod
    def of(cls, tags: Iterable[str], *, is_complete: bool = True) -> "TagCatalogue":
        ordered = newest_first(tag for tag in tags if not _OF_DIGEST.fullmatch(tag))
        lines: dict[TagLine, list[str]] = {}
        prereleases: dict[TagLine, list[str]] = {}
        kinds: dict[TagKind, list[str]] = {}
        for tag in reversed(ordered):
            version = parse_version(tag)
            if version is not None:
                chosen = prereleases if version.is_prerelease else lines
                chosen.setdefault(version.line, []).append(tag)
                kinds.setdefault(version.kind, []).append(tag)
        return cls(
            ordered, is_complete, frozenset(ordered), _all(lines), _all(prereleases), _all(kinds)
        )

    def __contains__(self, tag: str) -> bool:
        return tag in self._names

    def __len__(self) -> int:
        return len(self.tags)

    def newer(self, tag: str, *, repository: str = "") -> NewerTags:
        """Return what is newer than `tag`: of releases, and of a pre-release its successors too.

        What `repository` supports for long leads to the next of that kind.
        """
        version = parse_version(tag)
        if version is None:
            return NewerTags()
        fits = supported_like(repository, version)
        behind = self._behind(version.line, version, fits)
        if not behind:
            behind = self._behind(version.line.respelled, version, fits)
        if not behind:
            return NewerTags()
        if version.is_counted:
            return NewerTags(newest=behind[-1])
        is_patched = len(version.numbers) > _MINOR or version.revision
        return NewerTags(
            patch=_last(behind, version.numbers[:_MINOR]) if is_patched else None,
            minor=_next(behind, version.numbers, _MINOR),
            major=_next(behind, version.numbers, _MAJOR),
            newest=behind[-1],
        )

    def _behind(
        self, line: TagLine, version: TagVersion, fits: Callable[[TagVersion], bool] | None
    ) -> Sequence[str]:
        """Return what of a line is newer than a version, the oldest first."""
        tags: Sequence[str] = self._lines.get(line, ())
        if version.is_prerelease:
            tags = _with_successors(tags, self._prereleases.get(line, ()), version)
        behind = tags[bisect_right(tags, version.order, key=_order) :]
        if fits is None:
            return behind
        return [tag for tag in behind if (each := parse_version(tag)) is not None and fits(each)]

    def matching(
        self, typed: str, *, like: str, limit: int, fits: Callable[[str], bool] = lambda _: True
    ) -> Found:
        """Return tags for someone who has written `typed` of a tag, in the place of the tag `like`.

        First those of its line, then those of its kind.  Who has written a whole tag is also told
        the newest of its line.  What does not fit is left out.
        """
        version = parse_version(like)
        groups: list[Iterable[str]] = []
        if version is not None:
            line = self._lines.get(version.line, ())
            if typed in self._names:
                newer = line[bisect_right(line, version.order, key=_order) :]
                groups.append(reversed(newer[-_FEW:]))
            groups += [
                _holding(reversed(line), typed),
                _holding(reversed(self._prereleases.get(version.line, ())), typed),
                _holding(reversed(self._kinds.get(version.kind, ())), typed),
            ]
        lowered = typed.lower()
        groups += [
            _holding(self.tags, typed),
            (tag for tag in self.tags if lowered in tag.lower()) if typed else (),
        ]
        fitting = filter(fits, _once(chain.from_iterable(groups)))
        found = tuple(islice(fitting, limit + 1))
        return Found(found[:limit], is_all=len(found) <= limit)


def _all(groups: Mapping[K, list[str]]) -> Mapping[K, tuple[str, ...]]:
    return {key: tuple(tags) for key, tags in groups.items()}


def _order(tag: str) -> Order:
    version = parse_version(tag)
    return version.order if version is not None else ((), (0, 0), ())


def _with_successors(
    releases: Sequence[str], prereleases: Sequence[str], version: TagVersion
) -> Sequence[str]:
    """Add the pre-releases of the same release: nobody asked for those of another."""
    first = bisect_left(prereleases, version.numbers, key=lambda tag: _order(tag)[0])
    last = bisect_right(prereleases, version.numbers, key=lambda tag: _order(tag)[0])
    return sorted((*releases, *prereleases[first:last]), key=_order)


def _next(newer: Sequence[str], numbers: tuple[int, ...], depth: int) -> str | None:
    """Return the newest of the next version, counted by the first `depth` numbers."""
    if len(numbers) < depth:
        return None
    within = numbers[: depth - 1]
    behind = bisect_right(newer, numbers[:depth], key=lambda tag: _order(tag)[0][:depth])
    if behind == len(newer):
        return None
    following = _order(newer[behind])[0][:depth]
    return _last(newer, following) if following[: depth - 1] == within else None


def _last(newer: Sequence[str], numbers: tuple[int, ...]) -> str | None:
    """Return the newest whose version starts with `numbers`."""
    depth = len(numbers)
    end = bisect_right(newer, numbers, key=lambda tag: _order(tag)[0][:depth])
    found = newer[end - 1] if end else None
    return found if found is not None and _order(found)[0][:depth] == numbers else None


def _holding(tags: Iterable[str], typed: str) -> Iterable[str]:
    return (tag for tag in tags if tag.startswith(typed)) if typed else tags


def _once(tags: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for tag in tags:
        if tag not in seen:
            seen.add(tag)
            yield tag
