"""How the demonstration's images are made: one function per image, its steps and configuration.

They follow the Dockerfiles of the real images in shape, not in content.
Does not know which versions and tags there are: that is `catalogue.py`.
"""

from datetime import datetime
from typing import Final

import attrs

from tagwise.demo.images import Flavour, Recipe, Step
from tagwise.oci.digest import Digest
from tagwise.oci.platform import LINUX_AMD64, Platform

ARM64: Final = Platform("linux", "arm64", "v8")
_ARM: Final = Platform("linux", "arm", "v7")
_S390X: Final = Platform("linux", "s390x")
_WINDOWS: Final = Platform("windows", "amd64", os_version="10.0.20348.4294")
_USUAL: Final = (LINUX_AMD64, _ARM, ARM64)
_KB: Final = 1_000
_PATH: Final = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

BOOKWORM_SLIM: Final = (Step("ADD rootfs.tar.xz / # buildkit", 60 * _KB, origin="bookworm-slim"),)
BOOKWORM: Final = (
    Step("ADD rootfs.tar.xz / # buildkit", 110 * _KB, origin="bookworm"),
    Step("RUN apt-get install -y git gcc make # buildkit", 150 * _KB, origin="buildpack-deps"),
)


def debian(codename: str, created: datetime) -> Recipe:
    size = (60 if codename.endswith("-slim") else 110) * _KB
    return Recipe(
        name=f"debian {codename}",
        created=created,
        steps=(_base(codename, size), Step('CMD ["bash"]')),
        platforms=(*_USUAL, _S390X),
        command=("bash",),
        environment=(_PATH,),
        annotations=_official("debian", codename),
    )


def alpine(version: str, created: datetime) -> Recipe:
    return Recipe(
        name=f"alpine {version}",
        created=created,
        steps=(_base(f"alpine {version}", 30 * _KB), Step('CMD ["/bin/sh"]')),
        platforms=(*_USUAL, _S390X),
        command=("/bin/sh",),
        environment=(_PATH,),
        annotations=_official("alpine", version),
    )


def python(version: str, base: tuple[Step, ...], created: datetime) -> Recipe:
    steps = (
        Step("ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"),
        Step(
            "RUN apt-get install -y ca-certificates netbase tzdata # buildkit", 10 * _KB, "python"
        ),
        Step(f"ENV PYTHON_VERSION={version}"),
        Step("RUN set -eux; ./configure; make -j; make install # buildkit", 50 * _KB),
        Step("RUN for src in idle3 pip3 pydoc3 python3; do ln -s … # buildkit", 1 * _KB),
        Step('CMD ["python3"]'),
    )
    return Recipe(
        name=f"python {version}",
        created=created,
        packages=sum(step.size for step in base) // 1_000,
        steps=(*base, *steps),
        platforms=_USUAL,
        command=("python3",),
        environment=(_PATH, "LANG=C.UTF-8", f"PYTHON_VERSION={version}"),
        annotations=_official("python", version),
    )


def node(version: str, base: tuple[Step, ...], created: datetime) -> Recipe:
    steps = (
        Step("RUN groupadd --gid 1000 node && useradd --uid 1000 node # buildkit", 1 * _KB, "node"),
        Step(f"ENV NODE_VERSION={version}"),
        Step("RUN curl -fsSLO https://nodejs.org/dist/… # buildkit", 90 * _KB),
        Step("COPY docker-entrypoint.sh /usr/local/bin/ # buildkit", 1 * _KB, "node"),
        Step('ENTRYPOINT ["docker-entrypoint.sh"]'),
        Step('CMD ["node"]'),
    )
    return Recipe(
        name=f"node {version}",
        created=created,
        steps=(*base, *steps),
        platforms=(LINUX_AMD64, ARM64),
        entrypoint=("docker-entrypoint.sh",),
        command=("node",),
        environment=(_PATH, f"NODE_VERSION={version}", "YARN_VERSION=1.22.22"),
        annotations=_official("node", version),
    )


