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
    forgotten: datetime


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
        now = self._clock()
        failure = self._failures.get(key)
        if failure is not None and failure.forgotten > now:
            raise failure.error.with_traceback(None)
        try:
            return await ask()
        except RegistryError as error:
            self._keep(key, error)
            raise

    def _keep(self, key: Hashable, error: RegistryError) -> None:
        now = self._clock()
        self._failures = {
            each: failure for each, failure in self._failures.items() if failure.forgotten > now
        }
        self._failures[key] = _Failure(error, now + FAILURE_LIFETIME)
