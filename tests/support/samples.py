"""What a person finds in the samples: the references of each file, and what is none.

Written by hand from the formats' documentation, not from what the program says.
"""

from pathlib import Path

SAMPLES = Path(__file__).parents[2] / "samples"

CONTROLLER = "sha256:1f7eaeb01933e719c8a9f4acd8181e555e582330c7d50f24484fb64d2ba9b2ef"
PORTAL = "sha256:" + "a" * 64

# path: line (from one), text as written, what it resolves to, role, platform or builder
EXPECTED = {
    "bake-matrix/Dockerfile": [
        (1, "docker/dockerfile:1.18", "docker/dockerfile:1.18", "syntax", None),
        # A matrix is a target for each combination; its name has a function in it.
        *(
            (
                3,
                "python:${PYTHON}",
                f"python:{py}-{variant}",
                "base-image",
                f"app (py={py}, variant={variant})",
            )
            for py in ("3.12", "3.13")
            for variant in ("slim", "alpine")
        ),
    ],
    "bake-matrix/docker-bake.hcl": [
        (24, "ghcr.io/acme/theme:7", "ghcr.io/acme/theme:7", "build-context", None),
    ],
    "bake-matrix/docs.Dockerfile": [
        (2, "debian:${DEBIAN}-slim", "debian:trixie-slim", "base-image", None),
        # The target gives this name as a context.
        (3, "theme", "ghcr.io/acme/theme:7", "copy-source", None),
        (
            4,
            "squidfunk/mkdocs-material:9.6",
            "squidfunk/mkdocs-material:9.6",
            "mount-source",
            None,
        ),
        (6, "caddy:2.10-alpine", "caddy:2.10-alpine", "base-image", None),
    ],
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
    "error-tracker/docker-compose.yml": [
        (25, "$CONSUMER_IMAGE", "ghcr.io/acme/consumer:25.9.0", "service-image", None),
        (
            33,
            "registry.gitlab.com/egos-tech/smtp:1.1",
            "registry.gitlab.com/egos-tech/smtp:1.1",
            "service-image",
            "linux/amd64",
        ),
        (37, "redis:6.2.20-alpine", "redis:6.2.20-alpine", "service-image", None),
        (43, "postgres:14.19-bookworm", "postgres:14.19-bookworm", "service-image", None),
        (47, "confluentinc/cp-kafka:7.6.6", "confluentinc/cp-kafka:7.6.6", "service-image", None),
        (65, "$RELAY_IMAGE", "ghcr.io/acme/relay:25.9.0", "service-image", None),
        (68, "nginx:1.29.1-alpine", "nginx:1.29.1-alpine", "service-image", None),
    ],
    "error-tracker/tracker/Dockerfile": [
        # Compose takes the argument from .env, since it is given no value.
        (2, "${TRACKER_IMAGE}", "ghcr.io/acme/tracker:25.9.0", "base-image", None),
        (4, "busybox:1.37", "busybox:1.37", "copy-source", None),
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
    "shop-stack/common.yaml": [
        (3, "python:3.13-slim", "python:3.13-slim", "service-image", None),
    ],
    "shop-stack/compose.override.yaml": [
        (3, "postgres:18-alpine", "postgres:18-alpine", "service-image", None),
    ],
    "shop-stack/compose.yaml": [
        (8, "node:${NODE:-22}-alpine", "node:22-alpine", "service-image", None),
        (16, "ghcr.io/acme/shop-web:2.4", "ghcr.io/acme/shop-web:2.4", "service-image", None),
        (26, "axllent/mailpit:v1.27", "axllent/mailpit:v1.27", "service-image", None),
        (29, "postgres:17", "postgres:17", "service-image", None),
        (
            32,
            "ghcr.io/acme/shop-fixtures:2026-01",
            "ghcr.io/acme/shop-fixtures:2026-01",
            "volume-image",
            None,
        ),
    ],
    "shop-stack/monitoring/compose.yaml": [
        (
            3,
            "prom/prometheus:${PROMETHEUS_VERSION}",
            "prom/prometheus:v3.5.0",
            "service-image",
            None,
        ),
    ],
    "umbrella-chart/values.yaml": [
        (
            8,
            "bitnamilegacy/postgresql",
            "docker.io/bitnamilegacy/postgresql:17.6.0-debian-12-r4",
            "chart-image",
            None,
        ),
        (
            16,
            "prometheuscommunity/postgres-exporter",
            "quay.io/prometheuscommunity/postgres-exporter:v0.18.1",
            "chart-image",
            None,
        ),
        (
            24,
            "quay.io/prometheus/prometheus",
            "quay.io/prometheus/prometheus:v3.5.0",
            "chart-image",
            None,
        ),
        (
            28,
            "quay.io/prometheus-operator/prometheus-config-reloader",
            "quay.io/prometheus-operator/prometheus-config-reloader:v0.84.0",
            "chart-image",
            None,
        ),
        (
            34,
            "ingress-nginx/controller",
            f"registry.k8s.io/ingress-nginx/controller:v1.13.2@{CONTROLLER}",
            "chart-image",
            None,
        ),
        (
            39,
            f"ghcr.io/acme/portal:2026.1@{PORTAL}",
            f"ghcr.io/acme/portal:2026.1@{PORTAL}",
            "chart-image",
            None,
        ),
        (41, "busybox", "busybox:1.37", "chart-image", None),
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
    "bake-matrix/docker-bake.hcl": {
        18: ("acme/app:1.4.2-${py}-${variant}", "template"),
    },
    "bake-matrix/docs.Dockerfile": {7: ("build", "stage")},
    "error-tracker/docker-compose.yml": {8: ("tracker-self-hosted-local", "build-output")},
    "shop-stack/compose.yaml": {
        3: ("oci://docker.io/acme/shop-backups:1.2", "outside-workspace"),
    },
    "shop-stack/monitoring/compose.yaml": {
        # A required variable that nobody sets: nothing is left of it.
        5: ("", "unset-variable"),
    },
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
