"""What was read of a Dockerfile, drawn under its lines: text in, text out."""

import re
from textwrap import dedent

from tagwise.documents.dockerfile.syntax import parse
from tagwise.documents.model import Builder, Inputs, NoPin, Occurrence, ParsedDocument, PinPlace
from tagwise.documents.traced import TracedText

DOCUMENT = "Dockerfile"
_DRAWN = re.compile(r"[ \t]*\^.*\n?")


def check(drawing: str, **inputs) -> None:
    """Read the lines of `drawing` that are no carets, and expect the others under them.

    ^^^^^^ base-image python:3.12      what stands above is that reference
    ^^^^ stage                         it is skipped, for that reason
    """
    expected = dedent(drawing).lstrip("\n")
    text = "".join(
        line for line in expected.splitlines(keepends=True) if not _DRAWN.fullmatch(line)
    )
    assert drawn(text, read(text, **inputs)) == expected


def read(text: str, **inputs) -> ParsedDocument:
    return parse(text).evaluate(Inputs(document=DOCUMENT, **inputs))


def drawn(text: str, document: ParsedDocument) -> str:
    lines: list[str] = []
    start = 0
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        lines.append(line)
        for each in document.occurrences:
            first, last = max(each.span.start, start), min(each.span.end, end)
            if first < last:
                carets = "^" * len(text[first:last].rstrip("\n"))
                label = f" {_label(each)}" if each.span.end <= end else ""
                lines.append(" " * (first - start) + carets + label + "\n")
        start = end
    return "".join(lines)


def problems(text: str, **inputs) -> list[str]:
    """Draw problems as `rule: message [text]`, in order."""
    found = read(text, **inputs).problems
    return [f"{each.rule}: {each.message} [{each.span.of(text)}]" for each in found]


def pinned(text: str, **inputs) -> str:
    """Return the text with `@PIN` wherever a digest would go, and a line for each refusal."""
    occurrences = read(text, **inputs).occurrences
    pins = [each.pin for each in occurrences if each.skipped is None]
    places = {pin.place for pin in pins if isinstance(pin, PinPlace)}
    for place in sorted(places, key=lambda place: place.span.end, reverse=True):
        if place.document == DOCUMENT:
            text = text[: place.span.end] + "@PIN" + text[place.span.end :]
    others = [
        f"{place.document}:{place.span.end}\n"
        for place in sorted(places, key=lambda place: (place.document, place.span.end))
        if place.document != DOCUMENT
    ]
    refusals = [f"no: {pin.reason}\n" for pin in pins if isinstance(pin, NoPin)]
    return "".join((text, *others, *dict.fromkeys(refusals)))


def builder(name: str, *, contexts=None, target=None, platforms=(), **args: str) -> Builder:
    """A service `name` of `compose.yaml`: its n-th value stands at offset 100·n there."""
    values = [*args.items(), *(contexts or {}).items()]
    traced = {
        key: TracedText.literal(value, "compose.yaml", 100 * (index + 1))
        for index, (key, value) in enumerate(values)
    }
    return Builder(
        name,
        {key: traced[key] for key in args},
        {key: traced[key] for key in contexts or {}},
        target,
        tuple(platforms),
    )


def _label(each: Occurrence) -> str:
    what = each.skipped.reason.value if each.skipped else f"{each.role.value} {each.value.text}"
    platform = f" [{each.platform}]" if each.platform and not each.skipped else ""
    return what + platform + (f" ({each.variant})" if each.variant else "")