def golang(version: str, created: datetime) -> Recipe:
    steps = (
        Step(f"ENV GOLANG_VERSION={version}"),
        Step("COPY /target/ / # buildkit", 140 * _KB),
        Step("RUN mkdir -p /go/src /go/bin && chmod -R 1777 /go # buildkit", 1 * _KB, "golang"),
        Step("WORKDIR /go"),
    )
    return Recipe(
        name=f"golang {version}",
        created=created,
        steps=(*BOOKWORM, *steps),
        platforms=(LINUX_AMD64, ARM64, _WINDOWS),
        working_directory="/go",
        command=("bash",),
        environment=(_PATH, f"GOLANG_VERSION={version}", "GOTOOLCHAIN=local", "GOPATH=/go"),
        annotations=_official("golang", version),
    )


def nginx(version: str, created: datetime) -> Recipe:
    maintainer = "NGINX Docker Maintainers <docker-maint@nginx.com>"
    steps = (
        Step(f"LABEL maintainer={maintainer}"),
        Step(f"ENV NGINX_VERSION={version}"),
        Step("RUN apt-get install -y nginx nginx-module-njs # buildkit", 70 * _KB),
        Step("COPY docker-entrypoint.sh / # buildkit", 2 * _KB, "nginx"),
        Step('ENTRYPOINT ["/docker-entrypoint.sh"]'),
        Step("EXPOSE map[80/tcp:{}]"),
        Step('CMD ["nginx" "-g" "daemon off;"]'),
    )
    return Recipe(
        name=f"nginx {version}",
        created=created,
        steps=(*BOOKWORM_SLIM, *steps),
        platforms=(*_USUAL, _S390X),
        entrypoint=("/docker-entrypoint.sh",),
        command=("nginx", "-g", "daemon off;"),
        ports=("80/tcp",),
        environment=(_PATH, f"NGINX_VERSION={version}"),
        labels={"maintainer": maintainer},
        annotations=_official("nginx", version),
    )


def redis(version: str, created: datetime) -> Recipe:
    steps = (
        _base("alpine 3.22.2", 30 * _KB),
        Step(
            "RUN addgroup -S -g 1000 redis && adduser -S -u 999 redis # buildkit", 1 * _KB, "redis"
        ),
        Step(f"ENV REDIS_VERSION={version}"),
        Step("RUN make -C /usr/src/redis -j install # buildkit", 40 * _KB),
        Step("VOLUME [/data]"),
        Step("WORKDIR /data"),
        Step("COPY docker-entrypoint.sh /usr/local/bin/ # buildkit", 1 * _KB, "redis"),
        Step("EXPOSE map[6379/tcp:{}]"),
        Step('CMD ["redis-server"]'),
    )
    return Recipe(
        name=f"redis {version}",
        created=created,
        steps=steps,
        platforms=_USUAL,
        working_directory="/data",
        entrypoint=("docker-entrypoint.sh",),
        command=("redis-server",),
        ports=("6379/tcp",),
        volumes=("/data",),
        environment=(_PATH, f"REDIS_VERSION={version}"),
        annotations=_official("redis", version),
    )


def postgres(version: str, created: datetime) -> Recipe:
    steps = (
        Step("RUN groupadd -r postgres --gid=999 # buildkit", 1 * _KB, "postgres"),
        Step(f"ENV PG_VERSION={version}"),
        Step("RUN apt-get install -y --no-install-recommends postgresql # buildkit", 120 * _KB),
        Step("VOLUME [/var/lib/postgresql]"),
        Step("EXPOSE map[5432/tcp:{}]"),
        Step('CMD ["postgres"]'),
    )
    return Recipe(
        name=f"postgres {version}",
        created=created,
        steps=(*BOOKWORM_SLIM, *steps),
        platforms=(*_USUAL, _S390X),
        entrypoint=("docker-entrypoint.sh",),
        command=("postgres",),
        ports=("5432/tcp",),
        volumes=("/var/lib/postgresql",),
        environment=(_PATH, "LANG=en_US.utf8", f"PG_VERSION={version}"),
        annotations=_official("postgres", version),
    )


