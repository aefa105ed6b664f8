"""What has just failed, so that it is not tried again at once.

Does not know what is tried.
"""

from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime, timedelta
from typing import Final, TypeVar

import attrs

from tagwise.errors import RegistryError
from tagwise.registry.clock import Clock

FAILURE_LIFETIME: Final = timedelta(seconds=30)

_T = TypeVar("_T")


@attrs.frozen
class _Failure:
    error: RegistryError
    moment: datetime

    def counts(self, now: datetime) -> bool:
        """Whether it is of the last half minute, also by a clock that was set back since."""
        return abs(now - self.moment) < FAILURE_LIFETIME


class Failures:
    """The failures of the last half minute, by what was tried."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures: dict[Hashable, _Failure] = {}

    def forget(self) -> None:
        """Have everything tried again."""
        self._failures = {}

    async def attempt(self, key: Hashable, ask: Callable[[], Awaitable[_T]]) -> _T:
        """Do `ask`, unless it has just failed.

        :raises RegistryError: its own, or the one it failed with.
        """
        failure = self._failures.get(key)
        if failure is not None and failure.counts(self._clock()):
            raise failure.error.with_traceback(None)
        try:
            return await ask()
        except RegistryError as error:
            self._keep(key, error)
            raise

    def _keep(self, key: Hashable, error: RegistryError) -> None:
        now = self._clock()
        self._failures = {
            each: failure for each, failure in self._failures.items() if failure.counts(now)
        }
        self._failures[key] = _Failure(error, now)
