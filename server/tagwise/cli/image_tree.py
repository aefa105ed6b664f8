"""`tagwise images --tree`: the platforms of each local image, and the layers under each.

Does not know who asked the engine.
"""

from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

from tagwise.cli.columns import fitted, in_columns
from tagwise.cli.docker_units import human_size
from tagwise.cli.image_rows import NONE, short_id
from tagwise.engine.models import ImageSummary
from tagwise.session.image_trees import ImageTree, LocalPlatform
from tagwise.session.layer_list import Layer

_Item = TypeVar("_Item")
_TITLES: Final = "IMAGE\tID\tSIZE\tMADE BY"


def tree_lines(trees: Iterable[ImageTree], *, width: int | None) -> list[str]:
    """Draw trees; what made a layer is cut at `width` columns, unless that is None."""
    rows = [_TITLES, *(row for tree in sorted(trees, key=_name) for row in _rows(tree))]
    lines = [line.rstrip() for line in in_columns(rows)]
    return lines if width is None else fitted(lines, width)


def _rows(tree: ImageTree) -> Iterator[str]:
    image = tree.image
    first, *others = _names(image)
    yield f"{first}\t{short_id(image.id)}\t{human_size(image.size)}\t"
    yield from (f"{name}\t\t\t" for name in others)
    for platform, is_last in _with_last(tree.platforms):
        branch, below = ("└─ ", "   ") if is_last else ("├─ ", "│  ")
        yield f"{branch}{_platform(platform)}"
        for layer, ends in _with_last(platform.layers):
            yield f"{below}{_layer(layer, is_last=ends)}"


def _platform(platform: LocalPlatform) -> str:
    size = human_size(platform.size) if platform.is_here else "-"
    said = "" if platform.is_here else "not here"
    return f"{platform.platform}\t{short_id(platform.digest)}\t{size}\t{said}"


def _layer(layer: Layer, *, is_last: bool) -> str:
    branch = "└─ " if is_last else "├─ "
    made = layer.instruction.replace("\t", " ").replace("\n", " ")
    return f"{branch}layer\t{short_id(layer.digest or NONE)}\t{human_size(layer.size)}\t{made}"


def _names(image: ImageSummary) -> list[str]:
    return sorted(image.tags) or sorted(image.digests)[:1] or [NONE]


def _name(tree: ImageTree) -> tuple[bool, str]:
    """Order images by name, those without one last."""
    return not tree.image.tags, _names(tree.image)[0]


def _with_last(items: tuple[_Item, ...]) -> Iterator[tuple[_Item, bool]]:
    return ((each, index == len(items) - 1) for index, each in enumerate(items))
