"""Whether a YAML text is a compose file, told without parsing it.

A compose file maps names to services under a top-level `services`.  GitLab CI has a list there,
Symfony has services that neither run nor build an image.  Does not know what a service means.
"""

import re
from typing import Final

_SERVICES: Final = re.compile(
    r"^(?:\ufeff|\{[ \t]*)?([\"']?)services\1[ \t]*:(?P<inline>[^\r\n]*)(?P<block>(?:\r?\n(?:[ \t][^\r\n]*|#[^\r\n]*)?)*)",
    re.MULTILINE,
)
_FLOW_SERVICE: Final = re.compile(r"\{[^{}]*\{[^{}]*\b(?:image|build|extends)[\"']?[ \t]*:")
_CHILD: Final = re.compile(r"^(?P<indent> +)(?![ #\t\r\n])(?P<dash>-?)", re.MULTILINE)
_SERVICE_KEY: Final = re.compile(
    r"^(?P<indent> +)[\"']?(?:image|build|extends|<<)[\"']?[ \t]*:", re.MULTILINE
)
_FLOW_KEY: Final = re.compile(r":[^#\r\n]*\{[^#\r\n]*\b(?:image|build|extends)[\"']?[ \t]*:")


def looks_like_compose(text: str) -> bool:
    """Whether `services` at the top level maps names to what runs or builds an image."""
    return any(_holds_services(match) for match in _SERVICES.finditer(text))


def _holds_services(match: re.Match[str]) -> bool:
    block = match["block"]
    if match["inline"].lstrip().startswith("{"):
        return bool(_FLOW_SERVICE.search(match["inline"] + block))
    child = _CHILD.search(block)
    if child is None or child["dash"]:
        return False
    deeper = len(child["indent"]) + 1
    keys = _SERVICE_KEY.finditer(block)
    return any(len(key["indent"]) >= deeper for key in keys) or bool(_FLOW_KEY.search(block))
