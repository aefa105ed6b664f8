"""The engine of one session: its client, made when it is first needed, and what is known through it.

Does not know how the engine is found, nor why it may be asked.
"""

from collections.abc import Callable
from typing import Final

from tagwise.engine.client import EngineClient
from tagwise.engine.endpoint import EngineEndpoint
from tagwise.errors import EngineError, EngineUnreachable
from tagwise.registry.clock import Clock
from tagwise.registry.credentials import Keychain
from tagwise.session.background import BackgroundTasks
from tagwise.session.local_images import FIRST_PAUSE, LocalImages
from tagwise.session.pulls import Pulls

_LOCAL: Final = frozenset({"unix", "npipe"})


class SessionEngine:
    """`reach` finds the engine and gives a client; it raises ours where there is no way to it."""

    def __init__(
        self,
        reach: Callable[[], EngineClient],
        *,
        keychain: Callable[[], Keychain],
        tasks: BackgroundTasks,
        changed: Callable[[], None],
        clock: Clock,
        pause: float = FIRST_PAUSE,
    ) -> None:
        self._reach = reach
        self._tasks = tasks
        self._client: EngineClient | None = None
        self._left: list[EngineClient] = []
        self.images = LocalImages(
            self.client, renew=self.renew, tasks=tasks, changed=changed, clock=clock, pause=pause
        )
        self.pulls = Pulls(self.client, keychain, tasks=tasks)

    @property
    def is_here(self) -> bool:
        """Whether it is on this machine: asking it asks nobody else."""
        try:
            return self.client().endpoint.scheme in _LOCAL
        except EngineError:
            return False

    def client(self) -> EngineClient:
        """:raises EngineUnreachable: where there is no way to an engine."""
        if self._client is None:
            self._client = self._reach()
        return self._client

    def still(self, asked: EngineEndpoint) -> EngineClient:
        """Give the client now, after a question: what a person allows one engine no other does.

        :raises EngineUnreachable: where there is another one now, or none.
        """
        client = self.client()
        if client.endpoint != asked:
            raise EngineUnreachable(
                f"nothing is done: the engine was {asked}, and is {client.endpoint} now; try again",
                endpoint=str(client.endpoint),
            )
        return client

    def renew(self) -> None:
        """Look for the engine anew: it may be another one now, elsewhere, of another version.

        What is under way over the old connection goes on, or fails by itself.
        """
        if self._client is None:
            return
        if self.pulls.are_under_way:
            self._left.append(self._client)
        else:
            self._tasks.start(self._client.aclose(), name="leave the engine")
        self._client = None

    async def aclose(self) -> None:
        self.images.stop()
        for client in (*self._left, *([self._client] if self._client else [])):
            await client.aclose()
        self._client = None
        self._left.clear()
