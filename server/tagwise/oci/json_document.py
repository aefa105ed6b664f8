"""Fields of JSON documents whose types nobody vouches for.

Nesting is bounded before a document is parsed, and a field that is missing or of another type than
the one asked for is empty.  Does not know what a document means: see `codec.py` for images.
"""

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeAlias, TypeGuard

from tagwise.errors import InvalidManifest

DEPTH_LIMIT: Final = 100
_BRACKETS: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")

JsonObject: TypeAlias = Mapping[str, object]
_EMPTY: Final[JsonObject] = MappingProxyType({})


def parse_object(body: bytes) -> JsonObject:
    """Read a JSON object (RFC 8259), nested no deeper than `DEPTH_LIMIT`.

    :raises InvalidManifest: if the bytes are anything else.
    """
    document = parse_json(body)
    if not _is_object(document):
        raise InvalidManifest("the document is no JSON object")
    return document


def parse_json(body: bytes) -> object:
    """Read any JSON value, nested no deeper than `DEPTH_LIMIT`.

    :raises InvalidManifest: if the bytes are anything else.
    """
    text = body.decode(errors="replace")
    _check_depth(text)
    try:
        document: object = json.loads(text)
    except ValueError as error:
        raise InvalidManifest("the document is no JSON") from error
    return document


def as_object(value: object) -> JsonObject:
    return value if _is_object(value) else _EMPTY


def object_field(fields: JsonObject, name: str) -> JsonObject:
    return as_object(fields.get(name))


def list_field(fields: JsonObject, name: str) -> tuple[object, ...]:
    value = fields.get(name)
    return tuple(value) if _is_list(value) else ()


def text_field(fields: JsonObject, name: str) -> str:
    value = fields.get(name)
    return _clean(value) if isinstance(value, str) else ""


def words_field(fields: JsonObject, name: str) -> tuple[str, ...]:
    """Read a list of strings; a single string is a list of one."""
    value = fields.get(name)
    if isinstance(value, str):
        return (_clean(value),)
    return tuple(_clean(word) for word in list_field(fields, name) if isinstance(word, str))


def names_field(fields: JsonObject, name: str) -> tuple[str, ...]:
    """Read the keys of an object, as Go writes a set."""
    return tuple(_clean(key) for key in object_field(fields, name))


def strings_field(fields: JsonObject, name: str) -> Mapping[str, str]:
    """Read an object of strings, read-only."""
    return MappingProxyType(
        {
            _clean(key): _clean(value)
            for key, value in object_field(fields, name).items()
            if isinstance(value, str)
        }
    )


def _check_depth(text: str) -> None:
    depth = 0
    for match in _BRACKETS.finditer(text):
        if match[0] in "[{":
            depth += 1
            if depth > DEPTH_LIMIT:
                raise InvalidManifest(f"the document nests deeper than {DEPTH_LIMIT} levels")
        elif match[0] in "]}":
            depth -= 1


def _is_object(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict)


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def _clean(text: str) -> str:
    """Replace the lone surrogates that JSON can spell and no encoding can write."""
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
