"""One editor's (or one command's) session: its documents, its settings, and what it can ask.

Does not know who it serves, nor how a connection to registries is built.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import attrs

from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference
from tagwise.registry.clock import Clock
from tagwise.session.background import BackgroundTasks
from tagwise.session.files import Files
from tagwise.session.settings import Settings, read_settings
from tagwise.session.settings_files import SettingsFile
from tagwise.session.workspace import ReadDocument, Workspace

if TYPE_CHECKING:
    # What talks to registries, or looks for what is wrong, is imported when it is first wanted: an
    # editor waits for us.
    from tagwise.engine.client import EngineClient
    from tagwise.ide.diagnostics.finding import Finding
    from tagwise.ide.diagnostics.rule import Elsewhere
    from tagwise.ide.local_facts import LocalState
    from tagwise.registry.credentials import Keychain
    from tagwise.registry.rate_limits import Quota
    from tagwise.registry.resolver import Resolver
    from tagwise.session.known_tags import KnownTags
    from tagwise.session.local_images import Inventory
    from tagwise.session.lookup import Lookup
    from tagwise.session.pinner import Pinner
    from tagwise.session.session_engine import SessionEngine
    from tagwise.session.suggestions import Suggestions
    from tagwise.session.witness import Witness
    from tagwise.session.workspace_images import WorkspaceImages


class Connection(Protocol):
    """A way to ask registries, for one set of settings."""

    @property
    def resolver(self) -> "Resolver": ...

    @property
    def keychain(self) -> "Keychain": ...

    async def aclose(self) -> None: ...


@attrs.frozen
class Terms:
    """What a connection is built for: no program inside `roots` is started, but in a user's home."""

    settings: Settings
    trusted: bool
    roots: tuple[Path, ...]


