"""What is done on every core in tests: in a module that a process started anew finds, too."""

import multiprocessing
import os
import signal
from collections.abc import Sequence
from typing import NoReturn


def squares(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Square each number, and say which process did."""
    return [(number * number, os.getpid()) for number in numbers]


def ends_itself(numbers: Sequence[int]) -> Sequence[int]:
    """End the process that does anything but the first part, where it is another than the tests'."""
    if 0 not in numbers and multiprocessing.parent_process() is not None:
        os.kill(os.getpid(), signal.SIGKILL)
    return numbers


def fails(numbers: Sequence[int]) -> NoReturn:
    raise LookupError(str(numbers[0]))
