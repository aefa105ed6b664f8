"""A Dockerfile's stages and variables: where they are given and used, and that renaming is safe.

docs.docker.com/reference/dockerfile: "Environment replacement", "Using ARG variables" (ENV always
overrides), "Scope" (a stage's ARG is inherited by stages based on it); stage names without case.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwise.documents.dockerfile.syntax import parse
from tagwise.documents.model import Inputs
from tagwise.documents.names import NameKind


def names(text):
    return {(each.kind, each.name): each for each in parse(text).given_names(Inputs())}


def marked(text, name, kind=NameKind.VARIABLE):
    """Give the text with each place of the name in brackets."""
    for span in reversed(names(text)[kind, name].spans):
        text = f"{text[: span.start]}[{span.of(text)}]{text[span.end :]}"
    return text


USES = {
    "operators and nesting": "ARG [V]=1\nARG W=${[V]:-${[V]}}\nFROM a:${W%$[V]}\n",
    "a platform": "ARG [V]=linux/amd64\nFROM --platform=$[V] a\n",
    "nothing reaches a stage that does not declare it": (
        "ARG [V]=1\nFROM a:$[V]\nRUN echo $V\nARG [V]\nRUN echo $[V]\nFROM b\nRUN echo $V\n"
    ),
    "stages built on one inherit": (
        "FROM a AS One\nARG [V]=1\nFROM one\nRUN echo $[V]\nCOPY $[V] /\n"
    ),
    "ENV takes the name": (
        "FROM a AS b\nARG [V]=1\nENV V=${[V]}\nRUN echo $V\nFROM b\nRUN echo $V\n"
    ),
    "ENV of old": "FROM a\nARG [V]=1\nENV V $[V]\nRUN echo $V\n",
    "single quotes and escapes": "FROM a\nARG [V]=1\nRUN echo '$V' \\$V \"it's $[V]\" $[V]\n",
    "a shell's own script": "FROM a\nARG [V]=1\nRUN bash -ec 'echo \"$[V]\"' && echo $[V]\n",
    "here-documents": "FROM a\nARG [V]=1\nRUN <<EOF\necho ${[V]}\nEOF\nRUN echo $[V]\n",
    "continuations": "FROM a\nARG [V]=1\nRUN echo \\\n  # $V\n  $[V] && \\\n  echo ${[V]}\n",
    "what runs later": 'FROM a\nARG [V]=1\nCMD echo $V\nENTRYPOINT ["$V"]\nONBUILD RUN echo $V\n',
    "a longer name": "FROM a\nARG [V]=1\nARG VV=2\nRUN echo $VV ${VV} $[V]-x ${[V]}x\n",
}


@pytest.mark.parametrize("expected", USES.values(), ids=USES)
def test_the_uses_of_a_variable(expected):
    text = expected.replace("[V]", "V")
    assert marked(text, "V") == expected


def test_windows_shells():
    text = "# escape=`\nFROM a\nARG V=1\nRUN powershell $env:V; cmd /c echo %V%\n"
    assert marked(text, "V").endswith("$env:[V]; cmd /c echo %[V]%\n")


def test_the_uses_of_a_stage():
    text = (
        "FROM a AS Base\nFROM base AS two\nFROM Base\nCOPY --from=BASE a b\n"
        "RUN --mount=type=bind,from=base true\nCOPY --from=0 a b\nFROM b:base\n"
    )
    assert marked(text, "base", NameKind.STAGE) == (
        "FROM a AS [Base]\nFROM [base] AS two\nFROM Base\nCOPY --from=[BASE] a b\n"
        "RUN --mount=type=bind,from=[base] true\nCOPY --from=0 a b\nFROM b:base\n"
    )


@pytest.mark.parametrize("name", ["TARGETARCH", "http_proxy", "BUILDKIT_SBOM_SCAN_STAGE"])
def test_a_predefined_variable_keeps_its_name(name):
    assert names(f"ARG {name}\nFROM a\n")[NameKind.VARIABLE, name].obstacle


words = st.sampled_from(
    ["$V", "${V}", "${V:-x}", "V", "$VV", "'$V'", '"$V"', "\\$V", "x", "${W}", "$W-y", "${V#3}"]
)
lines = st.one_of(
    st.builds("RUN echo {} {}".format, words, words),
    st.builds("ENV A={}".format, words),
    st.builds("ARG W={}".format, words),
    st.sampled_from(
        ["ARG V", "ARG V=2", "ENV V=3", "FROM s AS t", "FROM b:${V} AS s", "COPY --from=s a b"]
    ),
)


@given(st.lists(lines, max_size=12), words)
def test_renaming_a_variable_changes_nothing_that_is_read(body, tag):
    text = "\n".join(["ARG V=1", "ARG W=2", f"FROM a:{tag.strip(chr(39))} AS s", *body, ""])
    name = names(text)[NameKind.VARIABLE, "V"]
    renamed = text
    for span in reversed(name.spans):
        assert span.of(text) == "V"
        renamed = f"{renamed[: span.start]}NEW{renamed[span.end :]}"

    def read(each):
        return [
            (o.value.text, o.reference, o.skipped and o.skipped.reason) for o in each.occurrences
        ]

    before, after = (read(parse(each).evaluate(Inputs())) for each in (text, renamed))
    assert [(v.replace("NEW", "V"), r, s) for v, r, s in after] == before
    again = names(renamed)[NameKind.VARIABLE, "NEW"]
    assert len(again.spans) == len(name.spans)


@given(st.lists(lines, max_size=12))
def test_renaming_a_stage_changes_nothing_that_is_read(body):
    text = "\n".join(["ARG V=1", "FROM a AS s", *body, ""])
    name = names(text)[NameKind.STAGE, "s"]
    renamed = text
    for span in reversed(name.spans):
        renamed = f"{renamed[: span.start]}fresh{renamed[span.end :]}"

    def read(each):
        return [
            (o.reference, o.skipped and o.skipped.reason)
            for o in each.occurrences
            if o.value.text not in {"s", "fresh"}
        ]

    assert read(parse(renamed).evaluate(Inputs())) == read(parse(text).evaluate(Inputs()))
    stages = [o for o in parse(renamed).evaluate(Inputs()).occurrences if o.value.text == "s"]
    assert not stages
