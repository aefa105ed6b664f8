"""One editor's (or one command's) session: its documents, its settings, and what it can ask.

Does not know who it serves, nor how a connection to registries is built.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tagwise.oci.platform import Platform
from tagwise.registry.clock import Clock
from tagwise.session.background import BackgroundTasks
from tagwise.session.files import Files
from tagwise.session.settings import Settings
from tagwise.session.workspace import Workspace

if TYPE_CHECKING:
    # What talks to registries is imported when something is first asked: an editor waits for us.
    from tagwise.registry.resolver import Resolver
    from tagwise.session.lookup import Lookup
    from tagwise.session.pinner import Pinner


class Connection(Protocol):
    """A way to ask registries, for one set of settings."""

    @property
    def resolver(self) -> "Resolver": ...

    async def aclose(self) -> None: ...


class Session:
    """`connect` builds a connection; it is called when something is first asked."""

    def __init__(
        self,
        connect: Callable[[Settings, bool], Connection],
        *,
        clock: Clock,
        platform: Platform,
        environment: Mapping[str, str],
    ) -> None:
        self.clock = clock
        self.tasks = BackgroundTasks()
        self.workspace = Workspace(Files(()), environment=environment, platform=platform)
        self._connect = connect
        self._platform = platform
        self._trusted = True
        self._connection: Connection | None = None
        self._lookup: Lookup | None = None

    @property
    def trusted(self) -> bool:
        return self._trusted

    @property
    def lookup(self) -> "Lookup":
        from tagwise.session.lookup import Lookup

        if self._lookup is None:
            settings = self.workspace.settings
            self._lookup = Lookup(
                self.resolver,
                platform=settings.platform or self._platform,
                clock=self.clock,
                tasks=self.tasks,
                trusted=self._trusted,
            )
        return self._lookup

    @property
    def resolver(self) -> "Resolver":
        return self._connected().resolver

    @property
    def pinner(self) -> "Pinner":
        from tagwise.session.pinner import Pinner

        return Pinner(self.resolver)

    def configure(self, settings: Settings, *, roots: tuple[Path, ...]) -> None:
        """Take over new settings; a connection built for others ends behind."""
        if settings != self.workspace.settings:
            self._disconnect()
        self.workspace.configure(settings, roots=roots)

    def trust(self, *, trusted: bool) -> None:
        """Say whether the workspace may make us ask, and with credentials."""
        if trusted != self._trusted:
            self._trusted = trusted
            self._disconnect()

    async def aclose(self) -> None:
        """End everything that still runs, then the connection."""
        await self.tasks.aclose()
        if self._connection is not None:
            await self._connection.aclose()

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._connect(self.workspace.settings, self._trusted)
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self.tasks.start(self._connection.aclose(), name="close the connection")
        self._connection = self._lookup = None
