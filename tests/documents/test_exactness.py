"""An edit changes nothing else, in any format (SEMANTICS, section 6).

Texts are made from a skeleton for each format, whose images are written in every style the format has,
and of every sample.  What stands in them before and after is told by the authorities: PyYAML's nodes,
`json`, BuildKit's parser.
"""

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path

import attrs
import dockerfile
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tagwise.documents.languages import LANGUAGES, language_by_id, language_of
from tagwise.documents.model import Inputs, Occurrence, ParsedDocument, Syntax
from tagwise.documents.yaml_events import FASTEST, PURE
from tagwise.ide.edits import Edit, Plan, applied, merged, pin, unpin, update
from tagwise.oci.digest import Digest

SAMPLES = Path(__file__).parents[2] / "samples"
OLD, NEW, WRITTEN = (Digest.parse("sha256:" + letter * 64) for letter in "dbc")

# `@@` is an image in any style of YAML, `~~` of JSON, `__` of a Dockerfile, `==` one as it reads.
YAML = {
    "github-actions": """
jobs:
  a:
    container: @@
    services: {db: {image: ==}}
    steps:
      - uses: docker://==
""",
    "gitlab-ci": """
image: @@
job:
  image: {name: ==, entrypoint: [""]}
  services:
    - @@
    - name: @@
""",
    "circleci": """
jobs:
  a:
    docker:
      - image: @@
      - {image: ==}
""",
    "azure-pipelines": """
resources:
  containers:
    - container: pg
      image: @@
jobs:
  - job: a
    container: @@
""",
    "bitbucket-pipelines": """
image: @@
pipelines:
  default:
    - step:
        image: {name: ==}
        script: [make]
""",
    "woodpecker": """
steps:
  build:
    image: @@
    commands: [make]
services:
  - name: db
    image: @@
""",
    "cloud-build": """
steps:
  - name: @@
    args: [a, 'b']
  - {name: ==}
""",
    "kustomize": """
images:
  - name: web
    newName: nginx
    newTag: '1.29'
  - name: acme/api
    newTag: "2.1"
""",
    "helm-values": """
image:
  repository: acme/api
  tag: "2.1"
  digest: ""
sidecar:
  image: @@
""",
    "compose": """
x-base: &base
  image: @@
services:
  web:
    <<: *base
    labels: {a: 'b', c: [d]}
  db:
    image: @@
    environment:
      - A=${B:-c}
  job:
    build:
      additional_contexts:
        base: docker-image://==
      dockerfile_inline: |
        FROM ==
        RUN echo $$HOME
""",
    "kubernetes": """
apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      initContainers: [{name: i, image: ==}]
      containers:
        - name: a
          image: @@
---
apiVersion: v1
kind: Pod
spec:
  containers:
    - image: @@
""",
}
JSON = {
    "bake": '{"target": {"a": {"contexts": {"x": "docker-image://~~"}, "tags": ["a:b"]}}}',
    "devcontainer": '{"name": "a", "image": "~~", "features": {"ghcr.io/a/b:1": {}}}',
    "cloud-build": '{"steps": [{"name": "~~"}, {"name": "~~", "args": ["a"]}]}',
    "compose": '{"services": {"a": {"image": "~~"}, "b": {"image": "~~"}}}',
    "kubernetes": '{"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"image": "~~"}]}}',
}
DOCKERFILE = """\
# syntax=docker/dockerfile:1
ARG BASE===
FROM --platform=linux/amd64 __ AS first
RUN --mount=type=bind,from===,target=/x echo "a  b" <<E
FROM no
E
COPY --from=__ --chown=a:b /a /b
FROM $BASE
ONBUILD COPY --from=== a b
"""
HCL = """\
variable "BASE" { default = "==" }
target "a" {
  contexts = { x = "docker-image://==", y = "docker-image://${BASE}" } // kept
  dockerfile-inline = <<E
FROM ==
E
}
"""
QUADLET = """\
[Unit]
Description=a

[Container]
Image===
Exec=a \\
  b
Mount=type=image,source===,dst=/x
"""
NAMES = ("python", "acme/api", "ghcr.io/a/b.c__d", "localhost:5000/x", "reg.example.com:443/t/a-1")
REFERENCES = st.tuples(
    st.sampled_from(NAMES),
    st.sampled_from(["", ":3.12-slim", ":latest", ":1_a.B"]),
    st.sampled_from(["", "", "", f"@{WRITTEN}"]),
).map("".join)
STYLES = "plain single double hex wide folded literal cut anchor tag"


