"""What the demonstration's registry offers: images under the names of well-known ones.

Names, tags and configurations are like the real images'; contents are made up and small.  Two tags
have moved on from a digest that the registry still serves, so that there is something to update.
Does not know how an image is built, nor how the registry answers.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import attrs

from tagwise.demo import recipes
from tagwise.demo.images import (
    BuiltImage,
    Content,
    Flavour,
    Recipe,
    build_artifact,
    build_image,
    build_signature,
    build_single,
)
from tagwise.demo.registry import Registry
from tagwise.oci.digest import Digest
from tagwise.oci.platform import LINUX_AMD64


@attrs.frozen
class MovedTag:
    """A tag that named `old` before it named `new`; `old` is still served by digest."""

    repository: str
    tag: str
    old: Digest
    new: Digest


@attrs.frozen
class _Release:
    """An image published `age` days ago under `tags`, which have blanks between them."""

    repository: str
    tags: str
    age: int
    recipe: Callable[[datetime], Recipe]


_SIGNED: Final = "acme/api"
_FULL: Final = recipes.BOOKWORM
_SLIM: Final = recipes.BOOKWORM_SLIM
_RELEASES: Final = (
    _Release(
        "library/python",
        "3.14 3.14.0 3.14-bookworm 3 latest",
        5,
        partial(recipes.python, "3.14.0", _FULL),
    ),
    _Release(
        "library/python", "3.14-slim 3.14.0-slim slim", 5, partial(recipes.python, "3.14.0", _SLIM)
    ),
    _Release(
        "library/python", "3.13 3.13.9 3.13-bookworm", 6, partial(recipes.python, "3.13.9", _FULL)
    ),
    _Release(
        "library/python", "3.13-slim 3.13.9-slim", 6, partial(recipes.python, "3.13.9", _SLIM)
    ),
    _Release(
        "library/python", "3.12 3.12.12 3.12-bookworm", 3, partial(recipes.python, "3.12.12", _FULL)
    ),
    _Release(
        "library/python", "3.11 3.11.14 3.11-bookworm", 8, partial(recipes.python, "3.11.14", _FULL)
    ),
    _Release(
        "library/python", "3.11-slim 3.11.14-slim", 8, partial(recipes.python, "3.11.14", _SLIM)
    ),
    _Release(
        "library/node",
        "24 24.9.0 24-bookworm current latest",
        11,
        partial(recipes.node, "24.9.0", _FULL),
    ),
    _Release(
        "library/node", "24-slim 24.9.0-slim slim", 11, partial(recipes.node, "24.9.0", _SLIM)
    ),
    _Release(
        "library/node",
        "22 22.20.0 22-bookworm lts jod",
        11,
        partial(recipes.node, "22.20.0", _FULL),
    ),
    _Release(
        "library/node", "22-slim 22.20.0-slim lts-slim", 11, partial(recipes.node, "22.20.0", _SLIM)
    ),
    _Release("library/golang", "1.25 1.25.1 1 latest", 19, partial(recipes.golang, "1.25.1")),
    _Release("library/golang", "1.24 1.24.7", 19, partial(recipes.golang, "1.24.7")),
    _Release("library/nginx", "1.29 1.29.2 1 mainline latest", 4, partial(recipes.nginx, "1.29.2")),
    _Release("library/nginx", "1.28 1.28.0 stable", 90, partial(recipes.nginx, "1.28.0")),
    _Release(
        "library/redis", "8 8.2 8.2.2 8-alpine alpine latest", 10, partial(recipes.redis, "8.2.2")
    ),
    _Release("library/postgres", "18 18.0 latest", 14, partial(recipes.postgres, "18.0")),
    _Release("library/postgres", "17 17.6", 14, partial(recipes.postgres, "17.6")),
    _Release("library/postgres", "16 16.10", 14, partial(recipes.postgres, "16.10")),
    _Release("library/debian", "trixie 13 stable latest", 9, partial(recipes.debian, "trixie")),
    _Release(
        "library/debian",
        "trixie-slim 13-slim stable-slim",
        9,
        partial(recipes.debian, "trixie-slim"),
    ),
    _Release("library/debian", "bookworm 12", 9, partial(recipes.debian, "bookworm")),
    _Release(
        "library/debian", "bookworm-slim 12-slim", 9, partial(recipes.debian, "bookworm-slim")
    ),
    _Release("library/alpine", "3.22 3.22.2 3 latest", 16, partial(recipes.alpine, "3.22.2")),
    _Release("library/alpine", "3.21 3.21.5", 16, partial(recipes.alpine, "3.21.5")),
    _Release(
        "grafana/grafana", "12.2.0 12.2 12 main latest", 21, partial(recipes.grafana, "12.2.0")
    ),
    _Release("grafana/grafana", "11.6.6 11.6", 60, partial(recipes.grafana, "11.6.6")),
    _Release("docker/dockerfile", "1 1.19 1.19.0 latest", 28, recipes.frontend),
    _Release("acme/api", "2.1.0 2.1 2 latest", 2, partial(recipes.api, "2.1.0")),
    _Release("acme/api", "2.0.3 2.0", 34, partial(recipes.api, "2.0.3")),
)


def seed_demo_registry(registry: Registry, *, now: datetime) -> tuple[MovedTag, ...]:
    """Fill `registry` with images created in the months before `now` (an aware time)."""
    for release in _RELEASES:
        image = build_image(release.recipe(now - timedelta(days=release.age)))
        store_image(registry, release.repository, image, *release.tags.split())
        if release.repository == _SIGNED:
            store_image(registry, _SIGNED, build_signature(image.top))
    _store_others(registry, now)
    return (_move_python(registry, now), _move_redis(registry, now))


def store_image(registry: Registry, repository: str, image: BuiltImage, *tags: str) -> None:
    """Put an image into `registry` directly; without tags it is there by digest only."""
    for blob in image.blobs:
        registry.put_blob(repository, blob.body)
    for manifest in image.manifests:
        registry.put_manifest(repository, str(manifest.digest), manifest.body, manifest.media_type)
    for tag in tags:
        registry.put_manifest(repository, tag, image.top.body, image.top.media_type)


def _move_python(registry: Registry, now: datetime) -> MovedTag:
    """Publish the next bugfix release under `3.12-slim`; the old one keeps its full version."""
    repository, tag = "library/python", "3.12-slim"
    old = build_image(recipes.python("3.12.11", _SLIM, now - timedelta(days=47)))
    new = build_image(recipes.python("3.12.12", _SLIM, now - timedelta(days=3)))
    store_image(registry, repository, old, "3.12.11-slim", "3.12.11-slim-bookworm")
    store_image(registry, repository, new, tag, "3.12-slim-bookworm", "3.12.12-slim")
    return MovedTag(repository, tag, old.digest, new.digest)


def _move_redis(registry: Registry, now: datetime) -> MovedTag:
    """Add a platform to `7-alpine`: the index moves, what linux/amd64 gets does not."""
    repository, tag = "library/redis", "7-alpine"
    recipe = recipes.redis("7.4.6", now - timedelta(days=12))
    old = build_image(attrs.evolve(recipe, platforms=(LINUX_AMD64, recipes.ARM64)))
    new = build_image(recipe)
    store_image(registry, repository, old)
    store_image(registry, repository, new, tag, "7.4-alpine", "7.4.6-alpine")
    return MovedTag(repository, tag, old.digest, new.digest)


def _store_others(registry: Registry, now: datetime) -> None:
    """Store what is no index: an image for one platform only, and a Helm chart."""
    old_api = attrs.evolve(recipes.api("1.4.0", now - timedelta(days=210)), flavour=Flavour.DOCKER)
    store_image(registry, "acme/api", build_single(old_api, LINUX_AMD64), "1.4.0", "1.4")
    config = Content.of(
        "application/vnd.cncf.helm.config.v1+json",
        b'{"name":"api","version":"0.3.0","description":"The API of Acme","apiVersion":"v2"}',
    )
    archive = Content.of("application/vnd.cncf.helm.chart.content.v1.tar+gzip", bytes(512))
    store_image(registry, "acme/charts/api", build_artifact(config, archive), "0.3.0")
