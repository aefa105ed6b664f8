"""What is done on every core comes out as if it were done here, one after the other."""

import os
from itertools import chain

import pytest

from support.parts_of_work import ends_itself, fails, squares
from tagwise.cli.cores import on_every_core

FEW, MANY = 10, 4_000


def done(work, count):
    return list(chain.from_iterable(on_every_core(work, range(count))))


@pytest.mark.parametrize("count", [0, 1, FEW, MANY])
def test_everything_is_done_once_in_order(count):
    assert [square for square, _ in done(squares, count)] == [n * n for n in range(count)]


def test_few_things_are_done_here():
    assert {process for _, process in done(squares, FEW)} == {os.getpid()}


def test_what_goes_wrong_elsewhere_is_raised_here():
    for count in (FEW, MANY):
        with pytest.raises(LookupError, match="0"):
            done(fails, count)


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one core alone")
def test_a_process_that_is_ended_is_told():
    with pytest.raises(ChildProcessError, match="was ended"):
        done(ends_itself, MANY)


def test_only_so_much_is_made_ahead():
    """Each part that is under way waits in memory: all of them would be the whole tree."""
    made = on_every_core(squares, range(100_000))
    first = next(made)
    assert 0 < len(first) <= 400
    made.close()
