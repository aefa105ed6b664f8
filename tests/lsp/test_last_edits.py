"""What is said of a place where somebody writes, and when."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwise.documents.edited import edited
from tagwise.documents.model import Severity
from tagwise.documents.traced import Span
from tagwise.ide.diagnostics.finding import Finding
from tagwise.lsp.last_edits import PAUSE, LastEdits

BEFORE = "FROM python:3\nFROM Bad\n"
AFTER = "FROM python:3.\nFROM Bad\n"


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def finding(text, part, rule="not-found"):
    start = text.index(part)
    return Finding(rule, Severity.ERROR, "wrong", Span(start, start + len(part)))


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def edits(clock):
    edits = LastEdits(clock)
    edits.tell("a", ())
    edits.changed("a", BEFORE, AFTER)
    return edits


def test_new_is_said_after_a_pause_and_elsewhere_at_once(edits, clock):
    here, there = finding(AFTER, "3."), finding(AFTER, "Bad")
    assert edits.tell("a", (here, there)) == (there,)
    assert edits.tell("b", (here, there)) == (here, there)
    assert edits.until_pause("a") == PAUSE
    clock.now += PAUSE
    assert edits.tell("a", (here, there)) == (here, there)
    assert edits.until_pause("a") == 0


def test_what_was_said_before_goes_on_being_said_while_it_is_so(clock):
    edits = LastEdits(clock)
    edits.tell("a", (finding(BEFORE, "3"),))
    text = BEFORE
    for typed in ("3.", "3.1", "3.12"):
        after = BEFORE.replace("3", typed)
        edits.changed("a", text, after)
        text = after
        still, new = finding(text, typed), finding(text, typed, "latest")
        assert edits.tell("a", (still, new)) == (still,)
    edits.forget("a")
    assert edits.tell("a", (still, new)) == (still, new)


texts = st.text("ab", max_size=12)


@given(texts, texts, texts, texts)
def test_what_has_changed_is_where_it_is_in_the_new_text(head, old, new, tail):
    before, after = f"{head}{old}{tail}", f"{head}{new}{tail}"
    edits = LastEdits(Clock())
    edits.changed("a", before, after)
    span = edited(after, before)
    assert edits.is_written("a", span)
    assert not edits.is_written("a", Span(span.end + 1, len(after) + 2))
    assert span.start == 0 or not edits.is_written("a", Span(0, span.start - 1))
