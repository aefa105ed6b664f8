"""What is installed with the program runs wherever Python does: nothing in it has to be compiled."""

import subprocess
import sys
from importlib.metadata import distribution

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

COMPILED = (".so", ".pyd", ".dylib", ".dll")
# Compiled where there is a wheel for it, in Python elsewhere; every test of YAML runs on both.
WITH_A_PURE_FALLBACK = frozenset({"pyyaml"})


def closure():
    """Every distribution the program brings along, by the names and the extras that ask for it."""
    found, left = set(), [Requirement("tagwise")]
    while left:
        asked = left.pop()
        name = canonicalize_name(asked.name)
        for extra in ("", *asked.extras):
            if (name, extra) in found:
                continue
            found.add((name, extra))
            left += [
                each
                for each in map(Requirement, distribution(name).requires or ())
                if each.marker is None or each.marker.evaluate({"extra": extra})
            ]
    return sorted({name for name, _ in found} - {"tagwise"})


CLOSURE = closure()


def test_the_closure_goes_deeper_than_what_we_name():
    # h2 by an extra of httpx, hpack by h2.
    assert {"pygls", "h2", "hpack", "pyyaml"} <= {*CLOSURE}


@pytest.mark.parametrize("name", sorted({*CLOSURE} - WITH_A_PURE_FALLBACK))
def test_nothing_has_to_be_compiled(name):
    files = distribution(name).files or ()
    assert files
    assert not [str(each) for each in files if each.suffix in COMPILED]
    assert "Root-Is-Purelib: true" in (distribution(name).read_text("WHEEL") or "")


def test_yaml_is_read_without_its_compiled_part():
    program = """
import sys
sys.modules["yaml._yaml"] = sys.modules["_yaml"] = None
from tagwise.documents.yaml_events import FASTEST, PURE
from tagwise.documents.languages import language_of
text = "services: {db: {image: postgres:17}}"
found = language_of("compose.yaml", text)
found.parse(text)
print(FASTEST is PURE, found.id)
"""
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "True compose\n"
