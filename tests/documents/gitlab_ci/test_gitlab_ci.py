"""GitLab CI, by its syntax reference and its documentation of variables."""

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.formats import check, check_any, check_pins, damaged
from tagwise.documents.gitlab_ci import parse
from tagwise.documents.yaml_events import PURE

pytestmark = pytest.mark.parametrize(
    "parse", [parse, partial(parse, loader=PURE)], ids=["libyaml", "pure"]
)

PLACES = """
stages: [test]
default:
  image: python:3.13
  services: [postgres:17]
variables:
  image: not-an-image
.node:
  image:
    name: 'node:24'
    entrypoint: [""]
    docker: {platform: linux/arm64/v8}
test:
  extends: .node
  services:
    - redis:8
    - name: postgres:16
      alias: db
  script: [make]
pages: {image: nginx:1.29}
"""
VARIABLES = """
variables:
  PYTHON: "3.13"
  NODE: {value: "24", description: "Which node"}
  BASE: $CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIX/alpine
a:
  image: python:${PYTHON}
b:
  image: node:$NODE-slim
c:
  image: $BASE:3.22
"""


def test_the_places(parse):
    check(
        parse,
        PLACES,
        """
        image: python:3.13
               ^^^^^^^^^^^ docker.io/library/python:3.13, pin "image: python:3.13|"
        services: [postgres:17]
                   ^^^^^^^^^^^ docker.io/library/postgres:17, pin "services: [postgres:17|]"
        name: 'node:24'
               ^^^^^^^ docker.io/library/node:24, for linux/arm64, pin "name: 'node:24|'"
        - redis:8
          ^^^^^^^ docker.io/library/redis:8, pin "- redis:8|"
        - name: postgres:16
                ^^^^^^^^^^^ docker.io/library/postgres:16, pin "- name: postgres:16|"
        pages: {image: nginx:1.29}
                       ^^^^^^^^^^ docker.io/library/nginx:1.29, pin "pages: {image: nginx:1.29|}"
        """,
    )


def test_the_top_level_of_old(parse):
    check(
        parse,
        """
        image: {name: ruby:3}
        services:
          - docker:dind
        """,
        """
        image: {name: ruby:3}
                      ^^^^^^ docker.io/library/ruby:3, pin "image: {name: ruby:3|}"
        - docker:dind
          ^^^^^^^^^^^ docker.io/library/docker:dind, pin "- docker:dind|"
        """,
    )


def test_the_dependency_proxy_is_looked_through(parse):
    check(
        parse,
        """
        a:
          image: ${CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIX}/alpine:3.22
        b:
          image: "$CI_DEPENDENCY_PROXY_DIRECT_GROUP_IMAGE_PREFIX/acme/api:2"
        c:
          image: $CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIXES/alpine
        """,
        """
        image: ${CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIX}/alpine:3.22
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ docker.io/library/alpine:3.22, pin "image: ${CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIX}/alpine:3.22|"
        image: "$CI_DEPENDENCY_PROXY_DIRECT_GROUP_IMAGE_PREFIX/acme/api:2"
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ docker.io/acme/api:2, pin "image: "$CI_DEPENDENCY_PROXY_DIRECT_GROUP_IMAGE_PREFIX/acme/api:2|""
        image: $CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIXES/alpine
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ '$CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIXES/alpine', unset-variable: $CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIXES: what that says is known where the pipeline runs, not here
        """,
    )


def test_variables_of_the_file(parse):
    check(
        parse,
        VARIABLES,
        """
        image: python:${PYTHON}
               ^^^^^^^^^^^^^^^^ docker.io/library/python:3.13, pin "PYTHON: "3.13|""
        image: node:$NODE-slim
               ^^^^^^^^^^^^^^^ docker.io/library/node:24-slim, pin "image: node:$NODE-slim|"
        image: $BASE:3.22
               ^^^^^^^^^^ docker.io/library/alpine:3.22, pin "image: $BASE:3.22|"
        """,
    )


def test_a_variable_a_script_reads_is_left_alone(parse):
    check(
        parse,
        """
        variables: {PYTHON: "3.13"}
        a:
          image: python:$PYTHON
          script: [echo $PYTHON]
        """,
        """
        image: python:$PYTHON
               ^^^^^^^^^^^^^^ docker.io/library/python:3.13, pin "image: python:$PYTHON|" (the digest wins: $PYTHON no longer changes the image)
        """,
    )


