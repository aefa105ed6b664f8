"""The pipelines of other forges and clouds, each by its own reference."""

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.formats import check, check_any, check_pins, damaged
from tagwise.documents import azure_pipelines, bitbucket, circleci, cloud_build, woodpecker
from tagwise.documents.yaml_events import FASTEST, PURE

LOADERS = pytest.mark.parametrize("loader", [FASTEST, PURE], ids=["libyaml", "pure"])

CIRCLECI = """
version: 2.1
executors:
  py:
    docker:
      - image: cimg/python:3.13
        environment: {image: no}
jobs:
  test:
    docker:
      - image: "node:24"
      - image: postgres:17
  vm:
    machine: {image: ubuntu-2404:current}
  matrix:
    docker: [{image: "node:<< parameters.version >>"}]
orbs:
  ours:
    executors: {default: {docker: [{image: 'redis:8'}]}}
  slack: circleci/slack@4.1
"""
AZURE = """
resources:
  containers:
    - container: pg
      image: postgres:17
container: ubuntu:24.04
stages:
  - stage: test
    jobs:
      - job: a
        container: {image: 'node:24', options: --init}
        services:
          db: pg
          cache: redis:8
      - job: b
        container: pg
      - deployment: c
        container: acme.azurecr.io/tool:$(tag)
"""
BITBUCKET = """
image: {name: python:3.13, run-as-user: 1000}
definitions:
  services:
    db:
      image: postgres:17
  steps:
    - step: &build
        image: node:24
        script: [make]
pipelines:
  default:
    - step: *build
    - parallel:
        - step:
            image:
              name: golang:1.25
            script:
              - pipe: docker://acme/pipe:1
              - pipe: atlassian/slack-notify:2.3.0
"""
WOODPECKER = """
clone:
  git: {image: woodpeckerci/plugin-git}
steps:
  - name: test
    image: golang:1.25
  - name: matrix
    image: golang:${GO}
services:
  - {name: db, image: "postgres:17"}
"""
DRONE = """
kind: pipeline
type: docker
name: a
steps:
- name: test
  image: node:24
---
kind: pipeline
name: b
pipeline:
  build:
    image: 'node:22'
services:
  db: {image: redis:8}
"""
CLOUD_BUILD = """
steps:
  - name: gcr.io/cloud-builders/docker
    args: [build, -t, "$_IMAGE", .]
  - name: 'node:24'
  - {name: "gcr.io/$PROJECT_ID/tool"}
images: [acme/api:1]
"""


@LOADERS
def test_circleci(loader):
    check(
        partial(circleci.parse, loader=loader),
        CIRCLECI,
        """
        - image: cimg/python:3.13
                 ^^^^^^^^^^^^^^^^ docker.io/cimg/python:3.13, pin "- image: cimg/python:3.13|"
        - image: "node:24"
                  ^^^^^^^ docker.io/library/node:24, pin "- image: "node:24|""
        - image: postgres:17
                 ^^^^^^^^^^^ docker.io/library/postgres:17, pin "- image: postgres:17|"
        docker: [{image: "node:<< parameters.version >>"}]
                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'node:<< parameters.version >>', template: a template: which image this is is known once it is rendered
        executors: {default: {docker: [{image: 'redis:8'}]}}
                                                ^^^^^^^ docker.io/library/redis:8, pin "executors: {default: {docker: [{image: 'redis:8|'}]}}"
        """,
    )
    syntax = circleci.parse(CIRCLECI, loader=loader)
    assert [each.role.value for each in syntax.images].count("service-image") == 1


@LOADERS
def test_azure_pipelines(loader):
    check(
        partial(azure_pipelines.parse, loader=loader),
        AZURE,
        """
        image: postgres:17
               ^^^^^^^^^^^ docker.io/library/postgres:17, pin "image: postgres:17|"
        container: ubuntu:24.04
                   ^^^^^^^^^^^^ docker.io/library/ubuntu:24.04, pin "container: ubuntu:24.04|"
        container: {image: 'node:24', options: --init}
                            ^^^^^^^ docker.io/library/node:24, pin "container: {image: 'node:24|', options: --init}"
        db: pg
            ^^ docker.io/library/pg:latest, service: pg is a container of the file's resources
        cache: redis:8
               ^^^^^^^ docker.io/library/redis:8, pin "cache: redis:8|"
        container: pg
                   ^^ docker.io/library/pg:latest, service: pg is a container of the file's resources
        container: acme.azurecr.io/tool:$(tag)
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'acme.azurecr.io/tool:$(tag)', template: a template: which image this is is known once it is rendered
        """,
    )


