# syntax=docker/dockerfile:1.7
# check=skip=SecretsUsedInArgOrEnv

ARG PYTHON_VERSION=3.12
ARG BASE=python:${PYTHON_VERSION}-slim-bookworm

FROM ghcr.io/astral-sh/uv:0.5.11 AS uv

FROM ${BASE} AS build
COPY --from=uv /uv /uvx /bin/
ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy

WORKDIR /app
RUN --mount=type=cache,target=/root/.cache/uv \
    --mount=type=bind,source=uv.lock,target=uv.lock \
    --mount=type=bind,source=pyproject.toml,target=pyproject.toml \
    uv sync --frozen --no-install-project --no-dev
COPY . /app
RUN --mount=type=cache,target=/root/.cache/uv uv sync --frozen --no-dev

FROM ${BASE}
ARG PYTHON_VERSION
LABEL org.opencontainers.image.description="Python ${PYTHON_VERSION}, FROM nothing"
COPY --from=build --chown=app:app /app /app
ENV PATH="/app/.venv/bin:$PATH"
HEALTHCHECK --interval=30s CMD ["python", "-m", "app.health"]
CMD ["python", "-m", "app"]
