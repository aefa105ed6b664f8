"""Every rule there is: where it is found on a registry's word, its fix, and how its cause goes."""

import re
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import attrs
import httpx

from support.real_parts import debian_registry, push_image, two_platform_image
from tagwise.demo.images import build_image, build_single
from tagwise.demo.recipes import api
from tagwise.oci.platform import Platform

GONE = "sha256:" + "0" * 64
_ARM64 = Platform("linux", "arm64")
_NOW = datetime(2025, 3, 4, tzinfo=UTC)


@attrs.frozen
class World:
    """`old` is what `app:moved` named before it named `new`."""

    host: str
    old: str
    new: str
    one_platform: str

    def text(self, text):
        names = {"HOST": self.host, "OLD": self.old, "GONE": GONE, "ONE": self.one_platform}
        return re.sub("HOST|OLD|GONE|ONE", lambda name: names[name[0]], text)


@asynccontextmanager
async def rule_world():
    """Debian's docker-registry with what the cases name."""
    async with debian_registry() as registry:
        first = two_platform_image()
        second = two_platform_image("demo app, the next version")
        alone = build_single(attrs.evolve(api("1", _NOW), attested=False), _ARM64)
        async with httpx.AsyncClient(base_url=registry.url, trust_env=False) as client:
            await push_image(client, "demo/app", first, "1.0", "latest", "moved")
            await push_image(client, "demo/app", second, "moved")
            await push_image(client, "demo/arm", alone, "1")
            await push_image(client, "demo/other", build_image(api("2", _NOW)), "2")
        one = next(str(digest) for each, digest in first.platforms.items() if each.os == "linux")
        yield World(registry.host, str(first.digest), str(second.digest), one)


@attrs.frozen
class Case:
    """A text in which `rule` is found, and one like it in which its cause is gone."""

    rule: str
    text: str
    without: str
    fix: str = ""
    fixed: str = ""
    beside: tuple[str, ...] = ()
    file: str = "Dockerfile"
    severity: str = ""
    settings: str = ""
    ignorable: bool = True

    @property
    def toml(self):
        """What `tagwise.toml` says, so that the rule is on."""
        rules = f'[rules]\n{self.rule} = "{self.severity}"\n' if self.severity else ""
        return self.settings + rules

    @property
    def number(self):
        """How often it is found: places that differ from each other are two."""
        return 2 if self.rule == "same-image-different-tags" else 1

    @property
    def found(self):
        """All that is found in the text."""
        return sorted((*self.beside, *[self.rule] * self.number))


