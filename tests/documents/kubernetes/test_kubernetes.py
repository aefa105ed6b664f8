"""Kubernetes manifests: the images of pods, by the API's own description of a pod."""

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.formats import check, check_any, check_pins, damaged
from tagwise.documents.kubernetes import looks_like_kubernetes, parse
from tagwise.documents.model import Inputs
from tagwise.documents.yaml_events import PURE

pytestmark = pytest.mark.parametrize(
    "parse", [parse, partial(parse, loader=PURE)], ids=["libyaml", "pure"]
)

POD = """
apiVersion: v1
kind: Pod
spec:
  initContainers:
    - name: migrate
      image: 'acme/api:2.1.0'
  containers:
    - image: "nginx:1.29" # the proxy
      name: proxy
    - {name: cache, image: redis}
  ephemeralContainers:
    - image: alpine:3.22
      name: debugger
  volumes:
    - name: models
      image:
        reference: quay.io/acme/models:v1
        pullPolicy: Always
    - name: data
      emptyDir: {}
"""
CONTROLLERS = """
apiVersion: v1
kind: List
items:
  - apiVersion: apps/v1
    kind: Deployment
    spec:
      template:
        spec:
          containers:
            - image: >-
                nginx:1.28
  - apiVersion: batch/v1
    kind: CronJob
    spec:
      jobTemplate:
        spec:
          template:
            spec:
              containers:
              - image: postgres:17
---
apiVersion: example.com/v1
kind: Thing
spec:
  deeply:
    nested:
      podTemplate:
        spec: {containers: [{image: redis:8}]}
"""
TEKTON = """
apiVersion: tekton.dev/v1
kind: Task
spec:
  stepTemplate:
    image: alpine:3.22
  sidecars:
    - image: redis:8
  steps:
    - image: golang:1.25
      script: go test ./...
    - image: $(params.image)
    - ref: {name: other}
"""
ARGO = """
apiVersion: argoproj.io/v1alpha1
kind: Workflow
spec:
  templates:
    - name: main
      container: {image: node:24}
      sidecars:
        - {name: db, image: postgres:17}
    - name: code
      script:
        image: python:3.13
        source: print()
    - name: set
      containerSet:
        containers:
          - image: nginx:1.29
    - name: named
      container:
        image: "{{inputs.parameters.image}}:1"
"""


def test_a_pod(parse):
    check(
        parse,
        POD,
        """
        image: 'acme/api:2.1.0'
                ^^^^^^^^^^^^^^ docker.io/acme/api:2.1.0, pin "image: 'acme/api:2.1.0|'"
        - image: "nginx:1.29" # the proxy
                  ^^^^^^^^^^ docker.io/library/nginx:1.29, pin "- image: "nginx:1.29|" # the proxy"
        - {name: cache, image: redis}
                               ^^^^^ docker.io/library/redis:latest, pin "- {name: cache, image: redis|}"
        - image: alpine:3.22
                 ^^^^^^^^^^^ docker.io/library/alpine:3.22, pin "- image: alpine:3.22|"
        reference: quay.io/acme/models:v1
                   ^^^^^^^^^^^^^^^^^^^^^^ quay.io/acme/models:v1, pin "reference: quay.io/acme/models:v1|"
        """,
    )


def test_lists_controllers_and_custom_resources(parse):
    check(
        parse,
        CONTROLLERS,
        """
        nginx:1.28
        ^^^^^^^^^^ docker.io/library/nginx:1.28, pin "nginx:1.28|"
        - image: postgres:17
                 ^^^^^^^^^^^ docker.io/library/postgres:17, pin "- image: postgres:17|"
        spec: {containers: [{image: redis:8}]}
                                    ^^^^^^^ docker.io/library/redis:8, pin "spec: {containers: [{image: redis:8|}]}"
        """,
    )


def test_tekton(parse):
    check(
        parse,
        TEKTON,
        """
        image: alpine:3.22
               ^^^^^^^^^^^ docker.io/library/alpine:3.22, pin "image: alpine:3.22|"
        - image: redis:8
                 ^^^^^^^ docker.io/library/redis:8, pin "- image: redis:8|"
        - image: golang:1.25
                 ^^^^^^^^^^^ docker.io/library/golang:1.25, pin "- image: golang:1.25|"
        - image: $(params.image)
                 ^^^^^^^^^^^^^^^ '$(params.image)', template: a template: which image this is is known once it is rendered
        """,
    )


