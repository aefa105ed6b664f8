"""What commands are given besides an image (`image_target.py`): one object each.

Field names are what clients write.  The types resolve at run time, as the library needs them.
Does not know what the commands do.
"""

import attrs

from tagwise.lsp.image_target import ImageTarget


@attrs.frozen
class ShownTarget(ImageTarget):
    """An image; with `show` the person is shown the answer, too: for editors that draw nothing."""

    show: bool = False


@attrs.frozen
class NoArguments:
    """For a command that needs to be told nothing."""


@attrs.frozen
class DocumentArguments:
    uri: str


@attrs.frozen
class FolderArguments:
    """A folder of the workspace by its URI, or all of them without one."""

    folder: str | None = None


@attrs.frozen
class DoctorArguments:
    """The images to try; those of the workspace's open documents if there are none."""

    references: tuple[str, ...] = ()


@attrs.frozen
class PullAllArguments:
    """The images of the document `uri`, or of the whole workspace without one."""

    uri: str | None = None
    platform: str | None = None


@attrs.frozen
class ListImagesArguments:
    """`filters` are written as for `docker images`: `dangling=true`, `reference=python:*`, …"""

    filters: tuple[str, ...] = ()
    intermediate: bool = False


@attrs.frozen
class TagImageArguments:
    """`name` is what the local image of `target` is to be called, too."""

    target: ImageTarget
    name: str


@attrs.frozen
class PruneArguments:
    """`unused`: not only what has no name, but all that no container uses."""

    unused: bool = False


@attrs.frozen
class BuildCommandArguments:
    """The Dockerfile `uri`; without `platforms` and `tags` those its compose or bake file says.

    `builder` is the compose service, bake target or container that is meant, where there are
    several; with `show` the person is shown the line.
    """

    uri: str
    platforms: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    builder: str | None = None
    show: bool = False
