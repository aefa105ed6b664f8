"""Whole files, as people write them."""

from pathlib import Path

import pytest

from support.dockerfile_drawing import read

DATA = Path(__file__).parent / "data"

EXPECTED = {
    "python-uv": """
        syntax docker/dockerfile:1.7
        base-image ghcr.io/astral-sh/uv:0.5.11
        base-image python:3.12-slim-bookworm
        stage uv
        base-image python:3.12-slim-bookworm
        stage build
    """,
    "go-cross": """
        syntax docker/dockerfile-upstream:master
        base-image tonistiigi/xx:1.5.0
        base-image golang:1.23-alpine3.20
        stage xx
        stage golang
        mount-source golangci/golangci-lint:v1.62-alpine
        stage golang
        scratch scratch
        stage build
        base-image gcr.io/distroless/static-debian12:nonroot@sha256:6cd937e9155bdfd805d1b94e037f9d6a899603306030936a3b11680af0c2ed58
        stage binaries
        stage 0
    """,
    "windows": """
        syntax docker/dockerfile:1
        base-image mcr.microsoft.com/windows/servercore:ltsc2025
        base-image mcr.microsoft.com/windows/nanoserver:ltsc2025
        stage download-windows
        copy-source mcr.microsoft.com/dotnet/runtime:9.0
    """,
    "node-onbuild": """
        base-image node:22-bookworm-slim
        stage deps
        onbuild-source node:22-bookworm
        base-image nginx:1.27-alpine
        stage build
    """,
    "crlf": """
        syntax docker/dockerfile:1
        base-image rust:1.83
        stage chef
        stage chef
        stage planner
        base-image debian:bookworm-slim
        stage builder
    """,
}


@pytest.mark.parametrize("name", EXPECTED)
def test_references(name):
    text = (DATA / f"{name}.Dockerfile").read_bytes().decode()
    found = [
        f"{each.skipped.reason.value if each.skipped else each.role.value} {each.value.text}"
        for each in read(text).occurrences
    ]
    assert found == [line.strip() for line in EXPECTED[name].strip().splitlines()]


@pytest.mark.parametrize("name", EXPECTED)
def test_nothing_is_wrong(name):
    text = (DATA / f"{name}.Dockerfile").read_bytes().decode()
    assert [each for each in read(text).problems if each.severity.value == "error"] == []
