"""Variables that keep compose from reading a file, wherever in it they are used.

One that must be set and is not, or one that is written wrong (compose-go, `template`): compose
stops there, though no image may be concerned.
Does not know what the values are for.
"""

import re
from collections.abc import Iterator
from typing import Final

from tagwise.documents.compose.references import fault_problem, is_template
from tagwise.documents.compose.scope import Scope
from tagwise.documents.model import Problem
from tagwise.documents.yaml_tree import YamlTree

# Whatever opens a brace and is neither `${NAME}` nor `${NAME-…}` nor `${NAME+…}`.
_SUSPECT: Final = re.compile(r"\$\{(?![A-Za-z_][A-Za-z0-9_]*(?:\}|:?[-+]))")


def interpolation_faults(tree: YamlTree, text: str, scope: Scope) -> Iterator[Problem]:
    if _SUSPECT.search(text):
        for scalar in tree.scalars(_SUSPECT):
            if not is_template(scalar.value):
                source = scalar.traced(scope.document)
                for fault in scope.interpolated(scalar).faults:
                    yield fault_problem(fault, source, scalar, scope)
