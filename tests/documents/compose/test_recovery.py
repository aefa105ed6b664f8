"""Compose files while someone types: each line broken in many ways, and what else is lost."""

import sys
from pathlib import Path

import pytest

from support.breaks import BREAKS
from tagwise.documents.compose import parse
from tagwise.documents.model import Inputs
from tagwise.documents.yaml_events import FASTEST

STACK = """\
name: shop
x-logging: &logging
  driver: json-file
  options: {max-size: "10m", max-file: "3"}
services:
  proxy:
    image: traefik:v3.1
    command:
      - --providers.docker=true
      - "--entrypoints.web.address=:80"
    ports: ["80:80", "8080:8080"]
    logging: *logging
  shop:
    image: "ghcr.io/example/shop:${SHOP_TAG:-2.4}"
    depends_on:
      db:
        condition: service_healthy
      cache: {condition: service_started}
    environment:
      DATABASE_URL: postgres://shop:secret@db/shop
      MESSAGE: |
        Dear customer,
          welcome: here.
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost/health"]
      interval: 30s
  # the database
  db:
    image: 'postgres:16-alpine'
    restart: unless-stopped
    volumes:
      - db:/var/lib/postgresql/data
      - type: bind
        source: ./init
        target: /docker-entrypoint-initdb.d
  cache:
    image: redis:7 # small
    command: >
      redis-server
      --save 60 1
    deploy:
      resources:
        limits:
          memory: 256M
  worker:
    image: ghcr.io/example/worker@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    logging:
      <<: *logging
volumes:
  db: {}
"""


def texts() -> list[str]:
    samples = Path(__file__).parents[3] / "samples"
    return [STACK, *(path.read_text() for path in sorted(samples.rglob("*compose*.y*ml")))]


def images(text: str) -> list[str]:
    return [each.value.text for each in parse(text, loader=FASTEST).evaluate(Inputs()).occurrences]


def test_a_broken_line_loses_few_other_references(capsys: pytest.CaptureFixture[str]) -> None:
    lost: dict[str, tuple[int, int]] = {}
    for text in texts():
        lines = text.splitlines()
        for index, line in enumerate(lines):
            others = images("\n".join([*lines[:index], " " * len(line), *lines[index + 1 :]]))
            for name, breaks in BREAKS.items():
                found = images("\n".join([*lines[:index], breaks(line), *lines[index + 1 :]]))
                missing = sum(each not in found for each in others)
                before = lost.get(name, (0, 0))
                lost[name] = before[0] + missing, before[1] + len(others)
    told = [f"  {name}: {missing / of:.1%}" for name, (missing, of) in lost.items()]
    with capsys.disabled():
        sys.stdout.write("\nReferences lost on other lines than the broken one:\n")
        sys.stdout.write("\n".join(told) + "\n")
    missing, of = (sum(column) for column in zip(*lost.values(), strict=True))
    assert missing / of <= 0.015


@pytest.mark.parametrize("first", [" x-logging: &logging", "- x-logging: &logging", "x-logging"])
def test_a_broken_head_loses_what_stands_below_it(first: str) -> None:
    """What is left of its block would be the next error, and the next."""
    body = "".join(f"  option{n}: value\n" for n in range(20))
    text = f"name: shop\n{first}\n{body}services:\n  a:\n    image: redis:7\n"
    assert images(text) == ["redis:7"]


@pytest.mark.parametrize("line", ["volumes: [a, b", "labels: {a: b", "volumes: [{a: b, c: [d"])
@pytest.mark.parametrize("below", ["", "  # why\n", "    restart: always\n"])
def test_collections_that_are_never_closed(line: str, below: str) -> None:
    text = (
        f"services:\n  a:\n    image: redis:7\n    {line}\n{below}"
        "  b:\n    image: nginx:1\n    command: [run]\n  c: {image: alpine}\n"
    )
    assert images(text) == ["redis:7", "nginx:1", "alpine"]


def test_a_key_that_is_half_typed_over_others() -> None:
    text = "services:\n  a:\n    image: redis:7\n    image:\n      A: b\n"
    assert images(text) == ["redis:7"]
