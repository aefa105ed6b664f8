"""The setting `places`: a user's own places of references, as written.

A regular expression is the user's alone: one from a repository could hold every reader's machine.
Does not know how a place is read (`documents/own_places.py`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, cast

from tagwise.documents.own_places import IMAGE, OwnPlace

_KEYS: Final = frozenset({"files", "path", "pattern"})


def read_places(raw: object, complaints: list[str]) -> tuple[OwnPlace, ...]:
    """Read a list of objects with `files` and either `path` or `pattern`."""
    if raw is None:
        return ()
    if not isinstance(raw, list | tuple):
        complaints.append("setting places: expected a list of objects")
        return ()
    return tuple(_places(cast("Sequence[object]", raw), complaints))


def without_patterns(raw: list[object], complaints: list[str]) -> list[object]:
    """Leave out what only a user may say."""
    kept = [each for each in raw if "pattern" not in _mapping(each)]
    if len(kept) < len(raw):
        complaints.append("places: only a user may set a pattern, not a repository")
    return kept


def _places(raw: Sequence[object], complaints: list[str]) -> Iterator[OwnPlace]:
    for index, each in enumerate(raw):
        where = f"setting places, number {index + 1}"
        values = _mapping(each)
        texts = {key: value for key, value in values.items() if isinstance(value, str) and value}
        if len(texts) < len(values) or texts.keys() - _KEYS or "files" not in texts:
            complaints.append(
                f"{where}: expected `files` and either `path` or `pattern`, texts all"
            )
        elif len(texts) != len(_KEYS) - 1:
            complaints.append(f"{where}: expected one of `path` and `pattern`")
        elif (wrong := _wrong(texts.get("pattern"))) is not None:
            complaints.append(f"{where}: {wrong}")
        else:
            yield OwnPlace(**texts)


def _mapping(raw: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", raw) if isinstance(raw, Mapping) else {}


def _wrong(pattern: str | None) -> str | None:
    if pattern is None:
        return None
    try:
        groups = re.compile(pattern).groupindex
    except (re.error, OverflowError, RecursionError) as error:
        return f"no regular expression: {error}"
    return None if IMAGE in groups else f"the pattern has no group `(?P<{IMAGE}>…)`"