def grafana(version: str, created: datetime) -> Recipe:
    steps = (
        _base("alpine 3.21.5", 30 * _KB),
        Step("RUN addgroup -S -g 472 grafana # buildkit", 1 * _KB, "grafana"),
        Step("COPY /tmp/grafana /usr/share/grafana # buildkit", 190 * _KB),
        Step("EXPOSE map[3000/tcp:{}]"),
        Step("USER 472"),
        Step('ENTRYPOINT ["/run.sh"]'),
    )
    return Recipe(
        name=f"grafana {version}",
        created=created,
        steps=steps,
        platforms=_USUAL,
        flavour=Flavour.DOCKER,
        user="472",
        working_directory="/usr/share/grafana",
        entrypoint=("/run.sh",),
        ports=("3000/tcp",),
        environment=(_PATH, "GF_PATHS_HOME=/usr/share/grafana"),
        labels={
            "maintainer": "Grafana Labs <hello@grafana.com>",
            "org.opencontainers.image.source": "https://github.com/grafana/grafana",
        },
    )


def frontend(created: datetime) -> Recipe:
    steps = (
        Step("COPY /dockerfile-frontend /bin/dockerfile-frontend # buildkit", 40 * _KB),
        Step('ENTRYPOINT ["/bin/dockerfile-frontend"]'),
    )
    return Recipe(
        name="dockerfile 1.19.0",
        created=created,
        steps=steps,
        platforms=(*_USUAL, _S390X),
        entrypoint=("/bin/dockerfile-frontend",),
        environment=(_PATH,),
        labels={"moby.buildkit.frontend.network.none": "true"},
    )


def api(version: str, created: datetime) -> Recipe:
    base = python("3.13.9", BOOKWORM_SLIM, created)
    steps = (
        *(attrs.evolve(step, origin=step.origin or base.name) for step in base.steps),
        Step("WORKDIR /srv"),
        Step("COPY requirements.txt . # buildkit", 1 * _KB),
        Step("RUN pip install --no-cache-dir -r requirements.txt # buildkit", 80 * _KB),
        Step("COPY . . # buildkit", 20 * _KB),
        Step("USER api"),
        Step("EXPOSE map[8080/tcp:{}]"),
        Step('CMD ["gunicorn" "api:app"]'),
    )
    return Recipe(
        name=f"acme api {version}",
        created=created,
        packages=92,
        steps=steps,
        platforms=(LINUX_AMD64, ARM64),
        user="api",
        working_directory="/srv",
        command=("gunicorn", "api:app"),
        ports=("8080/tcp",),
        environment=(_PATH, "PYTHONUNBUFFERED=1"),
        labels={
            "org.opencontainers.image.licenses": "MIT",
            "org.opencontainers.image.revision": Digest.of(version.encode()).hex[:40],
            "org.opencontainers.image.source": "https://github.com/acme/api",
            "org.opencontainers.image.version": version,
        },
    )


def _base(distribution: str, size: int) -> Step:
    return Step("ADD rootfs.tar.xz / # buildkit", size, origin=distribution)


def _official(repository: str, version: str) -> dict[str, str]:
    """Give the annotations of a Docker Official Image's index."""
    revision = Digest.of(f"{repository} {version}".encode()).hex[:40]
    return {
        "org.opencontainers.image.revision": revision,
        "org.opencontainers.image.source": f"https://github.com/docker-library/{repository}.git",
        "org.opencontainers.image.url": f"https://hub.docker.com/_/{repository}",
        "org.opencontainers.image.version": version,
    }
