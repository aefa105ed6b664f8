"""Every sample: the references a person finds in it, and a pin that comes off without a trace.

Written by hand from the formats' documentation, not from what the program says.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tagwise.ide.edits import Plan, applied, merged, pin, unpin
from tagwise.oci.digest import Digest
from tagwise.oci.platform import LINUX_AMD64
from tagwise.session.files import Files
from tagwise.session.workspace import OpenDocument, Workspace

SAMPLES = Path(__file__).parents[2] / "samples"

# path: line (from one), text as written, what it resolves to, role, platform or builder
EXPECTED = {
    "bake/docker-bake.hcl": [
        (15, "alpine:${ALPINE}", "alpine:3.22", "build-context", None),
        # The override file gives this name as a context.
        (36, "node:24-slim", "node:22-slim", "base-image", None),
        (37, "nginx:1.29", "nginx:1.29", "copy-source", None),
    ],
    "bake/docker-bake.override.json": [
        (4, "node:22-slim", "node:22-slim", "build-context", None),
    ],
    "devcontainer/.devcontainer/devcontainer.json": [
        (4, "python:3.13-slim", "python:3.13-slim", "container-image", None),
    ],
    "github-workflow/.github/workflows/test.yml": [
        (18, "python:3.12-slim", "python:3.12-slim", "job-image", None),
        (22, "postgres:17", "postgres:17", "service-image", None),
        (24, "redis:7-alpine", "redis:7-alpine", "service-image", None),
        (29, "alpine:3.22", "alpine:3.22", "step-image", None),
    ],
    "github-workflow/lint/action.yml": [
        (5, "node:24-slim", "node:24-slim", "step-image", None),
    ],
    "gitlab/.gitlab-ci.yml": [
        (
            8,
            "${CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIX}/python:3.12-slim",
            "python:3.12-slim",
            "job-image",
            None,
        ),
        (13, "postgres:$POSTGRES_VERSION", "postgres:17", "service-image", None),
        (15, "redis:8-alpine", "redis:8-alpine", "service-image", None),
        (25, "node:${NODE_VERSION}-slim", "node:22-slim", "job-image", None),
    ],
    "gitlab/deploy.gitlab-ci.yml": [(10, "alpine:3.22", "alpine:3.22", "job-image", None)],
    "go-service/Dockerfile": [
        (1, "docker/dockerfile:1", "docker/dockerfile:1", "syntax", None),
        (7, "golang:${GO_VERSION}", "golang:1.25", "base-image", "$BUILDPLATFORM"),
        (21, "postgres:17", "postgres:17", "mount-source", None),
        (24, "$BASE", "alpine:3.22", "base-image", None),
        (30, "alpine:3.22", "alpine:3.22", "copy-source", None),
    ],
    "helm/values.yaml": [
        (6, "acme/api", "acme/api:2.1.0", "chart-image", None),
        (15, "nginx:1.29", "nginx:1.29", "chart-image", None),
        (21, "grafana/grafana", "docker.io/grafana/grafana:12.2.0", "chart-image", None),
        (26, "library/redis", "docker.io/library/redis:8-alpine", "chart-image", None),
    ],
    "kubernetes/shop.yaml": [
        (15, "acme/api:2.1.0", "acme/api:2.1.0", "container-image", None),
        (19, "*api", "acme/api:2.1.0", "container-image", None),
        (22, "nginx:1.29", "nginx:1.29", "container-image", None),
        (27, "grafana/grafana:12.2.0", "grafana/grafana:12.2.0", "volume-image", None),
        (43, "postgres:17", "postgres:17", "container-image", None),
    ],
    "kustomize/overlays/production/kustomization.yaml": [
        (11, "acme/api", "acme/api:2.1.0", "image-override", None),
        (13, "nginx", "nginx:1.29", "image-override", None),
    ],
    "monorepo/api/Dockerfile": [
        (2, "${BASE}", "debian:bookworm-slim", "base-image", "api"),
        (2, "${BASE}", "debian:trixie-slim", "base-image", "api-next"),
        (7, "nginx:1.28", "nginx:1.28", "onbuild-source", None),
    ],
    "monorepo/compose.yaml": [],
    "pipelines/.circleci/config.yml": [
        (6, "python:3.13-slim", "python:3.13-slim", "job-image", None),
        (8, "postgres:17", "postgres:17", "service-image", None),
    ],
    "pipelines/.woodpecker.yml": [
        (3, "golang:1.25", "golang:1.25", "step-image", None),
        (6, "alpine:3.22", "alpine:3.22", "step-image", None),
        (10, "redis:8-alpine", "redis:8-alpine", "service-image", None),
    ],
    "pipelines/azure-pipelines.yml": [
        (6, "postgres:17", "postgres:17", "job-image", None),
        (11, "python:3.13-slim", "python:3.13-slim", "job-image", None),
    ],
    "pipelines/bitbucket-pipelines.yml": [
        (1, "python:3.13-slim", "python:3.13-slim", "job-image", None),
        (6, "postgres:17", "postgres:17", "service-image", None),
        (16, "node:24-slim", "node:24-slim", "job-image", None),
    ],
    "pipelines/cloudbuild.yaml": [
        (2, "node:24-slim", "node:24-slim", "step-image", None),
    ],
    "pipelines/release.yaml": [
        (10, "golang:1.25", "golang:1.25", "step-image", None),
        (24, "alpine:3.22", "alpine:3.22", "step-image", None),
    ],
    "quadlets/cache.image": [
        (
            2,
            "docker.io/library/redis:7-alpine",
            "docker.io/library/redis:7-alpine",
            "container-image",
            "linux/arm64",
        ),
    ],
    "quadlets/shop.container": [
        (7, "docker.io/acme/api:2.1.0", "docker.io/acme/api:2.1.0", "container-image", None),
        (
            10,
            "docker.io/grafana/grafana:12.2.0",
            "docker.io/grafana/grafana:12.2.0",
            "volume-image",
            None,
        ),
    ],
    "quadlets/worker.build": [],
    "quadlets/worker.container": [],
    "self-hosted/docker-compose.yml": [
        (4, "acme/api:${API_VERSION-2.1.0}", "acme/api:2.1.0", "service-image", None),
        (8, "*api-image", "acme/api:2.1.0", "service-image", None),
        (11, "*api-image", "acme/api:2.1.0", "service-image", None),
        (13, "*api-image", "acme/api:2.1.0", "service-image", None),
        (17, "grafana/grafana:12.2.0", "grafana/grafana:12.2.0", "service-image", None),
        (
            22,
            r"${REGISTRY:-docker.io}/grafana/\x67rafana:11.6",
            "docker.io/grafana/grafana:11.6",
            "service-image",
            None,
        ),
        (27, "python:3.12-slim", "python:3.12-slim", "base-image", None),
    ],
    "web-app/Dockerfile": [
        (1, "docker/dockerfile:1", "docker/dockerfile:1", "syntax", None),
        (6, "python:${PYTHON}-slim", "python:3.13-slim", "base-image", None),
        (17, "node:22-slim", "node:22-slim", "base-image", "$BUILDPLATFORM"),
        (28, "nginx:1.29", "nginx:1.29", "copy-source", None),
    ],
    "web-app/compose.yaml": [
        (23, "postgres:${POSTGRES_TAG:-17}", "postgres:17", "service-image", None),
        (30, "redis:${REDIS_TAG}", "redis:7-alpine", "service-image", None),
        (34, "nginx:1.29", "nginx:1.29", "service-image", "linux/arm64"),
    ],
    "windows-tool/Dockerfile": [
        (2, "debian:trixie-slim", "debian:trixie-slim", "base-image", None),
        (6, "golang:1.24", "golang:1.24", "base-image", "linux/amd64"),
    ],
}
SKIPPED = {
    "bake/docker-bake.hcl": {
        26: ("golang:${go}", "template"),
        29: ("docker.io/acme/api:latest", "build-output"),
        30: ("docker.io/acme/api:cache", "cache"),
    },
    "quadlets/worker.build": {2: ("localhost/worker:latest", "build-output")},
    "pipelines/azure-pipelines.yml": {13: ("database", "service")},
    "pipelines/cloudbuild.yaml": {
        5: ("gcr.io/$PROJECT_ID/deployer", "template"),
        8: ("acme/api:2.1.0", "build-output"),
    },
    "pipelines/release.yaml": {13: ("$(params.tool)", "template")},
    "devcontainer/.devcontainer/devcontainer.json": {
        6: ("ghcr.io/devcontainers/features/node:1", "artifact"),
    },
    "helm/values.yaml": {33: ("postgres", "unset-variable")},
    "kustomize/overlays/production/kustomization.yaml": {
        16: ("ghcr.io/acme/redis", "template"),
    },
    "gitlab/.gitlab-ci.yml": {33: ("$CI_REGISTRY_IMAGE/deployer:1", "unset-variable")},
    "gitlab/deploy.gitlab-ci.yml": {7: ("$[[ inputs.image ]]", "template")},
    "github-workflow/.github/workflows/test.yml": {
        10: ("python:${{ matrix.python }}-slim", "template"),
    },
    "go-service/Dockerfile": {
        20: ("build", "stage"),
        26: ("build", "stage"),
        29: ("scratch", "scratch"),
        31: ("build", "stage"),
    },
    "web-app/Dockerfile": {
        11: ("base", "stage"),
        24: ("base", "stage"),
        25: ("wheels", "stage"),
        27: ("assets", "stage"),
    },
    "web-app/compose.yaml": {15: ("acme/shop:dev", "build-output")},
    "windows-tool/Dockerfile": {7: ("certificates", "stage")},
}


@pytest.fixture(scope="module")
def items(tmp_path_factory):
    folder = tmp_path_factory.mktemp("samples")
    shutil.copytree(SAMPLES, folder / "samples")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "tagwise", "refs", "--all", "--format", "json"],
        check=True, capture_output=True, cwd=folder / "samples", timeout=30,
        env={"HOME": str(folder), "TAGWISE_CACHE_DIR": str(folder)},
    )  # fmt: skip
    assert done.stderr == b""
    return json.loads(done.stdout)


def test_every_sample_is_listed_here():
    files = {path.relative_to(SAMPLES).as_posix() for path in SAMPLES.rglob("*") if path.is_file()}
    others = {"README.md", "web-app/.env", "helm/Chart.yaml"}
    assert files - others == set(EXPECTED)
    readme = (SAMPLES / "README.md").read_text()
    assert all(f"| `{path.partition('/')[0]}` |" in readme for path in EXPECTED)


@pytest.mark.parametrize("path", EXPECTED)
def test_the_images_of_a_sample(items, path):
    found = [each for each in items if each["path"] == path and each["skipped"] is None]
    told = [
        (
            each["range"]["start"]["line"] + 1,
            each["text"],
            each["resolved"],
            each["role"],
            each["variant"] or each["platform"],
        )
        for each in found
    ]
    here = next((each["platform"] for each in items if each["role"] == "base-image"
                 and each["platform"]), None)  # fmt: skip
    assert told == [
        (*each[:4], here if each[4] == "$BUILDPLATFORM" else each[4]) for each in EXPECTED[path]
    ]


@pytest.mark.parametrize("path", EXPECTED)
def test_what_is_no_image_in_a_sample(items, path):
    found = {
        each["range"]["start"]["line"] + 1: (each["resolved"], each["skipped"]["reason"])
        for each in items
        if each["path"] == path and each["skipped"] is not None
    }
    assert found == SKIPPED.get(path, {})


@pytest.mark.parametrize("path", EXPECTED)
async def test_pin_and_unpin_leave_no_trace(path):
    """All images of a sample and of what it reads (`.env`, who builds it), each with a digest of its own."""
    file = SAMPLES / path
    texts = {str(file): file.read_bytes().decode()}
    beside_it = [file.with_name(name) for name in (".env", "docker-bake.override.json")]
    for beside in (*beside_it, file.parents[1] / "compose.yaml"):
        if beside.exists():
            texts[str(beside)] = beside.read_bytes().decode()

    async def change(texts, verb):
        workspace = Workspace(Files((SAMPLES,)), environment={}, platform=LINUX_AMD64)
        for document, text in texts.items():
            workspace.put(document, OpenDocument(document, text))
        read = await workspace.read(str(file))
        images = [each for each in read.parsed.occurrences if each.skipped is None]
        plans = [plan for each in images if isinstance(plan := verb(each), Plan)]
        edits = merged(plans).edits
        assert {edit.place.document for edit in edits} <= set(texts)
        return {
            document: applied(text, [e for e in edits if e.place.document == document])
            for document, text in texts.items()
        }

    def digest(occurrence):
        return Digest.of(occurrence.reference.canonical.encode())

    pinned = await change(texts, lambda each: pin(each, digest(each)))
    images = {reference for _, _, reference, _, _ in EXPECTED[path]}
    text = "".join(pinned.values())
    assert bool(images) == ("sha256:" in text)
    assert await change(pinned, lambda each: pin(each, Digest.of(b"other"))) == pinned
    assert await change(pinned, unpin) == texts