class Session:
    """`connect` builds a connection, `reach_engine` an engine's client; both are called when
    something is first asked.  `engine_changed` is called when more is known of local images,
    `learned` when more is known of what registries have.

    `user` are the settings in the user's own file: everything else that is said counts over them.
    """

    def __init__(
        self,
        connect: Callable[[Terms], Connection],
        *,
        reach_engine: Callable[[Terms], "EngineClient"],
        clock: Clock,
        platform: Platform,
        environment: Mapping[str, str],
        user: SettingsFile,
    ) -> None:
        self.clock = clock
        self.tasks = BackgroundTasks()
        self.workspace = Workspace(Files(()), environment=environment, platform=platform)
        self.engine_changed: Callable[[], None] = lambda: None
        self.learned: Callable[[], None] = lambda: None
        self._connect = connect
        self._reach_engine = reach_engine
        self._platform = platform
        self._user = user
        self._trusted = True
        self._connection: Connection | None = None
        self._lookup: Lookup | None = None
        self._witness: Witness | None = None
        self._engine: SessionEngine | None = None
        self._tags: KnownTags | None = None
        self._suggestions: Suggestions | None = None
        self._images: WorkspaceImages | None = None

    @property
    def trusted(self) -> bool:
        return self._trusted

    @property
    def silence(self) -> str | None:
        """Why nobody is asked unless a person commands it; None if we may ask."""
        if not self._trusted:
            return "this workspace is not trusted"
        return "offline, by setting" if self.workspace.settings.offline else None

    @property
    def lookup(self) -> "Lookup":
        from tagwise.session.lookup import Lookup

        if self._lookup is None:
            settings = self.workspace.settings
            self._lookup = Lookup(
                self.resolver,
                platform=self._platform,
                setting=settings.platform,
                clock=self.clock,
                tasks=self.tasks,
                silence=self.silence,
                learned=self.learned,
            )
        return self._lookup

    @property
    def resolver(self) -> "Resolver":
        return self._connected().resolver

    @property
    def pinner(self) -> "Pinner":
        from tagwise.session.pinner import Pinner

        return Pinner(self.resolver, self.tags)

    @property
    def witness(self) -> "Witness":
        from tagwise.session.witness import Witness

        if self._witness is None:
            self._witness = Witness(
                self.resolver,
                self.lookup,
                platform=self.platform,
                clock=self.clock,
                silent=self.silence is not None,
            )
        return self._witness

    @property
    def engine(self) -> "SessionEngine":
        from tagwise.session.session_engine import SessionEngine

        if self._engine is None:
            terms = self._terms()
            self._engine = SessionEngine(
                lambda: self._reach_engine(terms),
                keychain=lambda: self._connected().keychain,
                tasks=self.tasks,
                changed=self.engine_changed,
                clock=self.clock,
            )
        return self._engine

    def local_state(self, reference: ImageReference) -> "LocalState | None":
        """Return what this machine's engine has of a reference, as far as it has said so.

        It is asked behind, and not at all where the workspace is not trusted.
        """
        if not self._trusted or (self.workspace.settings.offline and not self.engine.is_here):
            return None
        return self.engine.images.known(reference)

    def local_names(self) -> tuple[str, ...]:
        """Return what this machine's engine calls its images, as far as it has said so."""
        if not self._trusted or (self.workspace.settings.offline and not self.engine.is_here):
            return ()
        self.engine.images.listen()
        inventory = self.engine.images.inventory
        images = inventory.images if inventory is not None else ()
        return tuple(name for image in images for name in image.tags)

    @property
    def known_engine(self) -> tuple[str, str] | None:
        """Return the name of the engine that answers, or why none does; None while nobody knows."""
        if self._engine is None:
            return None
        images = self._engine.images
        if images.inventory is not None:
            return images.inventory.engine, ""
        return ("", images.complaint) if images.complaint else None

    def quota(self, reference: ImageReference) -> "Quota | None":
        """Return what a reference's registry has said of pulls left, if it has been asked at all."""
        return None if self._connection is None else self._connection.resolver.quota(reference)

    @property
    def tags(self) -> "KnownTags":
        from tagwise.session.known_tags import KnownTags

        if self._tags is None:
            silent = self.silence is not None
            self._tags = KnownTags(self.resolver, clock=self.clock, tasks=self.tasks, silent=silent)
        return self._tags

    @property
    def images(self) -> "WorkspaceImages":
        from tagwise.session.workspace_images import WorkspaceImages

        if self._images is None:
            self._images = WorkspaceImages(self.workspace, self.tasks)
        return self._images

    @property
    def suggestions(self) -> "Suggestions":
        from tagwise.session.suggestions import Suggestions

        if self._suggestions is None:
            self._suggestions = Suggestions(
                self.resolver,
                self.lookup,
                self.tags,
                clock=self.clock,
                tasks=self.tasks,
                silent=self.silence is not None,
            )
        return self._suggestions

    @property
    def platform(self) -> Platform:
        """The platform that is shown where nothing asks for one."""
        return self.workspace.settings.platform or self._platform

    def is_behind(self, reference: ImageReference, inventory: "Inventory") -> bool | None:
        """Whether a tag is another image now than the local one, by what is on disk; None: unknown."""
        from tagwise.ide.local_facts import Standing, standing

        local = self.engine.images.state(reference, inventory).image
        if local is None:
            return None
        match standing(reference, local, self.lookup.known(reference)):
            case Standing.BEHIND:
                return True
            case Standing.CURRENT | Standing.SAME_IMAGE:
                return False
            case Standing.UNKNOWN:
                return None

    def findings(
        self,
        read: ReadDocument,
        *,
        elsewhere: "Sequence[Elsewhere]" = (),
        selected: Collection[str] = (),
    ) -> "tuple[Finding, ...]":
        """Return what is found in a document, by what is known now; nobody is asked.

        Rules that are `selected` are on, though they may be off.
        """
        from tagwise.ide.diagnostics.findings import Case, findings

        case = Case(
            document=read.document,
            text=read.text,
            parsed=read.parsed,
            policy=self.workspace.policy(read.document, selected),
            evidence=self.witness.evidence,
            now=self.clock(),
            elsewhere=elsewhere,
        )
        return findings(case)

    def configure(self, *layers: object) -> tuple[str, ...]:
        """Take over what an editor or a command line says, the weakest layer first.

        A connection built for other settings ends behind.  Returns what cannot be used.
        """
        settings, complaints = read_settings(self._user.layer, *layers)
        before = self.workspace.settings
        if settings != before:
            self._disconnect()
        if (settings.engine, settings.offline) != (before.engine, before.offline):
            self._leave_engine()
        self.workspace.configure(settings)
        return (*self._user.complaints, *complaints)

    def look_in(self, roots: tuple[Path, ...]) -> None:
        """Say which folders make up the workspace."""
        if roots != self.workspace.files.roots:
            self._disconnect()
            self._leave_engine()
            self.workspace.look_in(roots)

    def trust(self, *, trusted: bool) -> None:
        """Say whether the workspace may make us ask, and with credentials."""
        if trusted != self._trusted:
            self._trusted = trusted
            self._disconnect()
            self._leave_engine()

    async def forget(self) -> int:
        """Forget what registries have said; return the bytes freed on disk.

        Whoever is asking them goes on.
        """
        freed = await asyncio.to_thread(self.resolver.forget)
        self._forget_in_memory()
        return freed

    async def aclose(self) -> None:
        """End everything that still runs, then the connection."""
        await self.tasks.aclose()
        await self.workspace.aclose()
        if self._engine is not None:
            await self._engine.aclose()
        if self._connection is not None:
            await self._connection.aclose()

    def _terms(self) -> Terms:
        return Terms(self.workspace.settings, self._trusted, self.workspace.files.roots)

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._connect(self._terms())
        return self._connection

    def _leave_engine(self) -> None:
        if self._engine is not None:
            self.tasks.start(self._engine.aclose(), name="leave the engine")
        self._engine = None

    def _disconnect(self) -> None:
        if self._connection is not None:
            self.tasks.start(self._connection.aclose(), name="close the connection")
        self._connection = None
        self._forget_in_memory()

    def _forget_in_memory(self) -> None:
        self._lookup = self._witness = self._tags = self._suggestions = None
