"""What time it is, as a function that tests replace."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

Clock: TypeAlias = Callable[[], datetime]
"""Gives the present time, aware, in UTC."""


def system_clock() -> datetime:
    return datetime.now(UTC)
