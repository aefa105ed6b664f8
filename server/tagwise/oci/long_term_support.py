"""Which versions of some images are supported for long: whoever is on one is led to the next of these.

Only where every second version is gone within months, and an image is known by its name wherever it is
copied to.  As Renovate recommends (docs.renovatebot.com, "Workarounds": nodeDockerVersioning,
ubuntuDockerVersioning, javaLTSVersions), by the publishers' own schedules:
nodejs.org/en/about/previous-releases, ubuntu.com/about/release-cycle, adoptium.net/support.
Does not know which tags there are.
"""

import re
from collections.abc import Callable
from typing import Final

from tagwise.oci.tags import Scheme, TagVersion

_NODE: Final = re.compile(
    r"(?:.*/)?(?:library|bitnami|bitnamilegacy|cimg|circleci|containerbase|renovate)/node"
)
_UBUNTU: Final = re.compile(r"(?:.*/)?library/ubuntu")
_JAVA: Final = re.compile(
    r"(?:.*/)?(?:library/(?:eclipse-temurin|amazoncorretto|openjdk|sapmachine)"
    r"|adoptopenjdk/.+|azul/zulu-openjdk.*|bellsoft/(?:hardened-)?liberica-.+|cimg/openjdk)"
)
_EVERY_NODE: Final = 27
_FIRST_JAVA: Final = frozenset({8, 11})
_LATER_JAVA: Final = 17
_JAVA_STEP: Final = 4
_APRIL: Final = 4


def supported_like(repository: str, version: TagVersion) -> Callable[[TagVersion], bool] | None:
    """Return what may replace `version` of a repository; None if it may be anything.

    Whoever is on a version that is not supported for long has decided so.
    """
    schedules = ((_NODE, _node), (_UBUNTU, _ubuntu), (_JAVA, _java))
    for name, is_supported in schedules:
        if name.fullmatch(repository):
            of_versions = version.scheme is Scheme.VERSION and is_supported(version)
            return is_supported if of_versions else None
    return None


def _node(version: TagVersion) -> bool:
    """Even ones, and from 27 on all."""
    major = version.numbers[0]
    return major % 2 == 0 or major >= _EVERY_NODE


def _ubuntu(version: TagVersion) -> bool:
    """Those of April in even years."""
    return version.numbers[0] % 2 == 0 and version.numbers[1:2] == (_APRIL,)


def _java(version: TagVersion) -> bool:
    """8, 11, 17, and every fourth from there."""
    major = version.numbers[0]
    return major in _FIRST_JAVA or (
        major >= _LATER_JAVA and (major - _LATER_JAVA) % _JAVA_STEP == 0
    )
