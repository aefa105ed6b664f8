"""The programs that keep credentials: `docker-credential-NAME get`.

Follows docker/docker-credential-helpers: the registry's address on standard input, a JSON object on
standard output.  A helper may be slow, absent or broken: it has ten seconds, its answer is kept in
memory, its failure for a minute, and it is complained about once.  It is started without a shell,
with the home folder as working directory.
Does not know which helper is for whom.
"""

import asyncio
import logging
import os
import re
import signal
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

import attrs

from tagwise.errors import InvalidManifest
from tagwise.oci.json_document import parse_object, text_field
from tagwise.registry.clock import Clock
from tagwise.registry.credentials import Anonymous, Credential, IdentityToken, Password
from tagwise.registry.flights import Flights

SECONDS: Final = 10.0
_LOG: Final = logging.getLogger(__name__)
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_KEPT: Final = timedelta(hours=1)
_FAILURE_KEPT: Final = timedelta(minutes=1)
_OUTPUT_LIMIT: Final = 64 * 1024
_END_SECONDS: Final = 2.0
_TOKEN_USER: Final = "<token>"  # noqa: S105 - what a helper calls the user of an identity token
_NOTHING: Final = b"credentials not found"
_NO_WINDOW: Final = getattr(subprocess, "CREATE_NO_WINDOW", 0)


class _HelperFailed(Exception):
    """The helper gave neither credentials nor word that there are none."""


@attrs.frozen
class _Kept:
    credential: Credential
    learned: datetime

    @property
    def lifetime(self) -> timedelta:
        return _FAILURE_KEPT if isinstance(self.credential, Anonymous) else _KEPT


class CredentialHelpers:
    """Asks helpers, each once at a time for each registry; `find` gives a program's path."""

    def __init__(
        self,
        *,
        find: Callable[[str], Path | None],
        home: Path,
        environment: Mapping[str, str],
        clock: Clock,
        seconds: float = SECONDS,
    ) -> None:
        self._find = find
        self._home = home
        self._environment = environment
        self._clock = clock
        self._seconds = seconds
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._flights = Flights[Credential]()
        self._explained: set[str] = set()

    def known(self, helper: str, server: str) -> Credential | None:
        """Tell what the helper has answered of late; None if it must be asked."""
        kept = self._kept.get((helper, server))
        if kept is None or abs(self._clock() - kept.learned) > kept.lifetime:
            return None
        return kept.credential

    async def credential(self, helper: str, server: str) -> Credential:
        """Ask for the credentials of `server`; Anonymous, with the reason, if there are none."""
        known = self.known(helper, server)
        if known is not None:
            return known
        return await self._flights.join((helper, server), partial(self._learn, helper, server))

    def forget(self, helper: str, server: str) -> bool:
        """Drop an answer, unless it has only just been given; say whether it was dropped."""
        kept = self._kept.get((helper, server))
        if kept is None or abs(self._clock() - kept.learned) < _FAILURE_KEPT:
            return False
        del self._kept[helper, server]
        return True

    async def aclose(self) -> None:
        await self._flights.aclose()

    async def _learn(self, helper: str, server: str) -> Credential:
        program = f"docker-credential-{helper}"
        try:
            credential = await self._ask(program, server)
        except _HelperFailed as error:
            why = f"{program} {error}"
            if why not in self._explained:
                self._explained.add(why)
                _LOG.warning("no credentials for %s: %s", server, why)
            credential = Anonymous(why)
        self._kept[helper, server] = _Kept(credential, self._clock())
        return credential

    async def _ask(self, program: str, server: str) -> Credential:
        path = self._find(program) if _NAME.fullmatch(program) else None
        if path is None:
            raise _HelperFailed("is not installed, or not on PATH")
        try:
            process = await asyncio.create_subprocess_exec(
                path,
                "get",
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self._home,
                env=dict(self._environment),
                start_new_session=True,
                creationflags=_NO_WINDOW,
            )
        except OSError as error:
            raise _HelperFailed(f"cannot be started ({error.strerror})") from error
        try:
            async with asyncio.timeout(self._seconds):
                output = await _converse(process, server)
                status = await process.wait()
        except TimeoutError as error:
            raise _HelperFailed(f"did not answer within {self._seconds:g} s") from error
        finally:
            await _end(process)
        return _read(output, status, origin=program)


async def _converse(process: asyncio.subprocess.Process, server: str) -> bytes:
    if process.stdin is None or process.stdout is None:
        raise TypeError("the process was started without pipes")
    with suppress(ConnectionError):  # It answers without having read the question.
        process.stdin.write(f"{server}\n".encode())
        await process.stdin.drain()
    process.stdin.close()
    output = bytearray()
    while chunk := await process.stdout.read(_OUTPUT_LIMIT):
        output += chunk
        if len(output) > _OUTPUT_LIMIT:
            raise _HelperFailed("gave more than an answer")
    return bytes(output)


async def _end(process: asyncio.subprocess.Process) -> None:
    """End a helper that is still there, with whatever it has started."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    with suppress(TimeoutError):
        async with asyncio.timeout(_END_SECONDS):
            await process.wait()


def _read(output: bytes, status: int, *, origin: str) -> Credential:
    if status != 0:
        if _NOTHING in output.lower():
            return Anonymous()
        raise _HelperFailed(f"failed (exit status {status})")
    try:
        document = parse_object(output)
    except InvalidManifest as error:
        raise _HelperFailed("answered something else than credentials") from error
    username, secret = text_field(document, "Username"), text_field(document, "Secret")
    if not secret:
        return Anonymous()
    if username == _TOKEN_USER:
        return IdentityToken(username, secret, origin)
    return Password(username, secret, origin)
