"""What every format's tests share: a picture of a file, and what holds for any text of it.

`Parse` is a format's own `parse(text, loader=…)`, or one without loaders.
"""

from collections.abc import Callable, Mapping

import attrs
from hypothesis import strategies as st

from support.occurrences import drawn, picture
from tagwise.documents.model import Inputs, ParsedDocument, PinPlace, SourceText, Syntax
from tagwise.ide.edits import Plan, applied, merged, pin, unpin
from tagwise.oci.digest import Digest

Parse = Callable[[str], Syntax]
DIGEST = "sha256:" + "a" * 64

SPLINTERS = st.sampled_from(
    [
        *"$${}:-'\"\\#&*|>[]@/=<>,? \n\r\t",
        *("${", "$(", "{{ x }}", "}}", "\ufeff", "\x00", "\U0001f433", "\u2028", "\r\n"),
        *("image: ", "<<: *a", "&a ", "*a", "!t ", "- ", "---\n", "image:\n", "/*", "*/", "//"),
    ]
)


def check(
    parse: Parse, text: str, expected: str, *, files: Mapping[str, str] | None = None
) -> None:
    """Compare what a file says with a picture of it; `files` are those beside it."""
    text = picture(text) if text.startswith("\n") else text
    beside = {name: SourceText(name, each) for name, each in (files or {}).items()}
    parsed = parse(text).evaluate(Inputs(files=beside))
    found = drawn(text, parsed, files)
    assert found == picture(expected), f"found:\n{found}"


@st.composite
def damaged(draw: st.DrawFn, text: str) -> str:
    """Break a text in a few places, and maybe cut it off."""
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(text)))
        end = min(len(text), at + draw(st.integers(0, 12)))
        text = text[:at] + draw(SPLINTERS | st.text(max_size=3)) + text[end:]
    return text[: draw(st.integers(0, len(text)))] if draw(st.booleans()) else text


def check_places(parsed: ParsedDocument, text: str, files: Mapping[str, str] | None = None) -> None:
    """Every place is one of its document, and exact where it says so."""
    texts = {"": text, **(files or {})}
    for problem in parsed.problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(text)
    for occurrence in parsed.occurrences:
        assert 0 <= occurrence.span.start < occurrence.span.end <= len(text)
        pieces = occurrence.value.pieces
        places = [piece.place for piece in pieces if piece.place]
        places += [use.place for piece in pieces for use in piece.via]
        if isinstance(occurrence.pin, PinPlace):
            assert not occurrence.skipped
            places.append(occurrence.pin.place)
        for place in places:
            assert 0 <= place.span.start <= place.span.end <= len(texts[place.document])
        for piece in pieces:
            if piece.exact and piece.place:
                assert piece.place.span.of(texts[piece.place.document]) == piece.text


def read(parse: Parse, text: str, files: Mapping[str, str] | None = None) -> ParsedDocument:
    beside = {name: SourceText(name, each) for name, each in (files or {}).items()}
    return parse(text).evaluate(Inputs(files=beside))


def check_any(parse: Parse, text: str, files: Mapping[str, str] | None = None) -> None:
    """Nothing raises, places are places, and what is pinned is pinned once and comes off again."""
    parsed = read(parse, text, files)
    check_places(parsed, text, files)
    for occurrence in parsed.occurrences:
        reference = occurrence.reference
        plan = pin(occurrence, Digest.parse(DIGEST))
        if not isinstance(plan, Plan) or not plan.edits or reference is None:
            continue
        (edit,) = plan.edits
        pinned = applied(text, plan.edits)
        at = edit.place.span.start
        assert pinned[:at] == text[:at]
        assert pinned.endswith(text[edit.place.span.end :])


def check_pins(parse: Parse, text: str, files: Mapping[str, str] | None = None) -> str:
    """Pin all, which twice is no more than once; taken off, it is the original; return it pinned."""

    def change(text: str, digest: Digest | None) -> str:
        images = [each for each in read(parse, text, files).occurrences if not each.skipped]
        plans = [pin(each, digest) if digest else unpin(each) for each in images]
        edits = merged(plan for plan in plans if isinstance(plan, Plan)).edits
        return applied(text, edits)

    pinned = change(text, Digest.parse(DIGEST))
    assert pinned.count(DIGEST) > text.count(DIGEST)
    assert change(pinned, Digest.parse("sha256:" + "b" * 64)) == pinned
    before, after = (
        [_image(each) for each in read(parse, each, files).occurrences] for each in (text, pinned)
    )
    assert [each[:2] for each in after] == [each[:2] for each in before]
    assert change(pinned, None) == text
    return pinned


def _image(occurrence: object) -> tuple[object, ...]:
    told = attrs.asdict(occurrence, recurse=False)  # type: ignore[call-overload]
    reference = told["reference"]
    return (told["role"], reference and reference.name, reference and reference.tag)
