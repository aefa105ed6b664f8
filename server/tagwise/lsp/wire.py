"""Our values as JSON for clients: fields in camel case, times in ISO 8601, enums as their values.

Does not know which values.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import cast

import attrs
from lsprotocol import types

JSON_ATOMS = (str, int, float, bool, type(None))


def wire(value: object) -> object:
    """Return what a client is sent for `value`; the protocol's own types stay as they are."""
    match value:
        case datetime():
            return value.isoformat()
        case Enum():
            return value.value
        case tuple() | list():
            return [wire(each) for each in cast("tuple[object, ...]", value)]
        case Mapping():
            items = cast("Mapping[str, object]", value).items()
            return {str(name): wire(each) for name, each in items}
        case _ if attrs.has(type(value)) and type(value).__module__ != types.__name__:
            fields = attrs.fields(cast("type[attrs.AttrsInstance]", type(value)))
            return {_camel(each.name): wire(getattr(value, each.name)) for each in fields}
        case _:
            return value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
