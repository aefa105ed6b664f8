"""GitHub Actions, by its reference of workflows and of actions' metadata."""

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.formats import check, check_any, check_pins, damaged
from tagwise.documents.github_actions import parse
from tagwise.documents.yaml_events import PURE

pytestmark = pytest.mark.parametrize(
    "parse", [parse, partial(parse, loader=PURE)], ids=["libyaml", "pure"]
)

WORKFLOW = """
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    container: node:24
    services:
      db:
        image: "postgres:17"
        ports: ["5432:5432"]
    steps:
      - uses: actions/checkout@v5
      - uses: docker://alpine:3.22
        with: {image: not-an-image}
      - uses: ./.github/actions/x
  build:
    container:
      image: golang:1.25
      credentials: {username: a}
    steps:
      - {uses: 'docker://ghcr.io/acme/lint:1'}
"""
ACTION = """
name: Lint
runs:
  using: docker
  image: docker://python:3.13-slim
"""


def test_a_workflow(parse):
    check(
        parse,
        WORKFLOW,
        """
        container: node:24
                   ^^^^^^^ docker.io/library/node:24, pin "container: node:24|"
        image: "postgres:17"
                ^^^^^^^^^^^ docker.io/library/postgres:17, pin "image: "postgres:17|""
        - uses: docker://alpine:3.22
                         ^^^^^^^^^^^ docker.io/library/alpine:3.22, pin "- uses: docker://alpine:3.22|"
        image: golang:1.25
               ^^^^^^^^^^^ docker.io/library/golang:1.25, pin "image: golang:1.25|"
        - {uses: 'docker://ghcr.io/acme/lint:1'}
                           ^^^^^^^^^^^^^^^^^^^ ghcr.io/acme/lint:1, pin "- {uses: 'docker://ghcr.io/acme/lint:1|'}"
        """,
    )


def test_an_action(parse):
    check(
        parse,
        ACTION,
        """
        image: docker://python:3.13-slim
                        ^^^^^^^^^^^^^^^^ docker.io/library/python:3.13-slim, pin "image: docker://python:3.13-slim|"
        """,
    )
    check(parse, "runs:\n  using: docker\n  image: Dockerfile\n", "")
    check(parse, "runs:\n  using: composite\n  steps: [{uses: a/b@v1}, {uses: 'docker://'}]\n", "")


def test_expressions_are_not_guessed(parse):
    check(
        parse,
        """
        jobs:
          test:
            strategy: {matrix: {python: ['3.12', '3.13']}}
            container: python:${{ matrix.python }}
            services:
              app: {image: "${{ github.event_name == 'push' && 'a' || 'b' }}"}
        """,
        """
        container: python:${{ matrix.python }}
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'python:${{ matrix.python }}', template: a template: which image this is is known once it is rendered
        app: {image: "${{ github.event_name == 'push' && 'a' || 'b' }}"}
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ "${{ github.event_name == 'push' && 'a' || 'b' }}", template: a template: which image this is is known once it is rendered
        """,
    )


def test_a_pinned_image_and_its_comment(parse):
    digest = "sha256:" + "c" * 64
    check(
        parse,
        f"jobs:\n  a:\n    container: node@{digest} # 24-slim\n",
        f"""
        container: node@{digest} # 24-slim
                   {"^" * 76} docker.io/library/node@{digest}, follows 24-slim, pin "container: node@{digest}| # 24-slim"
        """,
    )


def test_anchors(parse):
    check(
        parse,
        """
        x-images: [&node node:24]
        jobs:
          a: {container: *node}
          b: {container: {image: *node}}
        """,
        """
        x-images: [&node node:24]
                         ^^^^^^^ docker.io/library/node:24, pin "x-images: [&node node:24|]"
        a: {container: *node}
                       ^^^^^ docker.io/library/node:24, pin "x-images: [&node node:24|]"
        b: {container: {image: *node}}
                               ^^^^^ docker.io/library/node:24, pin "x-images: [&node node:24|]"
        """,
    )


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize("text", [WORKFLOW, ACTION])
def test_pins_come_off_without_a_trace(parse, text, line_break):
    assert check_pins(parse, text.replace("\n", line_break))


@settings(max_examples=60)
@given(text=damaged(WORKFLOW) | damaged(ACTION) | st.text())
def test_any_text(parse, text):
    check_any(parse, text)
