"""What commands on the engine show in editors that draw nothing themselves: plain text, short.

Does not know how a message reaches the person.
"""

from datetime import datetime
from typing import Final

from tagwise.engine.names import short_id
from tagwise.ide.markup import clean, clip
from tagwise.ide.phrases import age, counted, size
from tagwise.lsp.engine_values import ImageLayers, InspectedImage

_LAYERS: Final = 30
_WIDTH: Final = 60


def inspected_text(image: InspectedImage, now: datetime) -> str:
    lines = [f"{image.reference}: {short_id(image.id)}, {image.platform}, {size(image.size)}"]
    if image.created:
        lines.append(f"made {age(image.created, now)}")
    if image.pulled:
        lines.append(f"here since {age(image.pulled, now)}")
    lines.append(f"names: {', '.join(image.names) or 'none'}")
    if image.digests:
        lines.append(f"digests: {', '.join(image.digests)}")
    if image.containers:
        used = ", ".join(f"{each.name} ({each.state})" for each in image.containers)
        lines.append(f"used by {used}")
    if image.config:
        runs = " ".join((*image.config.entrypoint, *image.config.command))
        lines.append(f"runs {clip(runs, _WIDTH) or 'nothing'} as {image.config.user or 'root'}")
    lines.append(counted(len(image.layers), "layer"))
    return "\n".join(clean(line) for line in lines)


def layers_text(found: ImageLayers) -> str:
    where = "on the disk" if found.source == "engine" else "compressed, in the registry"
    lines = [f"{found.reference}: {size(found.size)} {where}"]
    if found.base:
        lines.append(f"base image {found.base}")
    for each in found.layers[:_LAYERS]:
        written = clip(" ".join(each.instruction.split()), _WIDTH)
        lines.append(f"{size(each.size):>9}  {short_id(each.digest or '') or '-':<12}  {written}")
    if (more := len(found.layers) - _LAYERS) > 0:
        lines.append(f"and {counted(more, 'step')} more")
    return "\n".join(clean(line) for line in lines)