@LOADERS
def test_bitbucket(loader):
    check(
        partial(bitbucket.parse, loader=loader),
        BITBUCKET,
        """
        image: {name: python:3.13, run-as-user: 1000}
                      ^^^^^^^^^^^ docker.io/library/python:3.13, pin "image: {name: python:3.13|, run-as-user: 1000}"
        image: postgres:17
               ^^^^^^^^^^^ docker.io/library/postgres:17, pin "image: postgres:17|"
        image: node:24
               ^^^^^^^ docker.io/library/node:24, pin "image: node:24|"
        name: golang:1.25
              ^^^^^^^^^^^ docker.io/library/golang:1.25, pin "name: golang:1.25|"
        - pipe: docker://acme/pipe:1
                         ^^^^^^^^^^^ docker.io/acme/pipe:1, pin "- pipe: docker://acme/pipe:1|"
        """,
    )


@LOADERS
def test_woodpecker_and_drone(loader):
    check(
        partial(woodpecker.parse, loader=loader),
        WOODPECKER,
        """
        git: {image: woodpeckerci/plugin-git}
                     ^^^^^^^^^^^^^^^^^^^^^^^ docker.io/woodpeckerci/plugin-git:latest, pin "git: {image: woodpeckerci/plugin-git|}"
        image: golang:1.25
               ^^^^^^^^^^^ docker.io/library/golang:1.25, pin "image: golang:1.25|"
        image: golang:${GO}
               ^^^^^^^^^^^^ 'golang:${GO}', template: a template: which image this is is known once it is rendered
        - {name: db, image: "postgres:17"}
                             ^^^^^^^^^^^ docker.io/library/postgres:17, pin "- {name: db, image: "postgres:17|"}"
        """,
    )
    check(
        partial(woodpecker.parse, loader=loader),
        DRONE,
        """
        image: node:24
               ^^^^^^^ docker.io/library/node:24, pin "image: node:24|"
        image: 'node:22'
                ^^^^^^^ docker.io/library/node:22, pin "image: 'node:22|'"
        db: {image: redis:8}
                    ^^^^^^^ docker.io/library/redis:8, pin "db: {image: redis:8|}"
        """,
    )


@LOADERS
def test_cloud_build(loader):
    check(
        partial(cloud_build.parse, loader=loader),
        CLOUD_BUILD,
        """
        - name: gcr.io/cloud-builders/docker
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ gcr.io/cloud-builders/docker:latest, pin "- name: gcr.io/cloud-builders/docker|"
        - name: 'node:24'
                 ^^^^^^^ docker.io/library/node:24, pin "- name: 'node:24|'"
        - {name: "gcr.io/$PROJECT_ID/tool"}
                  ^^^^^^^^^^^^^^^^^^^^^^^ 'gcr.io/$PROJECT_ID/tool', template: a template: which image this is is known once it is rendered
        images: [acme/api:1]
                 ^^^^^^^^^^ docker.io/acme/api:1, build-output: it names what the build makes
        """,
    )


FILES = [
    (circleci.parse, CIRCLECI),
    (azure_pipelines.parse, AZURE),
    (bitbucket.parse, BITBUCKET),
    (woodpecker.parse, WOODPECKER.replace("plugin-git", "plugin-git:2")),
    (woodpecker.parse, DRONE),
    (cloud_build.parse, CLOUD_BUILD.replace("/docker", "/docker:1")),
]


@LOADERS
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize(("parse", "text"), FILES)
def test_pins_come_off_without_a_trace(parse, text, line_break, loader):
    assert check_pins(partial(parse, loader=loader), text.replace("\n", line_break))


@LOADERS
@settings(max_examples=100)
@given(data=st.data())
def test_any_text(loader, data):
    parse, text = data.draw(st.sampled_from(FILES))
    check_any(partial(parse, loader=loader), data.draw(damaged(text) | st.text()))
