"""What a rule is: a name, what it is for, how severe it is unless somebody says otherwise.

Does not know any rule.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import IntEnum
from types import MappingProxyType
from typing import TypeAlias

import attrs

from tagwise.documents.model import Occurrence, Severity
from tagwise.ide.diagnostics.finding import Remark
from tagwise.ide.facts import Answer
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference


@attrs.frozen
class Evidence:
    """What is known of an image that is named somewhere; None and empty where nothing is.

    `answer` is of the reference as it is written, by its digest where it has one; `tag` of the tag
    that its digest follows.  `tags` are some of the repository's.
    """

    answer: Answer | None = None
    tag: Answer | None = None
    tags: tuple[str, ...] = ()


def _nothing(_: Occurrence) -> Evidence:
    return Evidence()


@attrs.frozen
class Policy:
    """What somebody says of rules, for one document.

    `severities` by rule, None where it is off; `passed_over` the names of images (with wildcards)
    that rules (`*` for all) say nothing of.  `allowed` are the names that may be used.
    """

    severities: Mapping[str, Severity | None] = MappingProxyType({})
    passed_over: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    allowed: tuple[str, ...] = ()


@attrs.frozen
class Elsewhere:
    """An image as another place names it."""

    document: str
    occurrence: Occurrence
    reference: ImageReference


@attrs.frozen
class Subject:
    """One reference that is looked up, and all that a rule may go by.

    `platforms` are all that are asked for in its place, where builders ask for several;
    `elsewhere` are all places that name images, and `evidence_of` tells what is known of them.
    """

    occurrence: Occurrence
    reference: ImageReference
    evidence: Evidence
    policy: Policy
    now: datetime
    platforms: frozenset[Platform] = frozenset()
    elsewhere: Sequence[Elsewhere] = ()
    evidence_of: Callable[[Occurrence], Evidence] = attrs.field(default=_nothing, eq=False)


Check: TypeAlias = Callable[[Subject], Iterator[Remark]]


class Asks(IntEnum):
    """What a registry has to be asked for a rule to say anything."""

    NOTHING = 0
    DIGEST = 1
    IMAGE = 2


@attrs.frozen
class Rule:
    """`default` is None for a rule that is off; `says` and `why` are what its page says.

    A rule without `check` is one that reading a document applies.
    """

    id: str
    default: Severity | None
    says: str
    why: str
    check: Check | None = None
    fix: str | None = None
    asks: Asks = Asks.NOTHING
