"""Podman's quadlets, by podman-systemd.unit(5) and systemd.syntax(7)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.formats import check, check_any, check_pins, damaged
from tagwise.documents.quadlets import looks_like_quadlet, parse

CONTAINER = """
# The proxy.
[Unit]
Description=Proxy
Image=not-here:1

[Container]
Image = docker.io/library/nginx:1.29
ContainerName=proxy
Mount=type=image,source=quay.io/acme/pages:1,destination=/srv
Mount=type=bind,source=/etc,destination=/etc
Environment=A=1 \\
; a comment between
  IMAGE=x

[Install]
WantedBy=default.target
"""
IMAGE = "[Image]\nImage=docker://redis:8\nArch=arm64\nVariant=v8\n"


def test_a_container():
    check(
        parse,
        CONTAINER,
        """
        Image = docker.io/library/nginx:1.29
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ docker.io/library/nginx:1.29, pin "Image = docker.io/library/nginx:1.29|"
        Mount=type=image,source=quay.io/acme/pages:1,destination=/srv
                                ^^^^^^^^^^^^^^^^^^^^ quay.io/acme/pages:1, pin "Mount=type=image,source=quay.io/acme/pages:1|,destination=/srv"
        """,
    )


def test_an_image_with_its_platform():
    check(
        parse,
        IMAGE,
        """
        Image=docker://redis:8
                       ^^^^^^^ docker.io/library/redis:8, for linux/arm64, pin "Image=docker://redis:8|"
        """,
    )


def test_units_transports_and_builds():
    check(
        parse,
        """
        [Container]
        Image=api.build
        Image=base.image
        Image=oci:/var/images/x:1
        Image=
        Image=quay.io/acme/api:%i
        [Volume]
        Driver=image
        Image=quay.io/acme/data:1
        [Build]
        ImageTag=localhost/api:1
        """,
        """
        Image=quay.io/acme/api:%i
              ^^^^^^^^^^^^^^^^^^^ 'quay.io/acme/api:%i', template: systemd puts something in for its % specifiers
        Image=quay.io/acme/data:1
              ^^^^^^^^^^^^^^^^^^^ quay.io/acme/data:1, pin "Image=quay.io/acme/data:1|"
        ImageTag=localhost/api:1
                 ^^^^^^^^^^^^^^^ localhost/api:1, build-output: it names what the unit builds
        """,
    )


def test_what_is_wrong_and_a_continued_line():
    check(
        parse,
        "\ufeff[Container]\r\nImage=\\\r\n# here\r\n  nginx:1\r\nImage='a'\r\n",
        """
        nginx:1
        ^^^^^^^ docker.io/library/nginx:1, pin "nginx:1|"
        Image='a'
              ^ error invalid-reference: invalid reference: "'" cannot stand in a repository name
        Image='a'
              ^^^ "'a'", invalid: invalid reference: "'" cannot stand in a repository name
        """,
    )


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize("text", [CONTAINER, IMAGE, IMAGE.rstrip()])
def test_pins_come_off_without_a_trace(text, line_break):
    assert check_pins(parse, text.replace("\n", line_break))


@settings(max_examples=150)
@given(text=damaged(CONTAINER) | damaged(IMAGE) | st.text())
def test_any_text(text):
    looks_like_quadlet(text)
    check_any(parse, text)


def test_recognition():
    assert looks_like_quadlet("[Unit]\r\n[Volume]\r\n")
    assert looks_like_quadlet(" [Image] ")
    assert not looks_like_quadlet("[Containers]\n# [Image] x\n")