CASES = (
    Case("not-found", "FROM HOST/demo/app:1.1\n", "FROM HOST/demo/app:1.0\n", "Use ", "app:1.0"),
    Case(
        "digest-gone",
        "FROM HOST/demo/app:1.0@GONE\n",
        "FROM HOST/demo/app:1.0@OLD\n",
        "Update",
        "app:1.0@OLD",
    ),
    Case(
        "platform-missing",
        "services:\n  a:\n    image: HOST/demo/app:1.0\n    platform: linux/s390x\n",
        "services:\n  a:\n    image: HOST/demo/app:1.0\n    platform: linux/arm64\n",
        file="compose.yaml",
    ),
    Case(
        "InvalidBaseImagePlatform",
        "FROM --platform=linux/amd64 HOST/demo/arm:1\n",
        "FROM --platform=linux/arm64 HOST/demo/arm:1\n",
        beside=("FromPlatformFlagConstDisallowed",),
    ),
    Case("tag-deleted", "FROM HOST/demo/app:9@OLD\n", "FROM HOST/demo/app:1.0@OLD\n"),
    Case(
        "drift",
        "FROM HOST/demo/app:moved@OLD\n",
        "FROM HOST/demo/app:1.0@OLD\n",
        "Update",
        "app:moved@sha256:",
    ),
    Case(
        "digest-mismatch",
        "FROM HOST/demo/other:2@OLD\nFROM HOST/demo/app:1.0\n",
        "FROM HOST/demo/other:2\nFROM HOST/demo/app:1.0\n",
        "Update",
        "other:2@sha256:",
        beside=("digest-gone",),
    ),
    Case("latest", "FROM HOST/demo/app:latest\n", "FROM HOST/demo/app:1.0\n"),
    Case("untagged", "FROM HOST/demo/app\n", "FROM HOST/demo/app:1.0\n"),
    Case(
        "unpinned",
        "FROM HOST/demo/app:1.0\n",
        "FROM HOST/demo/app:1.0@OLD\n",
        "Pin",
        "app:1.0@OLD",
        severity="warning",
    ),
    Case(
        "same-image-different-tags",
        "FROM HOST/demo/app:1.0\nFROM HOST/demo/app:moved\n",
        "FROM HOST/demo/app:1.0\nFROM HOST/demo/app:1.0\n",
        severity="warning",
    ),
    Case(
        "registry-not-allowed",
        "FROM HOST/demo/app:1.0\n",
        "FROM scratch\n",
        severity="error",
        settings='allowed = ["*.example.com", "docker.io/library"]\n',
    ),
    Case(
        "invalid-reference",
        "FROM HOST/demo/App:1.0\n",
        "FROM HOST/demo/app:1.0\n",
    ),
    Case(
        "invalid-platform",
        "services:\n  a:\n    image: HOST/demo/app:1.0\n    platform: linux/\n",
        "services:\n  a:\n    image: HOST/demo/app:1.0\n    platform: linux/amd64\n",
        file="compose.yaml",
    ),
    Case(
        "variable-not-allowed",
        "FROM HOST/demo/app:1.0\nCOPY --from=HOST/demo/app:$V /a /b\n",
        "FROM HOST/demo/app:1.0\nCOPY --from=HOST/demo/app:1.0 /a /b\n",
    ),
    Case(
        "no-such-stage",
        "FROM HOST/demo/app:1.0\nCOPY --from=7 /a /b\n",
        "FROM HOST/demo/app:1.0\nFROM HOST/demo/app:1.0\nCOPY --from=0 /a /b\n",
    ),
    Case(
        "stage-order",
        "FROM HOST/demo/app:1.0\nCOPY --from=late /a /b\nFROM HOST/demo/app:1.0 AS late\n",
        "FROM HOST/demo/app:1.0 AS late\nFROM HOST/demo/app:1.0\nCOPY --from=late /a /b\n",
    ),
    Case(
        "repeated-flag",
        "FROM HOST/demo/app:1.0 AS a\nFROM scratch\nCOPY --from=a --from=a /a /b\n",
        "FROM HOST/demo/app:1.0 AS a\nFROM scratch\nCOPY --from=a /a /b\n",
    ),
    Case(
        "repeated-directive",
        "# escape=\\\n# escape=\\\nFROM HOST/demo/app:1.0\n",
        "# escape=\\\nFROM HOST/demo/app:1.0\n",
        ignorable=False,
    ),
    Case(
        "onbuild-from",
        "FROM HOST/demo/app:1.0\nONBUILD FROM HOST/demo/app:1.0\n",
        "FROM HOST/demo/app:1.0\nONBUILD COPY --from=HOST/demo/app:1.0 /a /b\n",
    ),
    Case(
        "invalid-interpolation",
        "services:\n  a:\n    image: HOST/demo/app:${V\n",
        "services:\n  a:\n    image: HOST/demo/app:${V:-1.0}\n",
        file="compose.yaml",
    ),
    Case(
        "required-variable",
        "services:\n  a:\n    image: HOST/demo/app:${V:?say which}\n",
        "services:\n  a:\n    image: HOST/demo/app:${V:-1.0}\n",
        file="compose.yaml",
    ),
    Case(
        "unset-variable",
        "services:\n  a:\n    image: HOST/demo/app:$V\n",
        "services:\n  a:\n    image: HOST/demo/app:${V:-1.0}\n",
        file="compose.yaml",
    ),
    Case(
        "not-read",
        "services:\n  a:\n    image: HOST/demo/app:1.0\n    x-a: " + "[" * 2000 + "\n",
        "services:\n  a:\n    image: HOST/demo/app:1.0\n",
        file="compose.yaml",
    ),
    Case(
        "StageNameCasing",
        "FROM HOST/demo/app:1.0 AS Big\n",
        "FROM HOST/demo/app:1.0 AS big\n",
    ),
    Case(
        "ReservedStageName",
        "FROM HOST/demo/app:1.0 AS context\n",
        "FROM HOST/demo/app:1.0 AS content\n",
    ),
    Case(
        "DuplicateStageName",
        "FROM HOST/demo/app:1.0 AS a\nFROM HOST/demo/app:1.0 AS a\n",
        "FROM HOST/demo/app:1.0 AS a\nFROM HOST/demo/app:1.0 AS b\n",
    ),
    Case(
        "UndefinedArgInFrom",
        "FROM HOST/demo/app:1.0$V\n",
        "ARG V=\nFROM HOST/demo/app:1.0$V\n",
    ),
    Case(
        "InvalidDefaultArgInFrom",
        "ARG V\nFROM HOST/demo/app:$V\n",
        "ARG V=1.0\nFROM HOST/demo/app:$V\n",
    ),
    Case(
        "RedundantTargetPlatform",
        "FROM --platform=$TARGETPLATFORM HOST/demo/app:1.0\n",
        "FROM --platform=$BUILDPLATFORM HOST/demo/app:1.0\n",
    ),
    Case(
        "FromPlatformFlagConstDisallowed",
        "FROM --platform=linux/amd64 HOST/demo/app:1.0\n",
        "FROM HOST/demo/app:1.0\n",
    ),
)
