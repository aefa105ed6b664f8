"""Where credentials are kept on this machine, in the order they are looked for.

    DOCKER_AUTH_CONFIG               the content of a config.json
    REGISTRY_AUTH_FILE               the path of an auth.json
    DOCKER_CONFIG or ~/.docker       config.json
    $XDG_RUNTIME_DIR/containers      auth.json, of Podman
    ~/.config/containers             auth.json

In each, the helper for a registry (`credHelpers`) goes before the one for all (`credsStore`), and
that before what is written down (`auths`); what one file lacks, the next may have.  Files are read
again when they change: `docker login` may happen any time.
Does not know what the files look like inside, nor how a helper is asked.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

import attrs

from tagwise.registry.clock import Clock
from tagwise.registry.credential_files import CredentialFile, read_credential_file, unusable
from tagwise.registry.credential_helpers import SECONDS, CredentialHelpers
from tagwise.registry.credentials import Anonymous, Credential, Keychain
from tagwise.registry.hosts import credential_server
from tagwise.registry.programs import find_program


def system_keychain(
    environment: Mapping[str, str],
    home: Path,
    *,
    clock: Clock,
    workspace: Iterable[Path] = (),
    helper_seconds: float = SECONDS,
) -> Keychain:
    """Give the keychain of this machine's user; no helper is taken from inside `workspace`."""
    find = partial(find_program, environment=environment, outside=tuple(workspace))
    helpers = CredentialHelpers(
        find=find, home=home, environment=environment, clock=clock, seconds=helper_seconds
    )
    inline = environment.get("DOCKER_AUTH_CONFIG")
    origin = "the environment's DOCKER_AUTH_CONFIG"
    fixed = (read_credential_file(inline.encode(), origin=origin),) if inline else ()
    return SystemKeychain(fixed, tuple(_paths(environment, home)), helpers, home=home)


class SystemKeychain:
    """`fixed` goes before what is in the files at `paths`."""

    def __init__(
        self,
        fixed: tuple[CredentialFile, ...],
        paths: tuple[Path, ...],
        helpers: CredentialHelpers,
        *,
        home: Path,
    ) -> None:
        self._fixed = fixed
        self._files = tuple(_WatchedFile(path, _familiar(path, home)) for path in paths)
        self._helpers = helpers

    def known(self, registry: str, repository: str) -> Credential | None:
        nobody = Anonymous()
        for file in self._sources():
            nobody = Anonymous(file.problem) if file.problem else nobody
            if helper := file.helper(registry):
                answer = self._helpers.known(helper, credential_server(registry))
                if not isinstance(answer, Anonymous):
                    return answer
                nobody = answer if answer.why else nobody
            entry = file.entry(registry, repository)
            if entry is not None:
                return entry
        return nobody

    async def credential(self, registry: str, repository: str) -> Credential:
        """Ask the helpers that come before the first answer."""
        for file in self._sources():
            if helper := file.helper(registry):
                answer = await self._helpers.credential(helper, credential_server(registry))
                if not isinstance(answer, Anonymous):
                    return answer
            entry = file.entry(registry, repository)
            if entry is not None:
                return entry
        return self.known(registry, repository) or Anonymous()

    async def renewed(
        self, registry: str, repository: str, *, refused: Credential
    ) -> Credential | None:
        """Ask a helper again whose answer has grown old: ECR's passwords last twelve hours."""
        helpers = (file.helper(registry) for file in self._sources())
        server = credential_server(registry)
        forgotten = [self._helpers.forget(helper, server) for helper in helpers if helper]
        if not any(forgotten):
            return None
        credential = await self.credential(registry, repository)
        return credential if credential != refused else None

    async def aclose(self) -> None:
        await self._helpers.aclose()

    def _sources(self) -> Iterator[CredentialFile]:
        yield from self._fixed
        for file in self._files:
            if (content := file.read()) is not None:
                yield content


@attrs.define
class _WatchedFile:
    """A file of logins, read when it has changed."""

    path: Path
    origin: str
    _seen: tuple[int, int, int] | None = attrs.field(default=None, init=False)
    _content: CredentialFile | None = attrs.field(default=None, init=False)

    def read(self) -> CredentialFile | None:
        """Return what the file holds now; None where it is not there or cannot be read."""
        try:
            status = self.path.stat()
            seen = (status.st_mtime_ns, status.st_size, status.st_ino)
            if seen != self._seen:
                self._content = read_credential_file(self.path.read_bytes(), origin=self.origin)
                self._seen = seen
        except (FileNotFoundError, NotADirectoryError):
            self._seen, self._content = None, None
        except OSError as error:
            content = unusable(self.origin, error.strerror or str(error))
            self._seen, self._content = None, content
        return self._content


def _paths(environment: Mapping[str, str], home: Path) -> Iterator[Path]:
    if named := environment.get("REGISTRY_AUTH_FILE"):
        yield Path(named)
    configured = environment.get("DOCKER_CONFIG")
    yield (Path(configured) if configured else home / ".docker") / "config.json"
    if runtime := environment.get("XDG_RUNTIME_DIR"):
        yield Path(runtime) / "containers" / "auth.json"
    elif os.name == "posix":
        yield Path("/run/containers") / str(os.getuid()) / "auth.json"
    configuration = environment.get("XDG_CONFIG_HOME")
    yield (Path(configuration) if configuration else home / ".config") / "containers" / "auth.json"


def _familiar(path: Path, home: Path) -> str:
    return f"~/{path.relative_to(home).as_posix()}" if path.is_relative_to(home) else str(path)
