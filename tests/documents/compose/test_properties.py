"""What holds for any text: nothing raises, and every place is one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagwise.documents.compose import looks_like_compose, parse
from tagwise.documents.dotenv import parse as parse_dotenv
from tagwise.documents.model import Inputs, ParsedDocument, PinPlace, SourceText
from tagwise.documents.yaml_events import FASTEST, PURE

FILE = """\
x-image: &python python:${TAG:-3.12}
x-base: &base
  image: redis:7
  build: {context: ., args: {V: "${TAG}"}}
services:
  a: {<<: *base, build: !reset null}
  b:
    image: "ghcr.io/a/b:${OTHER-1}\\x2d2"
    platform: linux/arm64
    env_file: [.env]
  c:
    image: *python
    build:
      dockerfile_inline: |
        ARG V=1
        FROM python:$${V}
        COPY --from=${IMAGE} / /
      args: ["V=$TAG", TAG]
      additional_contexts: [base=docker-image://a, "x=docker-image://${IMAGE}"]
      cache_from: ["type=registry,ref=a/b:${TAG}", plain]
      tags: [t, *python]
    volumes: [{type: image, source: a}, {type: image, source: "${IMAGE}"}]
    pre_start: [{image: x, platform: linux/arm64, volumes: [{type: image, source: y}]}]
    extends: {file: more.yaml, service: "${TAG}"}
  d:
    image: >-
      '{{ x }}'
---
services: {e: {image: 'a@sha256:aa', platform: x/y/z/, extends: b}, f: !reset null}
include: [more.yaml, oci://x, {path: [more.yaml, b.yaml], env_file: .env}]
models: {m: {model: ai/x}}
"""
DOTENV = "TAG=3.12\nexport IMAGE=\"a:${TAG}\\n\"\nOTHER='x' # y\n\nB"
SPLINTERS = st.sampled_from(
    [
        *"$${}:-'\"\\#&*|>[]@/ \n\r\t",
        "${TAG}",
        "$${",
        "\ufeff",
        "\x00",
        "image: ",
        "<<: *base",
        "🐳",
        "\u2028",
    ]
)


@st.composite
def damaged(draw: st.DrawFn, text: str) -> str:
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(text)))
        end = min(len(text), at + draw(st.integers(0, 12)))
        text = text[:at] + draw(SPLINTERS | st.text(max_size=3)) + text[end:]
    return text[: draw(st.integers(0, len(text)))] if draw(st.booleans()) else text


def check_places(parsed: ParsedDocument, texts: dict[str, str], name: str) -> None:
    text = texts[name]
    for problem in parsed.problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(text)
    for occurrence in (*parsed.occurrences, *parsed.inherited):
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


@pytest.mark.parametrize("loader", [FASTEST, PURE], ids=["libyaml", "pure"])
@settings(max_examples=400, deadline=None)
@given(
    text=damaged(FILE) | st.text(),
    more=damaged(FILE),
    dotenv=damaged(DOTENV) | st.text(),
    name=st.sampled_from(["c", "compose.yaml", "compose.override.yaml"]),
)
def test_any_text(loader, text, more, dotenv, name):
    looks_like_compose(text)
    texts = {".env": dotenv, "more.yaml": more, "compose.override.yaml": more, "compose.yml": more}
    files = {each: SourceText(each, text) for each, text in texts.items()}
    inputs = Inputs(name, {"HOME": "/root"}, files=files)
    syntax = parse(text, loader=loader)
    check_places(syntax.evaluate(inputs), texts | {name: text}, name)
    assert set(syntax.names) <= set(syntax.named_with(inputs))
    for build in syntax.builds(inputs):
        assert build.dockerfile


@pytest.mark.parametrize("loader", [FASTEST, PURE], ids=["libyaml", "pure"])
@settings(max_examples=200, deadline=None)
@given(
    versions=st.lists(damaged(FILE), min_size=1, max_size=3),
    dotenvs=st.lists(damaged(DOTENV), min_size=3, max_size=3),
)
def test_the_next_version_says_what_it_says_read_anew(loader, versions, dotenvs):
    syntax = parse(FILE, loader=loader)
    texts = [FILE, FILE + "# x", *versions, FILE]
    for text, dotenv in zip(texts, [DOTENV] * 2 + dotenvs * 2, strict=False):
        syntax = syntax.reread(text)
        files = {".env": SourceText(".env", dotenv)}
        for name in ("c", "compose.yaml"):
            inputs = Inputs(name, {"HOME": "/root"}, files=files)
            assert syntax.evaluate(inputs) == parse(text, loader=loader).evaluate(inputs)


@settings(max_examples=400, deadline=None)
@given(text=damaged(DOTENV) | st.text())
def test_any_dotenv(text):
    for value in parse_dotenv(text, "d", {"X": "1"}).variables.values():
        for piece in value.pieces:
            if piece.place:
                span = piece.place.span
                assert 0 <= span.start <= span.end <= len(text)
                assert not piece.exact or span.of(text) == piece.text
