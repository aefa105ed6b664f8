"""Bake files, by the Bake file reference and HCL's own specification."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.breaks import BREAKS
from support.formats import check, check_any, check_pins, damaged
from support.occurrences import drawn, picture
from tagwise.documents.bake.syntax import parse
from tagwise.documents.model import Inputs

HCL = r"""
# Who builds what.
variable "ALPINE" {
  default = "3.22"
}
variable "REGISTRY" { default = "" }

/*
target "old" { contexts = { a = "docker-image://old:1" } }
*/
group "default" { targets = ["app"] }

target "app" {
  context = "."
  contexts = {
    alpine = "docker-image://alpine:${ALPINE}"
    "node" = "docker-image://node:\u00324" // quoted
    base = "target:base"
    files = "./*"
  }
  tags = ["acme/api:1"]
  cache-from = ["type=registry,ref=acme/api:cache", "type=gha"]
  cache-to   = [{ type = "registry", ref = "acme/api:cache" }]
  attest = ["type=provenance,mode=max", "type=sbom,generator=docker/scout-sbom-indexer:1"]
}

target "inline" {
  args = { PYTHON = "3.13" }
  dockerfile-inline = <<-EOT
    ARG PYTHON
    FROM python:${"$"}{PYTHON}
    COPY --from=nginx:1.29 /a /b
  EOT
}
""".replace('${"$"}{', "$${")
JSON = """
{
  "variable": {"TAG": {"default": "3.22"}},
  "target": {
    "app": {
      "contexts": {"alpine": "docker-image://alpine:${TAG}", "b": "target:x"},
      "tags": ["acme/api:1"],
      "dockerfile-inline": "FROM golang:1.25\\nCOPY --from=redis:8 / /\\n"
    }
  }
}
"""


def test_hcl():
    check(
        parse,
        HCL,
        r"""
        alpine = "docker-image://alpine:${ALPINE}"
                                 ^^^^^^^^^^^^^^^^ docker.io/library/alpine:3.22, pin "default = "3.22|""
        "node" = "docker-image://node:\u00324" // quoted
                                 ^^^^^^^^^^^^ docker.io/library/node:24, pin ""node" = "docker-image://node:\u00324|" // quoted"
        tags = ["acme/api:1"]
                 ^^^^^^^^^^ docker.io/acme/api:1, build-output: it names what the target builds
        cache-from = ["type=registry,ref=acme/api:cache", "type=gha"]
                                         ^^^^^^^^^^^^^^ docker.io/acme/api:cache, cache: it names a build cache, not an image that runs
        cache-to   = [{ type = "registry", ref = "acme/api:cache" }]
                                                  ^^^^^^^^^^^^^^ docker.io/acme/api:cache, cache: it names a build cache, not an image that runs
        attest = ["type=provenance,mode=max", "type=sbom,generator=docker/scout-sbom-indexer:1"]
                                                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^ docker.io/docker/scout-sbom-indexer:1, pin "attest = ["type=provenance,mode=max", "type=sbom,generator=docker/scout-sbom-indexer:1|"]"
        FROM python:$${PYTHON}
             ^^^^^^^^^^^^^^^^^ docker.io/library/python:3.13, pin "args = { PYTHON = "3.13|" }"
        FROM python:$${PYTHON}
             ^^^^^^^^^^^^^^^^^ warning InvalidDefaultArgInFrom: Default value for ARG python:${PYTHON} results in empty or invalid base image name
        COPY --from=nginx:1.29 /a /b
                    ^^^^^^^^^^ docker.io/library/nginx:1.29, pin "COPY --from=nginx:1.29| /a /b"
        """,
    )


def test_json():
    check(
        parse,
        JSON,
        r"""
        "contexts": {"alpine": "docker-image://alpine:${TAG}", "b": "target:x"},
                                               ^^^^^^^^^^^^^ docker.io/library/alpine:3.22, pin ""variable": {"TAG": {"default": "3.22|"}},"
        "tags": ["acme/api:1"],
                  ^^^^^^^^^^ docker.io/acme/api:1, build-output: it names what the target builds
        "dockerfile-inline": "FROM golang:1.25\nCOPY --from=redis:8 / /\n"
                                   ^^^^^^^^^^^ docker.io/library/golang:1.25, pin ""dockerfile-inline": "FROM golang:1.25|\nCOPY --from=redis:8 / /\n""
        "dockerfile-inline": "FROM golang:1.25\nCOPY --from=redis:8 / /\n"
                                                            ^^^^^^^ docker.io/library/redis:8, pin ""dockerfile-inline": "FROM golang:1.25\nCOPY --from=redis:8| / /\n""
        """,
    )


def test_json_with_arrays_of_objects_for_blocks():
    # HCL's json/spec.md, "Blocks": the labels' objects and the bodies may stand in arrays.
    text = (
        '{"variable": [{"V": [{"default": "3"}]}],'
        ' "target": [{"a": [{"contexts": {"x": "docker-image://a:${V}"}},'
        ' {"tags": ["t:1"]}]}, "odd", {"b": {"contexts": {"x": "docker-image://b"}}}]}'
    )
    read = parse(text).evaluate(Inputs()).occurrences
    assert [each.value.text for each in read] == ["a:3", "t:1", "b"]


def test_an_inline_dockerfile_of_which_not_all_is_known():
    check(
        parse,
        """
        target "m" {
          matrix = { ver = ["3.12", "3.13"] }
          dockerfile-inline = <<EOT
        ARG OTHER=${ver}
        FROM python:${ver}-slim AS a
        FROM python:$${OTHER} AS ${ver}
        COPY --from=busybox:${upper("x")} / /
        COPY --from=busybox:1.36 / /
        COPY --from=a / /
        EOT
        }
        """,
        """
        FROM python:${ver}-slim AS a
             ^^^^^^^^^^^^^^^^^^ 'python:${ver}-slim', template: ver has several values: the target is a matrix
        FROM python:$${OTHER} AS ${ver}
             ^^^^^^^^^^^^^^^^ 'python:${ver}', template: ver has several values: the target is a matrix
        COPY --from=busybox:${upper("x")} / /
                    ^^^^^^^^^^^^^^^^^^^^^ 'busybox:${upper("x")}', template: an expression: what it says is known when bake runs
        COPY --from=busybox:1.36 / /
                    ^^^^^^^^^^^^ docker.io/library/busybox:1.36, pin "COPY --from=busybox:1.36| / /"
        COPY --from=a / /
                    ^ 'a', stage: a is a stage of this file
        """,
    )


@pytest.mark.parametrize("name", BREAKS)
def test_json_whose_first_line_is_half_typed(name):
    text = (
        BREAKS[name]("{")
        + '\n  "target": {\n    "a": {"contexts": {"b": "docker-image://c:1"}}\n  }\n}'
    )
    (occurrence,) = parse(text).evaluate(Inputs()).occurrences
    assert occurrence.span.of(text) == "c:1"


def test_json_that_nests_too_deep_is_said_to():
    (problem,) = parse('{"a":' * 101).evaluate(Inputs()).problems
    assert "more than 100 levels deep" in problem.message


def test_what_is_not_known():
    check(
        parse,
        """
        variable "UNSET" {}
        variable "NOTHING" { default = null }
        variable "IMAGE" { default = "docker-image://node:24" }
        target "a" {
          matrix = { v = ["1", "2"] }
          name = "a-${v}"
          contexts = {
            matrix = "docker-image://node:${v}"
            unset = "docker-image://node:${UNSET}"
            nothing = "docker-image://node:${NOTHING}"
            call = "docker-image://node:${lower("X}")}"
            either = UNSET != "" ? "docker-image://a" : "docker-image://b"
            loop = [for x in ["docker-image://c"] : x]
            named = IMAGE
          }
        }
        """,
        """
        matrix = "docker-image://node:${v}"
                                 ^^^^^^^^^ 'node:${v}', template: v has several values: the target is a matrix
        unset = "docker-image://node:${UNSET}"
                                ^^^^^^^^^^^^^ 'node:${UNSET}', unset-variable: UNSET is not set: neither the environment nor a default says what to use
        nothing = "docker-image://node:${NOTHING}"
                                  ^^^^^^^^^^^^^^^ 'node:${NOTHING}', unset-variable: NOTHING is not set: neither the environment nor a default says what to use
        call = "docker-image://node:${lower("X}")}"
                               ^^^^^^^^^^^^^^^^^^^ 'node:${lower("X}")}', template: an expression: what it says is known when bake runs
        named = IMAGE
                ^^^^^ docker.io/library/node:24, pin "variable "IMAGE" { default = "docker-image://node:24|" }"
        """,
    )


def test_the_environment_wins_and_a_variable_read_elsewhere_is_left_alone():
    text = picture("""
        variable "TAG" { default = "3.22" }
        target "a" {
          contexts = { a = "docker-image://alpine:${TAG}" }
          args = { TAG = TAG }
        }
    """)
    label = 'pin "contexts = { a = "docker-image://alpine:${TAG}|" }" (the digest wins: ${TAG} no longer changes the image)'
    for environment, tag in (({}, "3.22"), ({"TAG": "edge"}, "edge")):
        parsed = parse(text).evaluate(Inputs(environment=environment))
        assert drawn(text, parsed) == picture(f"""
            contexts = {{ a = "docker-image://alpine:${{TAG}}" }}
                                             ^^^^^^^^^^^^^ docker.io/library/alpine:{tag}, {label}
        """)


@pytest.mark.parametrize("broken", ['target "x" {', 'a = "', "/*", "b = [", "<<EOT", "}}", "c = {"])
def test_a_broken_block_costs_only_itself(broken):
    text = f'{broken}\ntarget "a" {{\n  contexts = {{ a = "docker-image://node:24" }}\n}}\n'
    (occurrence,) = parse(text).evaluate(Inputs()).occurrences
    assert occurrence.value.text == "node:24"


@pytest.mark.parametrize(
    "text",
    [
        'target "a" { contexts = { a = ' + "{ a = " * 5000,
        "x = " + "[" * 20000,
        "a = <<A\n" * 20000,
        "/*" * 50000,
        'a = "${' * 20000,
        'variable "A" { default = "${A}${A}" }\ntarget "t" { tags = ["${A}"] }',
        "".join(f'variable "V{n}" {{ default = "{f"${{V{n - 1}}}" * 20}" }}\n' for n in range(9))
        + 'target "t" { tags = ["${V8}"] }',
    ],
    ids=["objects", "lists", "heredocs", "comments", "templates", "round", "multiplied"],
)
def test_hostile_texts_end_soon(text):
    check_any(parse, text)


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize("text", [HCL, JSON])
def test_pins_come_off_without_a_trace(text, line_break):
    assert check_pins(parse, text.replace("\n", line_break))


@settings(max_examples=150)
@given(text=damaged(HCL) | damaged(JSON) | st.text())
def test_any_text(text):
    check_any(parse, text)
