"""The addresses are those of the sites themselves."""

import pytest

from tagwise.oci.reference import ImageReference
from tagwise.oci.registry_pages import page_of


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("python", "https://hub.docker.com/_/python"),
        ("docker.io/library/python", "https://hub.docker.com/_/python"),
        ("python:3.12-slim", "https://hub.docker.com/_/python/tags?name=3.12-slim"),
        ("grafana/grafana", "https://hub.docker.com/r/grafana/grafana"),
        ("index.docker.io/a/b:1", "https://hub.docker.com/r/a/b/tags?name=1"),
        ("ghcr.io/astral-sh/uv:0.5", "https://ghcr.io/astral-sh/uv"),
        (
            "quay.io/prometheus/node-exporter:v1.8.2",
            "https://quay.io/repository/prometheus/node-exporter?tab=tags&tag=v1.8.2",
        ),
        ("mcr.microsoft.com/dotnet/sdk:9.0", "https://mcr.microsoft.com/artifact/mar/dotnet/sdk"),
        ("public.ecr.aws/lambda/python:3.12", "https://gallery.ecr.aws/lambda/python"),
        (
            "registry.gitlab.com/acme/api:1",
            "https://gitlab.com/acme/api/container_registry",
        ),
        ("registry.gitlab.com/acme/group/api/worker:1", "https://gitlab.com/acme/group"),
        (
            "europe-west4-docker.pkg.dev/shop/images/team/api:1",
            "https://console.cloud.google.com/artifacts/docker/shop/europe-west4/images/team%2Fapi",
        ),
        (
            "gcr.io/distroless/static",
            "https://console.cloud.google.com/gcr/images/distroless/GLOBAL/static",
        ),
    ],
)
def test_a_registry_with_pages(written, url):
    assert page_of(ImageReference.parse(written)).url == url


@pytest.mark.parametrize(
    "written",
    [
        "localhost:5000/python",
        "registry.example.com/a/b",
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com/api:1",
        "acme.azurecr.io/api",
        "gitlab.example.com:5050/a/b",
        "europe-west4-docker.pkg.dev/shop/images",
        "gcr.io/pause",
        "registry.gitlab.com/acme",
    ],
)
def test_one_without(written):
    assert page_of(ImageReference.parse(written)) is None
