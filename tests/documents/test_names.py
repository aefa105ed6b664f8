"""Names of Dockerfiles, wherever they are given and said: reading them never fails, whatever the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwise.documents.languages import language_by_id
from tagwise.documents.model import Inputs
from tagwise.documents.names import Naming, NamingElsewhere

PIECES = {
    "dockerfile": (
        *("ARG A=1\n", "ARG A", "FROM $A AS a\n", "FROM a\n", "COPY --from=a ", "RUN <<E\n$A\nE\n"),
        *(
            "ENV A=$A B\n",
            "'",
            '"',
            "\\\n",
            "$",
            "${A",
            "}",
            "# escape=`\n",
            "bash -c '$A'",
            "\r\n",
        ),
    ),
    "compose": (
        *("services:\n", " a:\n", "  build:\n", "   context: x\n", "   target: b\n", "   args:\n"),
        *("    A: 1\n", "    - A=1\n", "    - A\n", "   args: [A, 'B=1']\n", "  build: .\n", "&x "),
        *(
            "   args: *x\n",
            "   <<: *x\n",
            "   target: ${B}\n",
            '   target: "\\x41"\n',
            ": ",
            "{",
            "- ",
        ),
    ),
    "bake": (
        *(
            'target "a" {\n',
            "}\n",
            '  target = "b"\n',
            "  args = {\n",
            "    A = 1\n",
            '"A": "x",\n',
        ),
        *(
            '  context = "c"\n',
            "${A}",
            '"',
            "{",
            '  matrix = { A = ["b"] }\n',
            '{"target": {"a": {',
        ),
    ),
    "devcontainer": (
        *(
            "{",
            '"build": {',
            '"dockerfile": "D",',
            '"target": "b",',
            '"args": {',
            '"A": "1"',
            "}",
            ",",
        ),
        *("// x\n", '"context": ".."', '"'),
    ),
}


@pytest.mark.parametrize("language", PIECES)
@given(data=st.data())
def test_names_stand_where_they_are_said_to(language, data):
    text = "".join(data.draw(st.lists(st.sampled_from(PIECES[language]), max_size=25)))
    syntax = language_by_id(language).parse(text)
    if isinstance(syntax, Naming):
        for name in syntax.given_names(Inputs(document="compose.yaml")):
            assert name.definitions
            for span in name.spans if name.obstacle is None else ():
                assert span.of(text).lower() == name.name.lower()
    if isinstance(syntax, NamingElsewhere):
        for name in syntax.names_elsewhere(Inputs(document="compose.yaml")):
            assert 0 <= name.span.start <= name.span.end <= len(text)
            if name.is_written:
                assert span_says(name, text)


def span_says(name, text):
    return name.span.of(text).lower() == (name.name or "").lower()
