"""Kustomize, by its reference of `images` and what its own code does with tag and digest."""

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.formats import DIGEST, check, check_any, check_pins, damaged
from tagwise.documents.kustomize import parse
from tagwise.documents.yaml_events import PURE

pytestmark = pytest.mark.parametrize(
    "parse", [parse, partial(parse, loader=PURE)], ids=["libyaml", "pure"]
)

OVERLAY = """
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../base]
images:
  - name: api
    newName: acme/api
    newTag: "2.1.0" # the release
  - name: nginx
    newTag: 1.29-alpine
  - {name: redis, newTag: '8'}
  - newTag: "17"
    name: postgres
"""
OTHERS = """
images:
- name: redis
  newName: ghcr.io/acme/redis
- name: &python python
  digest: sha256:DIGEST
- name: alpine
  digest: "sha256:DIGEST"
  newTag: "3.22"
- {newTag: x}
- {name: Nginx, newTag: "1"}
- {name: $(IMAGE), newTag: "1"}
""".replace("DIGEST", "d" * 64)


def test_names_and_tags(parse):
    check(
        parse,
        OVERLAY,
        """
        newName: acme/api
                 ^^^^^^^^ docker.io/acme/api:2.1.0, pin "newTag: "2.1.0" # the release|"
        - name: nginx
                ^^^^^ docker.io/library/nginx:1.29-alpine, pin "newTag: 1.29-alpine|"
        - {name: redis, newTag: '8'}
                 ^^^^^ docker.io/library/redis:8, pin "- {name: redis, newTag: '8'|}"
        name: postgres
              ^^^^^^^^ docker.io/library/postgres:17, pin "- newTag: "17"|"
        """,
    )


def test_no_tag_a_digest_and_what_is_wrong(parse):
    check(
        parse,
        OTHERS,
        f"""
        newName: ghcr.io/acme/redis
                 ^^^^^^^^^^^^^^^^^^ 'ghcr.io/acme/redis', template: its tag is the one in the resources, known once they are built
        - name: &python python
                        ^^^^^^ docker.io/library/python@sha256:{"d" * 64}, pin "digest: sha256:{"d" * 64}|"
        - name: alpine
                ^^^^^^ docker.io/library/alpine:3.22@sha256:{"d" * 64}, pin "digest: "sha256:{"d" * 64}|""
        - {{name: Nginx, newTag: "1"}}
                 ^ error invalid-reference: invalid reference: the repository name must be lowercase: 'Nginx'
        - {{name: Nginx, newTag: "1"}}
                 ^^^^^ 'Nginx:1', invalid: invalid reference: the repository name must be lowercase: 'Nginx'
        - {{name: $(IMAGE), newTag: "1"}}
                 ^^^^^^^^ '$(IMAGE):1', template: a template: which image this is is known once it is rendered
        """,
    )


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_a_pin_is_an_entry_of_its_own(parse, line_break):
    pinned = check_pins(parse, OVERLAY.replace("\n", line_break))
    expected = f"""
images:
  - name: api
    newName: acme/api
    newTag: "2.1.0" # the release
    digest: {DIGEST}
  - name: nginx
    newTag: 1.29-alpine
    digest: {DIGEST}
  - {{name: redis, newTag: '8', digest: {DIGEST}}}
  - newTag: "17"
    digest: {DIGEST}
    name: postgres
"""
    assert pinned.endswith(expected.replace("\n", line_break))


@pytest.mark.parametrize(
    ("text", "pinned"),
    [
        (
            'images:\n- name: a\n  newTag: "1"',
            f'images:\n- name: a\n  newTag: "1"\n  digest: {DIGEST}',
        ),
        (
            "images:\n- name: a\n  digest: ''\n  newTag: x",
            f"images:\n- name: a\n  digest: '{DIGEST}'\n  newTag: x",
        ),
    ],
)
def test_the_last_line_and_an_empty_digest(parse, text, pinned):
    assert check_pins(parse, text) == pinned


@settings(max_examples=80)
@given(text=damaged(OVERLAY) | damaged(OTHERS) | st.text())
def test_any_text(parse, text):
    check_any(parse, text)
