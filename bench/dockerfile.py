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


def main(rounds: int) -> None:
    stages = 1000 // STAGE.count("\n")
    text = "ARG VERSION=3.12\n" + "".join(STAGE.format(n=n) for n in range(stages))
    times = []
    for _ in range(rounds):
        start = perf_counter()
        document = parse(text).evaluate(Inputs(document="Dockerfile"))
        times.append((perf_counter() - start) * 1000)
    cuts = quantiles(times, n=100)
    print(f"{text.count(chr(10))} lines, {len(document.occurrences)} references, {rounds} rounds")
    print(f"p50 {cuts[49]:.2f} ms  p99 {cuts[98]:.2f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
