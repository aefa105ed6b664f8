"""What commands on the engine answer, for clients that draw it themselves: JSON by `wire.py`.

A client needs to know nothing of images: `reference` is what it names one by in another command.
Does not know where the values come from.
"""

import attrs


@attrs.frozen
class PulledImage:
    """`reference` as its document spells it; `digest` is the one its registry has it by."""

    reference: str
    digest: str
    was_up_to_date: bool
