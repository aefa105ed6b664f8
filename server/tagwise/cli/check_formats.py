"""The formats of `tagwise check`: a table from their names to their printers."""

from collections.abc import Callable
from enum import Enum
from types import MappingProxyType
from typing import Final

from tagwise.cli.check_annotations import github, gitlab
from tagwise.cli.check_json import as_json
from tagwise.cli.check_report import Report
from tagwise.cli.check_sarif import sarif
from tagwise.cli.check_text import as_text


class CheckFormat(Enum):
    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    GITLAB = "gitlab"


FORMATS: Final = MappingProxyType[CheckFormat, Callable[[Report], str]](
    {
        CheckFormat.TEXT: as_text,
        CheckFormat.JSON: as_json,
        CheckFormat.SARIF: sarif,
        CheckFormat.GITHUB: github,
        CheckFormat.GITLAB: gitlab,
    }
)
