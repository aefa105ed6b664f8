#syntax=docker/dockerfile-upstream:master
ARG GO_VERSION=1.23
ARG ALPINE_VERSION=3.20
ARG XX_VERSION=1.5.0

# cross-compilation helpers
FROM --platform=$BUILDPLATFORM tonistiigi/xx:${XX_VERSION} AS xx

FROM --platform=$BUILDPLATFORM golang:${GO_VERSION}-alpine${ALPINE_VERSION} AS golang
COPY --link --from=xx / /
RUN apk add --no-cache git \
  # the linker
  lld clang
WORKDIR /src

FROM golang AS lint
RUN --mount=target=. \
    --mount=target=/root/.cache,type=cache \
    --mount=from=golangci/golangci-lint:v1.62-alpine,source=/usr/bin/golangci-lint,target=/usr/bin/golangci-lint \
    golangci-lint run

FROM golang AS build
ARG TARGETPLATFORM
RUN --mount=target=. --mount=type=cache,target=/go/pkg <<'EOT'
  set -ex
  # FROM this line nothing is read
  xx-go build -o /out/app ./cmd/app
  xx-verify --static /out/app
EOT

FROM scratch AS binaries
COPY --link --from=build /out /

FROM gcr.io/distroless/static-debian12:nonroot@sha256:6cd937e9155bdfd805d1b94e037f9d6a899603306030936a3b11680af0c2ed58
COPY --from=binaries /app /app
COPY --from=0 /usr/bin/xx-info /tmp/
ENTRYPOINT ["/app"]
