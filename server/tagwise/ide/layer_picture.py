"""How big the layers of an image are beside each other: a bar as SVG, and the same in words.

Only numbers go in, so nothing that a registry says can be markup here.  The colours are seen on
light and on dark ground alike; what is around the bar is left as it is.
Does not know where the picture is shown, nor what the layers hold.
"""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from typing import Final

from tagwise.ide.phrases import size

WIDTH: Final = 320
HEIGHT: Final = 12
_GAP: Final = 1
# Two neighbours are told apart by hue and by the gap.  Contrast to white and to #1e1e1e is over 3.
_FILLS: Final = ("#3b7fc4", "#a8659a")
_REST: Final = "#7d7d7d"
# More would be thinner than they can be seen.
MOST: Final = 24
_NAMED: Final = 4
_SMALL: Final = 100  # One part in so many.


def layer_bar(sizes: Sequence[int]) -> str:
    """Return an SVG of the layers, the lowest at the left, as wide as they are big.

    Of very many the smallest are drawn together, in grey, at the right.
    """
    drawn, rest = _drawn(sizes)
    widths = _widths((*drawn, rest) if rest else drawn)
    fills = [_FILLS[index % len(_FILLS)] for index in range(len(drawn))]
    fills += [_REST] if rest else []
    title = layer_words(sizes)
    bars = "".join(_bars(widths, fills))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}"'
        f' viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">'
        f"<title>{title}</title>{bars}</svg>"
    )


def layer_words(sizes: Sequence[int]) -> str:
    """Say how big the layers are: the ones that count by number, the lowest first."""
    total = sum(sizes)
    large = sorted(sizes, reverse=True)[:_NAMED]
    least = min(large[0], max(large[-1], total // _SMALL))
    named = [each for each in sizes if each >= least][:_NAMED]
    said = ", ".join(size(each) for each in named)
    left = len(sizes) - len(named)
    return f"Layers: {said}" + (f" and {left} more ({size(total - sum(named))})" if left else "")


def as_data_uri(svg: str) -> str:
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def _drawn(sizes: Sequence[int]) -> tuple[tuple[int, ...], int]:
    """Return the layers to draw, and the size of those that are drawn together."""
    if len(sizes) <= MOST:
        return tuple(sizes), 0
    largest = sorted(range(len(sizes)), key=lambda index: sizes[index], reverse=True)
    chosen = sorted(largest[: MOST - 1])
    drawn = tuple(sizes[index] for index in chosen)
    return drawn, sum(sizes) - sum(drawn)


def _widths(sizes: Sequence[int]) -> tuple[float, ...]:
    """Share the bar by size; what would not be seen is as wide as a gap."""
    room = WIDTH - _GAP * (len(sizes) - 1)
    shares = [max(size_ / max(sum(sizes), 1) * room, _GAP) for size_ in sizes]
    return tuple(share * room / sum(shares) for share in shares)


def _bars(widths: Sequence[float], fills: Sequence[str]) -> Iterator[str]:
    at = 0.0
    for width, fill in zip(widths, fills, strict=True):
        yield f'<rect x="{at:.1f}" width="{width:.1f}" height="{HEIGHT}" fill="{fill}"/>'
        at += width + _GAP
