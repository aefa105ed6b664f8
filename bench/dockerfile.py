"""How long reading a Dockerfile of 1,000 lines takes: `python bench/dockerfile.py [rounds]`."""

import sys
from statistics import quantiles
from time import perf_counter

from tagwise.documents.dockerfile.syntax import parse
from tagwise.documents.model import Inputs

STAGE = """\
# What stage {n} is for.
FROM --platform=$BUILDPLATFORM registry.example.com/team/image-{n}:${{VERSION}}-slim AS stage-{n}
ARG TARGETARCH
WORKDIR /src
ENV PATH=/opt/bin:$PATH \\
    LANG=C.UTF-8

RUN --mount=type=cache,target=/var/cache/apt \\
    --mount=type=bind,from=alpine:3.20,source=/etc,target=/mnt \\
    apt-get update && \\
    # what the tests need
    apt-get install -y --no-install-recommends \\
        build-essential \\
        ca-certificates \\
        git && \\
    rm -rf /var/lib/apt/lists/*
COPY --from=golang:1.24 /usr/local/go /usr/local/go
COPY --chown=app:app . .
RUN <<EOF
set -eu
make all
EOF
LABEL org.example.stage="{n}"
CMD ["run", "--stage", "{n}"]
"""


FILLER = """\
# Packages for the step below.
RUN apt-get update && \\
    apt-get install -y --no-install-recommends \\
        build-essential \\
        ca-certificates && \\
    rm -rf /var/lib/apt/lists/*
ENV PATH=/opt/bin:$PATH
COPY . .
"""


def main(rounds: int) -> None:
    measure("dense", rounds, STAGE, 41, 0)
    measure("usual", rounds, STAGE, 10, 10)


def measure(name: str, rounds: int, stage: str, stages: int, fillers: int) -> None:
    parts = (stage.format(n=n) + FILLER * fillers for n in range(stages))
    text = "ARG VERSION=3.12\n" + "".join(parts)
    references = len(parse(text).evaluate(Inputs(document="Dockerfile")).occurrences)
    times = []
    for _ in range(rounds):
        start = perf_counter()
        parse(text).evaluate(Inputs(document="Dockerfile"))
        times.append((perf_counter() - start) * 1000)
    cuts = quantiles(times, n=100)
    lines = text.count("\n")
    print(f"{name}: {lines} lines, {references} references: ", end="")
    print(f"p50 {cuts[49]:.2f} ms, p99 {cuts[98]:.2f} ms ({rounds} rounds)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
