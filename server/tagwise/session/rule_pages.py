"""Where a person reads about a rule: the page of rules, as it is installed with this program.

There is a file on every machine that shows a finding, in the version that found it, and reading it
tells nobody anything; an address on the web would be neither.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import tagwise
from tagwise.ide.diagnostics.pages import rules_page

_PAGE: Final = Path("docs", "rules.md")
_HEADING: Final = "## "


def rule_address(rule: str) -> str | None:
    """Return the address of the section about a rule, with its line; None where there is none."""
    return _addresses().get(rule)


@cache
def _addresses() -> Mapping[str, str]:
    package = Path(tagwise.__file__).parent
    # Installed in place, the page is that of the source tree.
    pages = (package / _PAGE, package.parent.parent / _PAGE)
    page = next((each for each in pages if each.is_file()), None)
    if page is None:
        return MappingProxyType({})
    lines = enumerate(rules_page().splitlines(), start=1)
    return MappingProxyType(
        {
            line.removeprefix(_HEADING): f"{page.as_uri()}#L{number}"
            for number, line in lines
            if line.startswith(_HEADING)
        }
    )
