"""Whom to ask, as whom, in which order, until somebody answers.

    the mirrors, then the registry
      over https; an insecure host that has none: over http, without credentials; for a day the
      scheme that worked goes first
        with the credentials for it; while a helper looks for them: without, which settles success

Does not know what is asked, nor how.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias, TypeVar

import attrs

from tagwise.errors import (
    ManifestUnknown,
    NameUnknown,
    NoConnection,
    RateLimited,
    RegistryBlocked,
    RegistryError,
    RegistryProtocolError,
    RegistryUnreachable,
    Unauthorized,
)
from tagwise.oci.reference import ImageReference
from tagwise.registry.credentials import NOBODY, Anonymous, Credential, Keychain
from tagwise.registry.exchange import Question
from tagwise.registry.hosts import Endpoint, Hosts
from tagwise.registry.refusals import after_mirrors, explained
from tagwise.registry.store import Store

_LOG: Final = logging.getLogger(__name__)

_T = TypeVar("_T")
Ask: TypeAlias = Callable[[Question], Awaitable[_T]]


class Turns:
    """The hosts, and the credentials for them."""

    def __init__(self, *, hosts: Hosts, keychain: Keychain, store: Store) -> None:
        self._hosts = hosts
        self._keychain = keychain
        self._store = store
        self._schemes: dict[str, str] = {}

    async def ask(self, reference: ImageReference, ask: Ask[_T], *, by_digest: bool = False) -> _T:
        """Ask the mirrors, then the registry, until one answers.

        :raises RegistryError: if none does, or if nobody may be asked.
        """
        registry, repository = reference.registry, reference.repository
        endpoints = self._hosts.endpoints(registry, repository, by_digest=by_digest)
        if not endpoints:
            message = (
                f"{reference.familiar} is not looked up: the registries.conf of this machine, or"
                f" the settings, leave no host to ask for {registry}"
            )
            raise RegistryBlocked(message, host=registry, reference=reference.familiar)
        *mirrors, last = endpoints
        failed: list[RegistryError] = []
        for endpoint in mirrors:
            question = Question(reference, endpoint, Anonymous(), has_alternative=True)
            try:
                return await self._ask_over(question, ask)
            except RegistryError as error:
                _LOG.debug("%s did not help: %s", endpoint.host, error)
                failed.append(error)
        try:
            return await self._ask_over(Question(reference, last, Anonymous()), ask)
        except RegistryError as error:
            if not failed:
                raise
            raise after_mirrors(error, failed) from error

    async def _ask_over(self, question: Question, ask: Ask[_T]) -> _T:
        """Ask over https; an insecure host where there is none over http, without credentials."""
        endpoint = question.endpoint
        if not endpoint.is_insecure or endpoint.scheme == "http":
            return await self._ask(question, ask)
        nobody = Anonymous("credentials are not sent over plain http")
        plain = attrs.evolve(question, endpoint=endpoint.over_http(), credential=nobody)
        scheme = self._schemes.get(endpoint.host) or self._store.read_scheme(endpoint.host)
        if scheme == "http":
            try:
                return await ask(plain)
            except (RegistryUnreachable, RegistryProtocolError):  # It may speak https by now.
                self._schemes.pop(endpoint.host, None)
                self._store.drop_scheme(endpoint.host)
        try:
            answer = await self._ask(question, ask)
        except NoConnection:
            if scheme == "https":
                raise
        except RegistryError:
            self._remember(endpoint, "https", scheme)
            raise
        else:
            self._remember(endpoint, "https", scheme)
            return answer
        answer = await ask(plain)
        self._remember(plain.endpoint, "http", None)
        return answer

    def _remember(self, endpoint: Endpoint, scheme: str, known: str | None) -> None:
        self._schemes[endpoint.host] = scheme
        if scheme != known:
            self._store.write_scheme(endpoint.host, scheme)

    async def _ask(self, question: Question, ask: Ask[_T]) -> _T:
        """Ask with the credentials for the endpoint, or without while nobody knows them yet."""
        registry, repository = question.endpoint.registry, question.repository
        known = self._keychain.known(registry, repository)
        if known is None:
            return await self._ask_meanwhile(question, ask)
        try:
            return await ask(attrs.evolve(question, credential=known))
        except Unauthorized:
            renewed = await self._keychain.renewed(registry, repository, refused=known)
            if renewed is None:
                raise
        return await ask(attrs.evolve(question, credential=renewed))

    async def _ask_meanwhile(self, question: Question, ask: Ask[_T]) -> _T:
        """Ask anonymously while a helper looks for credentials; a refusal waits for them."""
        registry, repository = question.endpoint.registry, question.repository
        helper = asyncio.create_task(self._keychain.credential(registry, repository))
        try:
            return await ask(question)
        except (Unauthorized, ManifestUnknown, NameUnknown, RateLimited) as error:
            credential = await helper
            if isinstance(credential, Anonymous):
                if credential.why and not isinstance(error, RateLimited):
                    raise explained(error, credential.why) from error
                raise
        finally:
            helper.cancel()
        self._store.write_identity(registry, credential.identity)
        return await ask(attrs.evolve(question, credential=credential))

    async def ask_each(
        self, reference: ImageReference, ask: Ask[object]
    ) -> tuple[tuple[Endpoint, RegistryError | None], ...]:
        """Ask every host that may answer, whatever the others say; tell what went wrong."""
        outcomes: list[tuple[Endpoint, RegistryError | None]] = []
        for endpoint in self._hosts.endpoints(reference.registry, reference.repository):
            try:
                await self._ask_over(Question(reference, endpoint, Anonymous()), ask)
            except RegistryError as error:
                outcomes.append((endpoint, error))
            else:
                outcomes.append((endpoint, None))
        return tuple(outcomes)

    async def credential(self, reference: ImageReference) -> Credential:
        """Find the credentials for a registry, however long a helper takes."""
        return await self._keychain.credential(reference.registry, reference.repository)

    def identities(self, reference: ImageReference) -> tuple[tuple[Endpoint, str], ...]:
        """List of whom, and as whom, an answer may have been got."""
        endpoints = self._hosts.endpoints(reference.registry, reference.repository)
        return tuple(found for endpoint in endpoints for found in self._identities_at(endpoint))

    def hosts(self, registry: str) -> tuple[str, ...]:
        """List the hosts that may answer for a registry."""
        return tuple(endpoint.host for endpoint in self._hosts.endpoints(registry, ""))

    async def aclose(self) -> None:
        await self._keychain.aclose()

    def _identities_at(self, endpoint: Endpoint) -> tuple[tuple[Endpoint, str], ...]:
        """List as whom; more than one while nobody knows."""
        plain = ((endpoint.over_http(), NOBODY),) if endpoint.is_insecure else ()
        known = self._keychain.known(endpoint.registry, endpoint.repository)
        if known is not None:
            return ((endpoint, known.identity), *plain)
        last = self._store.read_identity(endpoint.registry)
        return ((endpoint, NOBODY), *(((endpoint, last),) if last else ()), *plain)