def test_what_is_not_certain(parse):
    check(
        parse,
        """
        variables: {A: "1", B: "1", C: "1"}
        .base:
          image: a:$A
          variables: {A: "2"}
        own:
          image: a:$A
          variables: {A: "3"}
        ruled:
          image: b:$B
          rules: [{if: $CI, variables: {B: "2"}}]
        matrix:
          image: c:$C
          parallel: {matrix: [{C: ["1", "2"]}]}
        nowhere:
          image: $CI_REGISTRY_IMAGE/x:$TAG
        input:
          image: x:$[[ inputs.tag ]]
        """,
        """
        image: a:$A
               ^^^^ 'a:$A', unset-variable: $A: what that says is known where the pipeline runs, not here
        image: a:$A
               ^^^^ docker.io/library/a:3, pin "variables: {A: "3|"}"
        image: b:$B
               ^^^^ 'b:$B', unset-variable: $B: what that says is known where the pipeline runs, not here
        image: c:$C
               ^^^^ 'c:$C', unset-variable: $C: what that says is known where the pipeline runs, not here
        image: $CI_REGISTRY_IMAGE/x:$TAG
               ^^^^^^^^^^^^^^^^^^^^^^^^^ '$CI_REGISTRY_IMAGE/x:$TAG', unset-variable: $CI_REGISTRY_IMAGE and $TAG: what that says is known where the pipeline runs, not here
        image: x:$[[ inputs.tag ]]
               ^^^^^^^^^^^^^^^^^^^ 'x:$[[ inputs.tag ]]', template: a template: which image this is is known once it is rendered
        """,
    )


def test_variables_of_jobs_and_of_those_they_extend(parse):
    """docs.gitlab.com/ci/yaml: other jobs' variables are theirs; of several parents the last wins."""
    check(
        parse,
        """
        variables: {A: {value: "1", description: "which"}}
        default: {image: "many:$A"}
        .one: {variables: {A: "2"}}
        .two: {extends: .one, variables: {A: "3"}}
        own: {image: "own:$A", variables: {A: "4"}}
        none: {image: "none:$A"}
        child: {image: "child:$A", extends: .one}
        last: {image: "last:$A", extends: [own, .two]}
        elsewhere: {image: "elsewhere:$A", extends: .included}
        round: {image: "round:$A", extends: round}
        """,
        """
        default: {image: "many:$A"}
                          ^^^^^^^ 'many:$A', unset-variable: $A: what that says is known where the pipeline runs, not here
        own: {image: "own:$A", variables: {A: "4"}}
                      ^^^^^^ docker.io/library/own:4, pin "own: {image: "own:$A", variables: {A: "4|"}}"
        none: {image: "none:$A"}
                       ^^^^^^^ docker.io/library/none:1, pin "none: {image: "none:$A|"}" (the digest wins: $A no longer changes the image)
        child: {image: "child:$A", extends: .one}
                        ^^^^^^^^ docker.io/library/child:2, pin ".one: {variables: {A: "2|"}}"
        last: {image: "last:$A", extends: [own, .two]}
                       ^^^^^^^ docker.io/library/last:3, pin ".two: {extends: .one, variables: {A: "3|"}}"
        elsewhere: {image: "elsewhere:$A", extends: .included}
                            ^^^^^^^^^^^^ 'elsewhere:$A', unset-variable: $A: what that says is known where the pipeline runs, not here
        round: {image: "round:$A", extends: round}
                        ^^^^^^^^ docker.io/library/round:1, pin "round: {image: "round:$A|", extends: round}" (the digest wins: $A no longer changes the image)
        """,
    )


def test_variables_that_go_round_or_multiply(parse):
    lines = ["variables:", "  V: $V", "  X0: aaaaaaaaaa"]
    lines += [f"  X{n}: {f'$X{n - 1}' * 10}" for n in range(1, 20)]
    text = "\n".join([*lines, "a: {image: $V}", "b: {image: $X19}"])
    check_any(parse, text)


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize("text", [PLACES, VARIABLES])
def test_pins_come_off_without_a_trace(parse, text, line_break):
    assert check_pins(parse, text.replace("\n", line_break))


@settings(max_examples=60)
@given(text=damaged(PLACES) | damaged(VARIABLES) | st.text())
def test_any_text(parse, text):
    check_any(parse, text)