@st.composite
def escaped(draw: st.DrawFn, text: str, form: str) -> str:
    """Write some characters as escapes; `form` says how one is spelled."""
    chosen = draw(st.sets(st.integers(0, len(text) - 1), max_size=4))
    return "".join(form % ord(c) if i in chosen else c for i, c in enumerate(text))


@st.composite
def yaml_scalars(draw: st.DrawFn, text: str, indent: str) -> str:
    """Write a value in one of YAML's styles, at the end of a line that is indented so far."""
    deeper, at = f"\n{indent}      ", draw(st.integers(1, len(text) - 1))
    match draw(st.sampled_from(STYLES.split())):
        case "single":
            return f"'{text}'" + draw(st.sampled_from(["", " # kept \U0001f433"]))
        case "double":
            return f'"{text}"  # kept'
        case "hex":
            return '"' + draw(escaped(text, r"\x%02x")) + '"'
        case "wide":
            return '"' + draw(escaped(text, r"\U%08x")) + '"'
        case "folded":
            return f">-{deeper}{text}"
        case "literal":
            return f"|-  # kept{deeper}{text}"
        case "cut":
            return f'"{text[:at]}\\{deeper}{text[at:]}"'
        case "anchor":
            return f"&?? {text}"
        case "tag":
            return f"!!str {text}"
        case _:
            return text + draw(st.sampled_from(["", " # kept: \U0001f433", "   "]))


@st.composite
def continued(draw: st.DrawFn, text: str) -> str:
    """Break a word of a Dockerfile over two lines."""
    at = draw(st.integers(1, len(text) - 1))
    return draw(st.sampled_from([text, f"{text[:at]}\\\n{text[at:]}"]))


@st.composite
def filled(draw: st.DrawFn, skeleton: str) -> str:
    """Put images into a skeleton, and give the text line ends, a comment and an end."""
    lines: list[str] = []
    for line in skeleton.lstrip("\n").splitlines(keepends=True):
        indent = line[: len(line) - len(line.lstrip(" "))]
        full = re.sub("@@|~~|__|==", lambda mark, i=indent: written(draw, mark[0], i), line)
        lines.append(full.replace("??", f"n{len(lines)}"))
    text = "".join(lines)
    if draw(st.booleans()):
        text = text.removesuffix("\n")
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


def written(draw: st.DrawFn, mark: str, indent: str) -> str:
    text = draw(REFERENCES)
    match mark:
        case "@@":
            return draw(yaml_scalars(text, indent))
        case "~~":
            return draw(escaped(text, r"\u%04x"))
        case "__":
            return draw(continued(text))
        case _:
            return text


Values = list[tuple[str, str]]
"""What an authority finds in a text: places, each with a value."""


@attrs.frozen
class Format:
    """How a format is read by us, and by an authority, if it has one."""

    parse: Callable[[str], Syntax]
    values: Callable[[str], Values] | None = None

    def images(self, text: str) -> list[Occurrence]:
        return [each for each in self.read(text).occurrences if each.skipped is None]

    def read(self, text: str) -> ParsedDocument:
        return self.parse(text).evaluate(Inputs())

    def edits(self, text: str, verb: Callable[[Occurrence], object]) -> list[Edit]:
        plans = [plan for each in self.images(text) if isinstance(plan := verb(each), Plan)]
        return [each for each in merged(plans).edits if not each.place.document]

    def change(self, text: str, verb: Callable[[Occurrence], object]) -> str:
        return applied(text, self.edits(text, verb))


INSERTED = re.compile(rf"(?:(?::latest)?@|(?:[\r\n ,]*digest:)? ?){OLD}")


def check_exact(form: Format, text: str) -> None:
    """Pin, pin again, update and unpin all images of a text."""
    edits = form.edits(text, partial(pin, digest=OLD))
    assert all(not len(each.place.span) and INSERTED.fullmatch(each.text) for each in edits)
    pinned = applied(text, edits)
    assert form.change(pinned, partial(pin, digest=NEW)) == pinned
    updated = form.change(pinned, partial(update, digest=NEW))
    assert form.change(pinned, partial(update, digest=OLD)).count(str(OLD)) >= len(edits)
    assert str(OLD) not in updated
    was_pinned = any(each.reference and each.reference.digest for each in form.images(text))
    if not was_pinned:
        assert updated == pinned.replace(str(OLD), str(NEW))
        # A tag that an image without one got is kept: it is what updates follow.
        tags = [attrs.evolve(each, text=each.text.partition("@")[0].strip(" ")) for each in edits]
        kept = [each for each in tags if each.text == ":latest"]
        assert form.change(pinned, unpin) == applied(text, kept)
    told = [(each.role, each.skipped) for each in form.read(text).occurrences]
    assert [(each.role, each.skipped) for each in form.read(pinned).occurrences] == told
    if form.values is not None:
        check_values(form.values(text), form.values(pinned))


