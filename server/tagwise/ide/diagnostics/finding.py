"""What a rule says of one place.

Does not know why it says so, nor how a finding reaches a person.
"""

import attrs

from tagwise.documents.model import Occurrence, Severity
from tagwise.documents.traced import Place, Span
from tagwise.ide.edits import Plan


@attrs.frozen
class Related:
    """Another place that has to do with it, and how: a sentence for a person."""

    place: Place
    message: str


@attrs.frozen
class Replacement:
    """An edit that would make the finding go away, by what a person reads in a menu."""

    title: str
    plan: Plan


@attrs.frozen
class Remark:
    """What a rule says: a sentence for a person, and where it is not the whole reference, where.

    `part` is a span of the reference's text.
    """

    message: str
    part: tuple[int, int] | None = None
    related: tuple[Related, ...] = ()
    replacements: tuple[Replacement, ...] = ()


@attrs.frozen
class Finding:
    """`rule` is its id; `span` lies in the document that was read."""

    rule: str
    severity: Severity
    message: str
    span: Span
    occurrence: Occurrence | None = None
    related: tuple[Related, ...] = ()
    replacements: tuple[Replacement, ...] = ()
