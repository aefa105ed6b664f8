"""Values as Go's fmt prints them: `Print`, `Println`, `Printf`.

Follows the documentation of package fmt, "Printing" and "Format errors".
Does not know templates.
"""

import math
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from tagwise.cli.go_template.nodes import Fields, Value

_VERB: Final = re.compile(
    r"%(?P<flags>[-+# 0]*)(?P<width>\*|\d+)?(?:\.(?P<precision>\*|\d*))?(?P<verb>.)?", re.DOTALL
)
_ESCAPES: Final = {
    '"': '\\"',
    "\\": "\\\\",
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
}
_MOST: Final = 1_000
_ONE_BYTE, _TWO_BYTES = 0x80, 0x10000
_LEAST_EXPONENT, _EXPONENT = -4, 6


def shown(value: Value) -> str:
    """Write a value as `%v` does."""
    match value:
        case None:
            return "<nil>"
        case bool():
            return "true" if value else "false"
        case float():
            return _float(value)
        case str() | int():
            return str(value)
        case tuple():
            return f"[{' '.join(value)}]"
        case Fields(values):
            return f"map[{' '.join(f'{key}:{values[key]}' for key in sorted(values))}]"


def type_of(value: Value) -> str:
    """Name a value's type as Go does."""
    match value:
        case None:
            return "<nil>"
        case bool():
            return "bool"
        case int():
            return "int"
        case float():
            return "float64"
        case str():
            return "string"
        case tuple():
            return "[]string"
        case Fields():
            return "a row"


def sprint(values: Sequence[Value]) -> str:
    """Put blanks between what is no text on either side."""
    parts: list[str] = []
    for index, value in enumerate(values):
        both = index and not isinstance(value, str) and not isinstance(values[index - 1], str)
        parts.append(f" {shown(value)}" if both else shown(value))
    return "".join(parts)


def sprintln(values: Iterable[Value]) -> str:
    return " ".join(map(shown, values)) + "\n"


def sprintf(form: str, values: Sequence[Value]) -> str:
    """Fill in a format; what does not fit is said in its place, as Go does."""
    left = list(values)

    def written(match: re.Match[str]) -> str:
        width, precision = (_given(match[name], left) for name in ("width", "precision"))
        verb = match["verb"]
        if verb is None:
            return "%!(NOVERB)"
        if verb == "%":
            return "%"
        if not left:
            return f"%!{verb}(MISSING)"
        return _padded(_verb(verb, left.pop(0), match["flags"], precision), match["flags"], width)

    text = _VERB.sub(written, form)
    extra = ", ".join(f"{type_of(value)}={shown(value)}" for value in left)
    return f"{text}%!(EXTRA {extra})" if extra else text


def quoted(text: str) -> str:
    """Write a text as Go's source does (`strconv.Quote`)."""
    return '"' + "".join(map(_quoted_sign, text)) + '"'


def _quoted_sign(sign: str) -> str:
    if sign in _ESCAPES or sign.isprintable():
        return _ESCAPES.get(sign, sign)
    code = ord(sign)
    if code < _ONE_BYTE:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < _TWO_BYTES else f"\\U{code:08x}"


def _given(written: str | None, left: list[Value]) -> int | None:
    """Read a width or a precision, which `*` takes from the values."""
    if written is None:
        return None
    if written != "*":
        return min(int(written or "0"), _MOST)
    value = left.pop(0) if left else None
    return min(value, _MOST) if isinstance(value, int) else None


def _padded(text: str, flags: str, width: int | None) -> str:
    if width is None:
        return text
    if "-" in flags or width < 0:
        return text.ljust(abs(width))
    if "0" in flags:
        sign = text[:1] if text[:1] in {"+", "-"} else ""
        return sign + text[len(sign) :].rjust(width - len(sign), "0")
    return text.rjust(width)


def _verb(verb: str, value: Value, flags: str, precision: int | None) -> str:
    found: str | None = None
    match verb, value:
        case "v", _:
            found = shown(value)
        case "T", _:
            return type_of(value)
        case "t", bool():
            found = shown(value)
        case _, bool() | None:
            found = None
        case _, int():
            found = _integer(verb, value, flags)
        case _, float():
            found = _floating(verb, value, precision)
        case _, str():
            found = _text(verb, value, precision)
        case _, tuple():
            items = [_text(verb, each, precision) for each in value]
            known = [each for each in items if each is not None]
            found = f"[{' '.join(known)}]" if len(known) == len(items) else None
        case _:
            found = None
    return f"%!{verb}({type_of(value)}={shown(value)})" if found is None else found


def _text(verb: str, value: str, precision: int | None) -> str | None:
    cut = value if precision is None else value[:precision]
    match verb:
        case "s":
            return cut
        case "q":
            return quoted(cut)
        case "x":
            return cut.encode().hex()
        case "X":
            return cut.encode().hex().upper()
        case _:
            return None


def _integer(verb: str, value: int, flags: str) -> str | None:
    plus = "+" if "+" in flags and value >= 0 else ""
    match verb:
        case "d":
            return f"{plus}{value}"
        case "b" | "o" | "x" | "X":
            return f"{plus}{value:{'#' if '#' in flags else ''}{verb}}"
        case "c" | "q" if 0 <= value <= 0x10FFFF:  # noqa: PLR2004 - the last character there is.
            return chr(value) if verb == "c" else "'" + quoted(chr(value))[1:-1] + "'"
        case "U":
            return f"U+{value:04X}"
        case _:
            return None


def _floating(verb: str, value: float, precision: int | None) -> str | None:
    match verb:
        case "f" | "F" | "e" | "E":
            return f"{value:.{6 if precision is None else precision}{verb}}"
        case "g" | "G":
            return _float(value) if precision is None else f"{value:.{max(precision, 1)}{verb}}"
        case _:
            return None


def _float(value: float) -> str:
    """Write the fewest digits that say it, with an exponent from a million on (`%g`)."""
    if not math.isfinite(value):
        return {"inf": "+Inf", "-inf": "-Inf"}.get(repr(value), "NaN")
    mantissa, _, exponent = f"{Decimal(repr(value)).normalize():e}".partition("e")
    if _LEAST_EXPONENT <= int(exponent) < _EXPONENT:
        return f"{Decimal(repr(value)).normalize():f}"
    return f"{mantissa}e{exponent[0]}{exponent[1:]:0>2}"
