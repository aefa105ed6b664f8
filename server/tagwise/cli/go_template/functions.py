"""The functions that docker's templates have: Go's own, and those docker adds.

Follows text/template, funcs.go, and docker/cli, templates/templates.go.  A text is bytes to Go:
`len`, `slice` and `truncate` count those.  Does not know templates.
"""

import html
import json
import re
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias
from urllib.parse import quote_plus

from tagwise.cli.go_template.nodes import Fields, Value
from tagwise.cli.go_template.printing import shown, sprint, sprintf, sprintln, type_of

Function: TypeAlias = Callable[..., Value]

_HTML_SIGNS: Final = re.compile("[<>&\u2028\u2029]")
_SEPARATORS: Final = re.compile("[\u2028\u2029]")
_SCRIPT_SIGNS: Final = re.compile(r"[\\'\"<>&=\x00-\x1f\x7f-\x9f\u2028\u2029]")
_FIRST_LETTER: Final = re.compile(r"(?<!\w)[^\W\d_]")


class UnfitError(ValueError):
    """A function cannot take what it is given."""


def json_of(value: Value) -> str:
    """Write as docker does: what HTML would read is escaped in an object, not in a text alone.

    `formatJSON` switches Go's escaping off, but `{{json .}}` gets an object that was written before
    (docker/cli, cli/command/formatter/reflect.go, `marshalJSON`).
    """
    plain = value.values if isinstance(value, Fields) else value
    written = json.dumps(plain, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    signs = _HTML_SIGNS if isinstance(value, Fields) else _SEPARATORS
    return signs.sub(lambda sign: f"\\u{ord(sign[0]):04x}", written)


def is_true(value: Value) -> bool:
    """Whether Go takes a value for true: neither zero nor empty."""
    return bool(value.values) if isinstance(value, Fields) and value.is_map else bool(value)


def _split(text: str, separator: str) -> Value:
    return tuple(text.split(separator)) if separator else tuple(text)


def _join(words: Value, separator: str) -> str:
    match words:
        case None:
            return ""
        case tuple():
            return separator.join(words)
        case Fields(values, is_map=True):
            return separator.join(sorted(values.values()))
        case _:
            raise UnfitError(f"expected a list, got {type_of(words)}")


def _lower(text: str) -> str:
    return "".join(one if len(one := sign.lower()) == 1 else sign for sign in text)


def _upper(text: str) -> str:
    """Change each sign alone, as Go does: no sign becomes two."""
    return "".join(one if len(one := sign.upper()) == 1 else sign for sign in text)


def _title(text: str) -> str:
    return _FIRST_LETTER.sub(lambda letter: letter[0].upper(), text)


def _pad(text: str, before: int, after: int) -> str:
    if before < 0 or after < 0:
        raise UnfitError("a negative number of blanks")
    return " " * min(before, 10_000) + text + " " * min(after, 10_000) if text else text


def _truncate(text: str, length: int) -> str:
    if length < 0:
        raise UnfitError(f"a length of {length}")
    return _cut(text, 0, length)


def _cut(text: str, start: int, end: int) -> str:
    return text.encode()[start:end].decode(errors="replace")


def _length(value: Value) -> int:
    match value:
        case str():
            return len(value.encode())
        case tuple():
            return len(value)
        case Fields(values, is_map=True):
            return len(values)
        case _:
            raise UnfitError(f"len of type {type_of(value)}")


def _index(value: Value, *places: Value) -> Value:
    for place in places:
        match value, place:
            case tuple(), int():
                value = value[_within(place, len(value))]
            case str(), int():
                encoded = value.encode()
                value = encoded[_within(place, len(encoded))]
            case Fields(values, is_map=True), str():
                value = values.get(place, "")
            case _:
                raise UnfitError(f"cannot index {type_of(value)} with {shown(place)}")
    return value


def _slice(value: Value, *places: int) -> Value:
    match value:
        case str():
            start, end = _bounds(places, len(value.encode()))
            return _cut(value, start, end)
        case tuple():
            start, end = _bounds(places, len(value))
            return value[start:end]
        case _:
            raise UnfitError(f"can't slice item of type {type_of(value)}")


def _bounds(places: tuple[int, ...], length: int) -> tuple[int, int]:
    start, end, *_ = (*places, *(0, length)[len(places) :])
    if not 0 <= start <= end <= length:
        raise UnfitError(f"index out of range: {start}:{end} of {length}")
    return start, end


def _within(place: int, length: int) -> int:
    if not 0 <= place < length:
        raise UnfitError(f"index out of range: {place}")
    return place


def _equal(first: Value, *others: Value) -> bool:
    if not others:
        raise UnfitError("missing argument for comparison")
    for value in (first, *others):
        if isinstance(value, tuple | Fields):
            raise UnfitError(f"non-comparable type {type_of(value)}")
    for other in others:
        if first is not None and other is not None and type_of(first) != type_of(other):
            raise UnfitError("incompatible types for comparison")
    return any(first == other for other in others)


def _unequal(first: Value, other: Value) -> bool:
    return not _equal(first, other)


def _less(first: Value, other: Value) -> bool:
    match first, other:
        case bool(), bool():
            raise UnfitError("invalid type for comparison")
        case int(), int():
            return first < other
        case float(), float():
            return first < other
        case str(), str():
            return first < other
        case _:
            raise UnfitError("incompatible types for comparison")


def _less_or_equal(first: Value, other: Value) -> bool:
    return _less(first, other) or first == other


def _greater(first: Value, other: Value) -> bool:
    return _less(other, first)


def _greater_or_equal(first: Value, other: Value) -> bool:
    return not _less(first, other)


def _not(value: Value) -> bool:
    return not is_true(value)


def _last(*values: Value) -> Value:
    """Stand for `and` and `or`, which the evaluation decides: they look at what they need alone."""
    return values[-1]


def _print(*values: Value) -> str:
    return sprint(values)


def _println(*values: Value) -> str:
    return sprintln(values)


def _printf(form: str, *values: Value) -> str:
    return sprintf(form, values)


def _query(*values: Value) -> str:
    return quote_plus(sprint(values))


def _title_of(title: Value, *_others: Value) -> str:
    if not isinstance(title, str):
        raise UnfitError(f"expected a text, got {type_of(title)}")
    return title


def _script(*values: Value) -> str:
    """Escape as in JavaScript's texts (text/template, `JSEscape`)."""

    def escaped(sign: re.Match[str]) -> str:
        return f"\\{sign[0]}" if sign[0] in "\\'\"" else f"\\u{ord(sign[0]):04X}"

    return _SCRIPT_SIGNS.sub(escaped, sprint(values))


def _html(*values: Value) -> str:
    text = html.escape(sprint(values), quote=False).replace("\0", "\N{REPLACEMENT CHARACTER}")
    return text.replace('"', "&#34;").replace("'", "&#39;")


FUNCTIONS: Final[Mapping[str, Function]] = {
    "json": json_of,
    "split": _split,
    "join": _join,
    "title": _title,
    "lower": _lower,
    "upper": _upper,
    "pad": _pad,
    "truncate": _truncate,
    "print": _print,
    "println": _println,
    "printf": _printf,
    "len": _length,
    "index": _index,
    "slice": _slice,
    "eq": _equal,
    "ne": _unequal,
    "lt": _less,
    "le": _less_or_equal,
    "gt": _greater,
    "ge": _greater_or_equal,
    "not": _not,
    "and": _last,
    "or": _last,
    "html": _html,
    "js": _script,
    "urlquery": _query,
}
"""What may be called, by name."""

# What each parameter takes, where that is a text or a number: Go refuses others.
TEXT, NUMBER, ANY = str, int, object
PARAMETERS: Final[Mapping[str, tuple[type, ...]]] = {
    "json": (ANY,),
    "split": (TEXT, TEXT),
    "join": (ANY, TEXT),
    "title": (TEXT,),
    "lower": (TEXT,),
    "upper": (TEXT,),
    "pad": (TEXT, NUMBER, NUMBER),
    "truncate": (TEXT, NUMBER),
    "len": (ANY,),
    "ne": (ANY, ANY),
    "lt": (ANY, ANY),
    "le": (ANY, ANY),
    "gt": (ANY, ANY),
    "ge": (ANY, ANY),
    "not": (ANY,),
}
"""Of the functions that take so many values and no others."""

LEAST: Final[Mapping[str, tuple[type, ...]]] = {
    "printf": (TEXT,),
    "index": (ANY,),
    "slice": (ANY,),
    "eq": (ANY,),
    "and": (ANY,),
    "or": (ANY,),
}
"""Of the functions that take more besides."""

HEADER_FUNCTIONS: Final[Mapping[str, Function]] = {
    **FUNCTIONS,
    **dict.fromkeys(("json", "split", "join", "title", "lower", "upper", "truncate"), _title_of),
}
"""Those of a table's header, whose titles stay as they are (templates.go, `HeaderFunctions`)."""
