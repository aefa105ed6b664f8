ARG DEBIAN=bookworm
FROM debian:${DEBIAN}-slim AS build
COPY --from=theme / /theme
RUN --mount=type=bind,from=squidfunk/mkdocs-material:9.6,target=/mkdocs make docs

FROM caddy:2.10-alpine
COPY --from=build /site /usr/share/caddy
