"""Helm's values, by the chart that `helm create` writes and by what charts make of it."""

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.formats import DIGEST, check, check_any, check_pins, damaged
from tagwise.documents.helm_values import parse
from tagwise.documents.model import Inputs
from tagwise.documents.yaml_events import PURE

pytestmark = pytest.mark.parametrize(
    "parse", [parse, partial(parse, loader=PURE)], ids=["libyaml", "pure"]
)

CHART = """\
apiVersion: v2
name: shop
appVersion: "2.1.0"
dependencies:
  - name: postgresql
    alias: db
"""
VALUES = """
replicaCount: 2
image:
  repository: acme/api
  pullPolicy: IfNotPresent
  # Overrides the image tag whose default is the chart appVersion.
  tag: ""
  digest: ""
proxy:
  image: nginx:1.29
  backgroundImage: stars.png
  initImage: alpine:3.22
metrics:
  image:
    registry: quay.io
    repository: acme/exporter
    tag: v1.2
    digest:
cache:
  image: redis
  tag: '8'
images:
  backup: {repository: postgres, tag: "17"}
db:
  image: {registry: docker.io, repository: library/postgres}
source:
  repository: https://git.example.com/x
  tag: v1
"""


def test_strings_and_groups(parse):
    check(
        parse,
        VALUES,
        """
        repository: acme/api
                    ^^^^^^^^ docker.io/acme/api:2.1.0, pin "digest: "|""
        image: nginx:1.29
               ^^^^^^^^^^ docker.io/library/nginx:1.29, pin "image: nginx:1.29|"
        initImage: alpine:3.22
                   ^^^^^^^^^^^ docker.io/library/alpine:3.22, pin "initImage: alpine:3.22|"
        repository: acme/exporter
                    ^^^^^^^^^^^^^ quay.io/acme/exporter:v1.2, pin "digest:|"
        image: redis
               ^^^^^ docker.io/library/redis:8, no pin: there is no `digest` key to write a digest under
        backup: {repository: postgres, tag: "17"}
                             ^^^^^^^^ docker.io/library/postgres:17, no pin: there is no `digest` key to write a digest under
        image: {registry: docker.io, repository: library/postgres}
                                                 ^^^^^^^^^^^^^^^^ 'docker.io/library/postgres', unset-variable: no tag is given: it is the appVersion of the chart db
        """,
        files={"Chart.yaml": CHART},
    )


def test_an_empty_tag_is_never_latest(parse):
    check(
        parse,
        "image: {repository: acme/api, tag: }\n",
        """
        image: {repository: acme/api, tag: }
                            ^^^^^^^^ 'acme/api', unset-variable: no tag is given, and no Chart.yaml beside this file says an appVersion
        """,
    )
    syntax = parse("image: {repository: acme/api}")
    assert syntax.names == ("Chart.yaml",)
    assert parse("image: {repository: acme/api, tag: 1}").names == ()


def test_what_is_assumed_is_said(parse):
    from tagwise.documents.model import Inputs, SourceText

    files = {"Chart.yaml": SourceText("/x/Chart.yaml", CHART)}
    parsed = parse("image: {repository: acme/api}").evaluate(Inputs(files=files))
    (occurrence,) = parsed.occurrences
    assert occurrence.assumption == "no tag is given: the appVersion of Chart.yaml is assumed"
    assert [place.document for place in occurrence.value.origins()] == ["", "/x/Chart.yaml"]


def test_a_digest_beside_the_name(parse):
    digest = "sha256:" + "e" * 64
    check(
        parse,
        f"""
        image:
          digest: {digest}
          repository: &name acme/api
          tag: "2"
        other:
          image: {{repository: *name, tag: 1.0@{digest}}}
        """,
        f"""
        repository: &name acme/api
                          ^^^^^^^^ docker.io/acme/api:2@{digest}, pin "digest: {digest}|"
        image: {{repository: *name, tag: 1.0@{digest}}}
                            ^^^^^ docker.io/acme/api:1.0@{digest}, no pin: there is no `digest` key to write a digest under
        """,
    )


def test_templates_and_what_is_wrong(parse):
    check(
        parse,
        """
        image: "{{ .Values.global.registry }}/x:1"
        a:
          image: {repository: acme/Api, tag: x}
        """,
        """
        image: "{{ .Values.global.registry }}/x:1"
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ '{{ .Values.global.registry }}/x:1', template: a template: which image this is is known once it is rendered
        image: {repository: acme/Api, tag: x}
                            ^^^^^^^^ 'acme/Api:x', invalid: invalid reference: the repository name must be lowercase: 'Api'
        image: {repository: acme/Api, tag: x}
                                 ^ error invalid-reference: invalid reference: the repository name must be lowercase: 'Api'
        """,
    )


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("1.10", "1.1"),
        ("2.0", "2"),
        ("'1.10'", "1.10"),
        ("1.27", "1.27"),
        ("1.10.0", "1.10.0"),
        ("!!str 1.10", "1.10"),
        ("20240101", "20240101"),
    ],
)
def test_a_tag_without_quotes_is_the_number_that_yaml_makes_of_it(parse, written, tag):
    """Helm reads values into Go's float64 and prints that."""
    text = f"image: {{repository: acme/api, digest: '', tag: {written}}}"
    (occurrence,) = parse(text).evaluate(Inputs()).occurrences
    assert occurrence.reference.tag == tag
    said = f"the tag {written} is a number without quotes: that is {tag}"
    is_changed = written[0].isdigit() and written != tag
    assert occurrence.assumption == (said if is_changed else None)


def test_one_registry_for_all_images(parse):
    """Bitnami's common chart, `common.images.image`: the global one wins, if it is there."""
    check(
        parse,
        """
        global:
          imageRegistry: registry.example.com
        image:
          registry: docker.io
          repository: bitnami/redis
          tag: "8"
          digest: ""
        other:
          image: {repository: quay.io/acme/api, tag: "1"}
        """,
        """
          repository: bitnami/redis
                      ^^^^^^^^^^^^^ registry.example.com/bitnami/redis:8, pin "digest: "|""
          image: {repository: quay.io/acme/api, tag: "1"}
                              ^^^^^^^^^^^^^^^^ quay.io/acme/api:1, no pin: there is no `digest` key to write a digest under
        """,
    )


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_pins_come_off_without_a_trace(parse, line_break):
    text = VALUES.replace("\n", line_break)
    pinned = check_pins(parse, text, {"Chart.yaml": CHART})
    assert f'digest: "{DIGEST}"' in pinned
    assert f"digest: {DIGEST}{line_break}" in pinned
    assert pinned.count("sha256:") == 4


@pytest.mark.parametrize("digest", ["digest: ", "digest:", "digest: ''", "'digest' : \"\""])
def test_an_empty_digest_keeps_its_blanks(parse, digest):
    text = f"image:\n  repository: a\n  {digest}\n  tag: x"
    assert DIGEST in check_pins(parse, text)


@settings(max_examples=80)
@given(text=damaged(VALUES) | st.text(), chart=damaged(CHART))
def test_any_text(parse, text, chart):
    check_any(parse, text, {"Chart.yaml": chart})