def test_argo_workflows(parse):
    check(
        parse,
        ARGO,
        """
        container: {image: node:24}
                           ^^^^^^^ docker.io/library/node:24, pin "container: {image: node:24|}"
        - {name: db, image: postgres:17}
                            ^^^^^^^^^^^ docker.io/library/postgres:17, pin "- {name: db, image: postgres:17|}"
        image: python:3.13
               ^^^^^^^^^^^ docker.io/library/python:3.13, pin "image: python:3.13|"
        - image: nginx:1.29
                 ^^^^^^^^^^ docker.io/library/nginx:1.29, pin "- image: nginx:1.29|"
        image: "{{inputs.parameters.image}}:1"
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ '{{inputs.parameters.image}}:1', template: a template: which image this is is known once it is rendered
        """,
    )


def test_what_is_no_pod(parse):
    check(
        parse,
        """
        kind: Pod
        spec: {containers: [{image: a}]}
        ---
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        spec:
          schema:
            properties:
              containers:
                properties: {image: {type: string}}
                image: x
        ---
        apiVersion: v1
        kind: ConfigMap
        data:
          pod.yaml: |
            containers: [{image: a}]
          image: logo.png
        """,
        "",
    )


def test_what_is_wrong_and_what_is_a_template(parse):
    check(
        parse,
        """
        apiVersion: apps/v1
        kind: Deployment
        spec:
          containers:
            - image: Nginx:1
            - image:
            - image: {{ .Values.image }}:{{ .Values.tag }}
            {{- if .Values.sidecar }}
            - image: ${REGISTRY}/app
            {{- end }}
            - image: redis:8
        """,
        """
        - image: Nginx:1
                 ^ error invalid-reference: invalid reference: the repository name must be lowercase: 'Nginx'
        - image: Nginx:1
                 ^^^^^^^ 'Nginx:1', invalid: invalid reference: the repository name must be lowercase: 'Nginx'
        - image: {{ .Values.image }}:{{ .Values.tag }}
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ '{{ .Values.image }}:{{ .Values.tag }}', template: a template: which image this is is known once it is rendered
        - image: ${REGISTRY}/app
                 ^^^^^^^^^^^^^^^ '${REGISTRY}/app', template: a template: which image this is is known once it is rendered
        - image: redis:8
                 ^^^^^^^ docker.io/library/redis:8, pin "- image: redis:8|"
        """,
    )


def test_aliases_and_merges(parse):
    check(
        parse,
        """
        apiVersion: v1
        kind: Pod
        metadata: {annotations: {image: &redis redis:8}}
        spec:
          initContainers:
            - &base
              image: &nginx nginx:1.29
            - image: *nginx
            - <<: *base
              name: again
          containers: [{image: *redis}, *base]
        """,
        """
        metadata: {annotations: {image: &redis redis:8}}
                                               ^^^^^^^ docker.io/library/redis:8, no pin: what is written here is used for something else, too
        image: &nginx nginx:1.29
                      ^^^^^^^^^^ docker.io/library/nginx:1.29, pin "image: &nginx nginx:1.29|"
        - image: *nginx
                 ^^^^^^ docker.io/library/nginx:1.29, pin "image: &nginx nginx:1.29|"
        containers: [{image: *redis}, *base]
                             ^^^^^^ docker.io/library/redis:8, no pin: *redis is used for something else, too, and nothing can follow an alias
        """,
    )


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize("text", [POD, CONTROLLERS, TEKTON, ARGO])
def test_pins_come_off_without_a_trace(parse, text, line_break):
    text = text.replace("redis}", "redis:8}").replace("\n", line_break)
    assert check_pins(parse, "\ufeff" + text.rstrip())


@settings(max_examples=60)
@given(text=damaged(POD) | damaged(CONTROLLERS) | damaged(TEKTON + "---" + ARGO) | st.text())
def test_any_text(parse, text):
    looks_like_kubernetes(text)
    check_any(parse, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (POD, True),
        (CONTROLLERS, True),
        ("\ufeffkind: Pod\r\napiVersion: v1\r\n", True),
        ('{"apiVersion": "v1",\n"kind": "Pod"}', True),
        ("kind: pipeline\nname: x\n", False),
        ("apiVersion: v1\nname: chart\n", False),
        ("a:\n  apiVersion: v1\n  kind: Pod\n", False),
        ("", False),
    ],
)
def test_recognition(parse, text, expected):
    assert looks_like_kubernetes(text) is expected


def test_a_hostile_text_costs_what_it_is_long(parse):
    lines = ["apiVersion: v1", "kind: X", "containers: &a0 [{image: redis}]"]
    lines += [f"containers: &a{n} [{', '.join([f'*a{n - 1}'] * 50)}]" for n in range(1, 40)]
    parsed = parse("\n".join(lines)).evaluate(Inputs())
    assert len(parsed.occurrences) == 1
