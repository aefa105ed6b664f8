"""Pulls under way: one for each reference and platform, however many ask for it.

Whoever asks may stop waiting; when the last one does, the engine stops, too.
Does not know who asks, nor what progress looks like.
"""

import asyncio
from collections.abc import Callable, Hashable
from typing import TypeAlias, assert_never

import attrs

from tagwise.engine.client import EngineClient
from tagwise.engine.models import PullProgress, PullResult, RegistryLogin
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference
from tagwise.registry.credentials import Anonymous, IdentityToken, Keychain, Password
from tagwise.registry.hosts import credential_server
from tagwise.session.background import BackgroundTasks

Report: TypeAlias = Callable[[PullProgress], None]


@attrs.frozen
class Pulled:
    """What was pulled: `digest` is that of the reference, as its registry has it."""

    reference: ImageReference
    digest: str
    was_up_to_date: bool


@attrs.define(eq=False)
class _Pull:
    task: asyncio.Task[Pulled]
    reports: list[Report] = attrs.Factory(list[Report])


class Pulls:
    """The pulls of one session."""

    def __init__(
        self,
        client: Callable[[], EngineClient],
        keychain: Callable[[], Keychain],
        *,
        tasks: BackgroundTasks,
    ) -> None:
        self._client = client
        self._keychain = keychain
        self._tasks = tasks
        self._under_way: dict[Hashable, _Pull] = {}

    @property
    def are_under_way(self) -> bool:
        return bool(self._under_way)

    async def pull(
        self, reference: ImageReference, *, platform: Platform | None, report: Report
    ) -> Pulled:
        """Have the engine pull an image, telling `report` how far it is.

        :raises EngineError: with what the engine says went wrong.
        """
        key = (reference.canonical, platform)
        pull = self._under_way.get(key)
        if pull is None:
            pull = started = self._under_way[key] = self._start(reference, platform)
            pull.task.add_done_callback(lambda _: self._forget(key, started))
        pull.reports.append(report)
        try:
            return await asyncio.shield(pull.task)
        finally:
            pull.reports.remove(report)
            if not pull.reports and not pull.task.done():
                self._forget(key, pull)  # Whoever asks from now on wants a pull that goes on.
                pull.task.cancel()
                await asyncio.wait({pull.task})

    def _forget(self, key: Hashable, pull: _Pull) -> None:
        if self._under_way.get(key) is pull:
            del self._under_way[key]

    def _start(self, reference: ImageReference, platform: Platform | None) -> _Pull:
        reports: list[Report] = []

        def report(progress: PullProgress) -> None:
            for each in tuple(reports):
                each(progress)

        work = self._pull(reference, platform, report)
        return _Pull(self._tasks.start(work, name=f"pull {reference}"), reports)

    async def _pull(
        self, reference: ImageReference, platform: Platform | None, report: Report
    ) -> Pulled:
        client = self._client()
        login = await login_for(reference, self._keychain())
        result = await client.pull(reference, platform=platform, login=login, report=report)
        digest = await digest_of(client, reference, result)
        return Pulled(reference, digest, result.was_up_to_date)


async def login_for(reference: ImageReference, keychain: Keychain) -> RegistryLogin | None:
    """Find the credentials an engine needs to pull; None where it asks as nobody."""
    server = credential_server(reference.registry)
    credential = await keychain.credential(reference.registry, reference.repository)
    match credential:
        case Anonymous():
            return None
        case Password(username, password):
            return RegistryLogin(username=username, password=password, server=server)
        case IdentityToken(username, token):
            return RegistryLogin(username=username, identity_token=token, server=server)
        case _:
            assert_never(credential)


async def digest_of(client: EngineClient, reference: ImageReference, result: PullResult) -> str:
    """Tell the digest that was got: Podman does not say it, but knows it of the image it has now."""
    if result.digest:
        return result.digest
    if reference.digest:
        return str(reference.digest)
    details = await client.inspect(reference.canonical)
    written = (each.partition("@") for each in details.digests)
    digests = (digest for name, _, digest in written if name == reference.name)
    return next(digests, details.id)
