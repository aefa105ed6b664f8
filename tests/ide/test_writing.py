"""What is written at a place: in every sample, at every character of every reference."""

from pathlib import Path

import pytest

from tagwise.documents.languages import language_of
from tagwise.documents.model import Inputs
from tagwise.documents.traced import Span
from tagwise.ide.writing import Part, marked, writings

SAMPLES = Path(__file__).parent.parent.parent / "samples"
FILES = [
    path
    for path in sorted(SAMPLES.rglob("*"))
    if path.is_file() and path.suffix != ".md" and path.stat().st_size < 20_000
]


def read(path, text):
    language = language_of(path.as_posix(), text)
    return language.parse(text).evaluate(Inputs(document="file")) if language else None


def documents():
    for path in FILES:
        text = path.read_text("utf-8")
        if (parsed := read(path, text)) is not None and parsed.occurrences:
            yield pytest.param(path, text, parsed, id=path.relative_to(SAMPLES).as_posix())


@pytest.mark.parametrize(("path", "text", "parsed"), list(documents()))
def test_wherever_a_reference_is_written_its_part_is_known(path, text, parsed):
    """What is found is there as it reads, and a choice that is what stands there changes nothing."""
    for occurrence in parsed.occurrences:
        if occurrence.reference is None or occurrence.skipped is not None:
            continue
        for piece in occurrence.value.pieces:
            if piece.place is None or piece.place.document != "file" or not piece.exact:
                continue
            span = piece.place.span
            for offset in {span.start, (span.start + span.end) // 2, span.end}:
                found = list(writings(read(path, marked(text, offset)), "file", offset))
                for writing in found:
                    assert writing.typed == text[writing.span.start : offset]
                    assert writing.span.start <= offset <= writing.span.end
                    stands = writing.before + writing.span.of(text) + writing.behind
                    assert stands == writing.whole
                    assert writing.inserted(stands) in {writing.span.of(text), None}
                assert found or not piece.text.strip("-:@"), (text[span.start : offset], occurrence)


PLACES = {
    "nothing yet": ("Dockerfile", "FROM ‸", Part.NAME, "", ""),
    "a colon and nothing": ("Dockerfile", "FROM python:‸", Part.TAG, "", "python"),
    "a port is no tag": (
        "Dockerfile",
        "FROM localhost:5000/a‸",
        Part.NAME,
        "localhost:5000/a",
        None,
    ),
    "an empty value": ("compose.yaml", "services:\n  a:\n    image: ‸\n", Part.NAME, "", ""),
    "half a digest": ("Dockerfile", "FROM python:3@sha2‸", Part.DIGEST, "sha2", "python"),
    "no digest yet": ("Dockerfile", "FROM python:3@‸", Part.DIGEST, "", "python"),
    "a platform": ("Dockerfile", "FROM --platform=lin‸ python:3", Part.PLATFORM, "lin", "python"),
}


@pytest.mark.parametrize(("name", "text", "part", "typed", "image"), PLACES.values(), ids=PLACES)
def test_half_written_lines(name, text, part, typed, image):
    offset = text.index("‸")
    text = text.replace("‸", "")
    (writing,) = writings(read(Path(name), marked(text, offset)), "file", offset)
    assert (writing.part, writing.typed) == (part, typed)
    assert writing.span == Span(offset - len(typed), offset)
    assert image is None or writing.name == image