def check_values(before: Values, after: Values) -> None:
    """The same values at the same places, but for digests behind images or at keys of their own."""
    digests = (str(OLD), "digest", "")
    old, new = ([each for each in values if each[1] not in digests] for values in (before, after))
    assert [place for place, _ in new] == [place for place, _ in old]
    for (_, was), (_, now) in zip(old, new, strict=True):
        # An image without a tag gets one, too.
        assert now.replace(f"@{OLD}", "").replace(":latest", "") == was.replace(":latest", "")


def yaml_values(text: str) -> Values:
    found: Values = []

    def walk(node: yaml.Node, path: str) -> None:
        match node:
            case yaml.MappingNode():
                for key, value in node.value:
                    walk(key, f"{path}?")
                    walk(value, f"{path}/{key.value}")
            case yaml.SequenceNode():
                for number, each in enumerate(node.value):
                    walk(each, f"{path}/{number}")
            case _:
                found.append((f"{path} {node.tag}", node.value))

    for document in yaml.compose_all(text, yaml.SafeLoader):
        walk(document, "")
    return found


def json_values(text: str) -> Values:
    def walk(value: object, path: str) -> Iterator[tuple[str, str]]:
        match value:
            case dict():
                for key, each in value.items():
                    yield from walk(each, f"{path}/{key}")
            case list():
                for number, each in enumerate(value):
                    yield from walk(each, f"{path}/{number}")
            case _:
                yield path, str(value)

    return list(walk(json.loads(text), ""))


def instructions(text: str) -> Values:
    """What BuildKit's parser makes of a Dockerfile: each instruction's flags and values."""
    return [
        (f"{number} {each.cmd} {part}", value)
        for number, each in enumerate(dockerfile.parse_string(text))
        for part, values in (("flags", each.flags), ("value", each.value))
        for value in values
    ]


WITHOUT_LOADERS = ("bake", "devcontainer")


def formats(name: str, values: Callable[[str], Values] | None) -> list[Format]:
    """Return a format as each YAML loader reads it, or as it is read without them."""
    odd = {"bitbucket-pipelines": "bitbucket", "bake": "bake.syntax", "compose": "compose"}
    module = import_module(f"tagwise.documents.{odd.get(name, name.replace('-', '_'))}")
    if name in WITHOUT_LOADERS:
        return [Format(module.parse, values)]
    return [Format(partial(module.parse, loader=loader), values) for loader in (FASTEST, PURE)]


@pytest.mark.parametrize("name", YAML)
@settings(max_examples=40)
@given(data=st.data())
def test_yaml(name, data):
    text = data.draw(filled(YAML[name]))
    for form in formats(name, yaml_values):
        check_exact(form, text)


@pytest.mark.parametrize("name", JSON)
@settings(max_examples=30)
@given(data=st.data())
def test_json(name, data):
    text = data.draw(filled(JSON[name]))
    for form in formats(name, json_values):
        check_exact(form, text)


@given(text=filled(DOCKERFILE))
def test_dockerfiles(text):
    check_exact(Format(language_by_id("dockerfile").parse, instructions), text)


@pytest.mark.parametrize(("name", "skeleton"), [("bake", HCL), ("quadlet", QUADLET)])
@given(data=st.data())
def test_hcl_and_units(name, skeleton, data):
    check_exact(Format(language_by_id(name).parse), data.draw(filled(skeleton)))


def test_every_format_is_here():
    assert {*YAML, *JSON, "dockerfile", "quadlet"} == {each.id for each in LANGUAGES}


def samples() -> list[str]:
    paths = [path for path in SAMPLES.rglob("*") if path.is_file()]
    known = (path for path in paths if language_of(path.as_posix(), path.read_text()))
    return sorted(path.relative_to(SAMPLES).as_posix() for path in known)


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("path", samples())
def test_samples(path, end):
    text = (SAMPLES / path).read_text().replace("\n", end)
    is_yaml = path.endswith((".yml", ".yaml")) and "{{" not in text
    language = language_of(path, text)
    check_exact(Format(language.parse, yaml_values if is_yaml else None), text)
