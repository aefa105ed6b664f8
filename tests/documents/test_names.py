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
            "   dockerfile_inline: |\n",
            "   dockerfile_inline: >2-\n",
            "     ARG A=1\n",
            "     FROM $$A AS b\n",
            "     COPY --from=${B:-b} x\n",
            '   dockerfile_inline: "ARG A\\nFROM $A AS b\\u0041\\nFROM b"\n',
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
            "  dockerfile-inline = <<-E\n",
            "    ARG A\n    FROM $A AS b\n    FROM b\n",
            "  E\n",
            '  dockerfile-inline = "FROM ${A} AS b\\nFROM b"\n',
            'variable "A" { default = "b" }\n',
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


HELD = {
    "compose": ("services:\n a:\n  build:\n   target: b\n   dockerfile_inline: {}\n", "     "),
    "bake": ('target "a" {{\n  target = "b"\n  dockerfile-inline = {}\n}}\n', ""),
}
HEADS = {"compose": ("|", "|2-", ">", "|+"), "bake": ("<<E", "<<-E")}
LINES = (
    *("ARG A=1", "ARG B", "FROM $$A AS b", "FROM ${A} AS b", "FROM b AS B", "FROM x AS y"),
    *("COPY --from=b z z", "COPY --from=${A:-b} z", "RUN echo $${A}", "RUN <<F", "F", "", "# b"),
)


@pytest.mark.parametrize("language", HELD)
@given(data=st.data())
def test_names_stand_where_they_are_said_to_in_a_dockerfile_that_is_held(language, data):
    frame, indent = HELD[language]
    lines = data.draw(st.lists(st.sampled_from(LINES), max_size=12))
    head = data.draw(st.sampled_from(HEADS[language]))
    ending = data.draw(st.sampled_from(["\n", "\r\n"]))
    body = [head, *(f"{indent}{line}" for line in lines), *(["E"] if language == "bake" else [])]
    text = frame.format("\n".join(body)).replace("\n", ending)
    inputs = Inputs(document="compose.yaml", environment={"A": "b"})
    syntax = language_by_id(language).parse(text)
    for name in syntax.given_names(inputs):
        assert name.within is not None
        assert 0 <= name.within.start < name.within.end <= len(text)
        for span in name.spans:
            assert 0 <= span.start <= span.end <= len(text)
            assert name.obstacle is not None or span.of(text).lower() == name.name.lower()
    for said in syntax.names_elsewhere(inputs):
        assert said.giver.within is not None


def span_says(name, text):
    return name.span.of(text).lower() == (name.name or "").lower()
