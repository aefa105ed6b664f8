"""While a line is half typed: the references on other lines that are lost, for every sample.

Those that go with a line that is blank do not count: their own structure is what was broken.
"""

import sys
from collections import Counter

import pytest

from support.breaks import BREAKS
from support.samples import EXPECTED, SAMPLES
from tagwise.documents.languages import Language, language_of
from tagwise.documents.model import Inputs

# Of a hundred references on other lines, about how many; measured, and to be brought down.
MOST = {
    "azure-pipelines": 0.3,
    "bake": 0.8,
    "bitbucket-pipelines": 0.3,
    "circleci": 0.6,
    "cloud-build": 0.0,
    "compose": 0.6,
    "devcontainer": 0.0,
    "dockerfile": 0.1,
    "github-actions": 0.4,
    "gitlab-ci": 0.9,
    "helm-values": 0.6,
    "kubernetes": 0.5,
    "kustomize": 0.2,
    "quadlet": 0.0,
    "woodpecker": 0.6,
}


def found(language: Language, text: str) -> set[tuple[int, str]]:
    parsed = language.parse(text).evaluate(Inputs())
    return {
        (text.count("\n", 0, each.span.start), each.span.of(text)) for each in parsed.occurrences
    }


def lost(language: Language, text: str) -> tuple[int, int]:
    """Break every line in every way; return how many references were lost, and of how many."""
    lines, missing, of = text.split("\n"), 0, 0
    whole = found(language, text)
    for number, line in enumerate(lines):
        if not line.strip():
            continue

        def read(with_line: str, number: int = number) -> set[tuple[int, str]]:
            return found(language, "\n".join([*lines[:number], with_line, *lines[number + 1 :]]))

        others = {each for each in whole & read("") if each[0] != number}
        for breaks in BREAKS.values():
            missing += len(others - read(breaks(line)))
            of += len(others)
    return missing, of


def test_a_broken_line_loses_few_references_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    missing, of = Counter[str](), Counter[str]()
    for path in EXPECTED:
        text = (SAMPLES / path).read_text()
        language = language_of(path, text)
        assert language is not None
        counts = lost(language, text)
        missing[language.id] += counts[0]
        of[language.id] += counts[1]
    rates = {name: 100 * missing[name] / count for name, count in of.items() if count}
    with capsys.disabled():
        told = (f"  {name}: {rate:.2f}%" for name, rate in rates.items())
        sys.stdout.write("\nReferences lost on other lines than a broken one:\n")
        sys.stdout.write("\n".join(told) + "\n")
    for name, rate in rates.items():
        assert rate <= MOST[name], name
