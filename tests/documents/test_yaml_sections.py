"""YAML cut into parts: by what the text looks like, whether it is YAML or not."""

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwise.documents.yaml_sections import parts_of


def parts(text):
    return [part.of(text) for part in parts_of(text)]


def test_a_section_is_one_part_or_its_entries_are():
    text = dedent("""\
        # a comment
        name: demo
        list:
        - a
        - b
        flow: {
          a: b
        }
        script: |
          echo
        services:  # all of them
          # the first
          web:
            image: a

          db: {image: b}
           odd: c
        ---
        kind: Pod
        """)
    assert parts(text) == [
        "name: demo\n",
        "list:\n- a\n- b\n",
        "flow: {\n  a: b\n}\n",
        "script: |\n  echo\n",
        "  web:\n    image: a\n\n",
        "  db: {image: b}\n   odd: c\n",
        "kind: Pod\n",
    ]


@given(st.text(alphabet="ab:-#{}[]'\" \t\r\n|&*?%\ufeff"))
def test_parts_are_lines_in_order(text):
    end = 0
    for part in parts_of(text):
        assert end <= part.start < part.end <= len(text)
        assert part.start == 0 or text[part.start - 1] == "\n"
        end = part.end


@pytest.mark.parametrize(
    "text", ["[[]][[]\x1d::" + "&" * 45, "a: " + "&: " * 30_000, "a: #" * 30_000]
)
def test_a_line_takes_its_length(text):
    """Found by atheris: what may stand behind a key was tried in every combination."""
    assert len(parts(text)) <= 1
    assert len(parts(f"{text}\n  b: c\n")) <= 1
