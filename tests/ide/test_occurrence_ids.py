"""An occurrence is found again by its name whatever was edited around it; no other is taken for it."""

from support.formats import read
from tagwise.documents.languages import language_by_id
from tagwise.ide.occurrence_ids import find_occurrence, occurrence_id, occurrence_ids

TWO = "FROM python:3.12 AS a\nFROM python:3.12 AS b\nFROM alpine:3.20\n"


def occurrences(text):
    return read(language_by_id("dockerfile").parse, text).occurrences


def found_after(text, which, changed):
    """Name the `which`-th image of `text`; give the text that has the name in `changed`."""
    before = occurrences(text)
    after = occurrences(changed)
    found = find_occurrence(after, occurrence_id(before, before[which]))
    return found and (found.span.of(changed), after.index(found))


def test_names_are_each_others_no_equals():
    assert len({*occurrence_ids(occurrences(TWO))}) == 3


def test_lines_above_do_not_matter():
    assert found_after(TWO, 1, f"# a comment\n\n{TWO}") == ("python:3.12", 1)


def test_what_else_stands_there_does_not_matter():
    changed = TWO.replace("alpine:3.20", "debian:12\nFROM busybox")
    assert found_after(TWO, 0, changed) == ("python:3.12", 0)


def test_an_image_that_is_another_now_is_not_found():
    assert found_after(TWO, 2, TWO.replace("3.20", "3.21")) is None


def test_an_image_asked_for_another_platform_is_not_found():
    changed = TWO.replace("FROM alpine", "FROM --platform=linux/arm64 alpine")
    assert found_after(TWO, 2, changed) is None


def test_which_of_the_same_is_meant_must_be_certain():
    one_more = TWO.replace("FROM alpine", "FROM python:3.12\nFROM alpine")
    assert found_after(TWO, 1, one_more) is None


def test_a_name_that_is_none_finds_nothing():
    assert find_occurrence(occurrences(TWO), "nonsense") is None
