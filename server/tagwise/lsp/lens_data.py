"""What travels between a code lens and its resolve request.

Does not know what the parts of a lens say.
"""

import attrs
from cattrs import structure
from cattrs.errors import BaseValidationError

from tagwise.ide.lens_part import LensPart
from tagwise.lsp.image_target import ImageTarget, to_wire


@attrs.frozen
class LensData:
    part: LensPart
    target: ImageTarget

    def to_wire(self) -> dict[str, object]:
        return {"part": self.part.value, "target": to_wire(self.target)}

    @classmethod
    def from_wire(cls, raw: object) -> "LensData | None":
        """Return the data, or None where a client sends something else."""
        try:
            return structure(raw, LensData)
        except (BaseValidationError, TypeError, ValueError):
            return None
