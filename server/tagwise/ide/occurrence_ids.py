"""Names for the occurrences of a document that outlive its edits: opaque to whoever is given one.

An occurrence is the k-th of the n that mean the same; what stands before and after it may change.
Does not know which document it is, nor who keeps the names.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Final

from tagwise.documents.model import Occurrence

_LENGTH: Final = 8
_SEPARATOR: Final = "\0"


def occurrence_ids(occurrences: Sequence[Occurrence]) -> tuple[str, ...]:
    """Return the name of each occurrence of one document."""
    prints = [_print(each) for each in occurrences]
    of_each, so_far = Counter(prints), Counter[str]()
    names: list[str] = []
    for each in prints:
        so_far[each] += 1
        names.append(f"{each}.{so_far[each]}.{of_each[each]}")
    return tuple(names)


def occurrence_id(occurrences: Sequence[Occurrence], occurrence: Occurrence) -> str:
    """Return the name of one of a document's occurrences."""
    where = next(at for at, each in enumerate(occurrences) if each is occurrence)
    return occurrence_ids(occurrences)[where]


def find_occurrence(occurrences: Sequence[Occurrence], name: str) -> Occurrence | None:
    """Return the occurrence of that name, where it is there still and no other may be meant."""
    named = zip(occurrence_ids(occurrences), occurrences, strict=True)
    return next((each for its_name, each in named if its_name == name), None)


def _print(occurrence: Occurrence) -> str:
    """Return what is the same for occurrences that mean the same to a person."""
    platform = str(occurrence.platform or "")
    said = (occurrence.role.value, occurrence.value.text, occurrence.variant or "", platform)
    written = _SEPARATOR.join(said).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(written, digest_size=_LENGTH).hexdigest()
