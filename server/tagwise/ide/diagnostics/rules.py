"""The table of rules: everything Tagwise may find wrong.

A new rule is one module and one row here.
"""

from types import MappingProxyType
from typing import Final

from tagwise.ide.diagnostics.digest_gone import DIGEST_GONE
from tagwise.ide.diagnostics.digest_mismatch import DIGEST_MISMATCH
from tagwise.ide.diagnostics.drift import DRIFT
from tagwise.ide.diagnostics.invalid_base_image_platform import INVALID_BASE_IMAGE_PLATFORM
from tagwise.ide.diagnostics.latest import LATEST
from tagwise.ide.diagnostics.not_found import NOT_FOUND
from tagwise.ide.diagnostics.platform_missing import PLATFORM_MISSING
from tagwise.ide.diagnostics.read_rules import READ_RULES
from tagwise.ide.diagnostics.registry_not_allowed import REGISTRY_NOT_ALLOWED
from tagwise.ide.diagnostics.same_image_different_tags import SAME_IMAGE_DIFFERENT_TAGS
from tagwise.ide.diagnostics.tag_deleted import TAG_DELETED
from tagwise.ide.diagnostics.unpinned import UNPINNED
from tagwise.ide.diagnostics.unset_variable import UNSET_VARIABLE
from tagwise.ide.diagnostics.untagged import UNTAGGED

RULES: Final = (
    NOT_FOUND,
    DIGEST_GONE,
    PLATFORM_MISSING,
    INVALID_BASE_IMAGE_PLATFORM,
    TAG_DELETED,
    DRIFT,
    DIGEST_MISMATCH,
    UNPINNED,
    LATEST,
    UNTAGGED,
    REGISTRY_NOT_ALLOWED,
    SAME_IMAGE_DIFFERENT_TAGS,
    UNSET_VARIABLE,
    *READ_RULES,
)

RULE_BY_ID: Final = MappingProxyType({rule.id: rule for rule in RULES})
