"""The conversation with a registry that wants to know who asks.

    known challenge?  -> token, asked of the realm it names         first, without being told
    never seen?       -> what the first one is told                 (`first_sight.py`)
    request           -> answer
    401 + challenge   -> token -> request again                     once

The shape is that of httpx's own `_auth.py`.  A challenge counts only when it comes from the registry
itself: `connection.py` keeps answers of hosts it was redirected to away from here.  Credentials go
to the registry they were found for, and to the realm that registry named.
Does not know what is asked for, nor how a token is got: that is `token_service.py`.
"""

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import nullcontext
from http import HTTPStatus
from typing import Final

import httpx

from tagwise.errors import RateLimited, RegistryError, Unauthorized
from tagwise.registry.challenge import (
    BasicChallenge,
    BearerChallenge,
    Challenge,
    parse_challenges,
    preferred,
)
from tagwise.registry.checked_backend import AddressRefused
from tagwise.registry.credentials import Password
from tagwise.registry.exchange import Question
from tagwise.registry.first_sight import FirstSights
from tagwise.registry.places import Place
from tagwise.registry.refusals import unauthorized
from tagwise.registry.store import Store
from tagwise.registry.token_service import TokenService, basic

_LOG: Final = logging.getLogger(__name__)
_BEARER: Final = "Bearer "


class RegistryAuth(httpx.Auth):
    """Authorizes one request; raises our errors where a token cannot be had.

    `prepare` is called where the request itself will come a moment later.
    """

    def __init__(
        self,
        question: Question,
        *,
        store: Store,
        token_service: TokenService,
        sights: FirstSights,
        place: Place,
        prepare: Callable[[], None],
    ) -> None:
        self._question = question
        self._store = store
        self._token_service = token_service
        self._sights = sights
        self._place = place
        self._prepare = prepare
        self._origin = question.endpoint.origin

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        known = self._store.read_challenge(self._origin)
        async with self._sights.of(self._origin) if known is None else nullcontext() as sight:
            known = sight.challenge if sight else known
            authorization, failure = await self._first_authorization(known)
            if authorization is not None:
                request.headers["Authorization"] = authorization
            response = yield request
            if response.status_code != HTTPStatus.UNAUTHORIZED:
                return
            challenge = self._named_challenge(response, known, failure)
            if sight:
                sight.challenge = challenge
        if authorization is not None:
            self._token_service.refused(self._question, authorization.removeprefix(_BEARER))
        authorization = await self._authorization(challenge)
        if challenge != known:
            self._store.write_challenge(self._origin, challenge)
        if authorization is not None:
            request.headers["Authorization"] = authorization
            yield request

    def forget_challenge(self) -> None:
        """Drop what is known of the host: its realm no longer answers as it should."""
        self._sights.forget(self._origin)
        self._store.drop_challenge(self._origin)

    def _named_challenge(
        self, response: httpx.Response, known: Challenge | None, failure: RegistryError | None
    ) -> Challenge:
        """Read how the registry wants to be spoken to, unless that is what has just failed."""
        challenge = preferred(parse_challenges(response.headers.get_list("www-authenticate")))
        if failure is not None:
            if not isinstance(failure, Unauthorized):
                self.forget_challenge()
            if challenge == known:
                raise failure
        if challenge is None:
            raise unauthorized(self._question)
        return challenge

    async def _first_authorization(
        self, known: Challenge | None
    ) -> tuple[str | None, RegistryError | None]:
        """Answer a challenge before it is made, or tell why that cannot be done."""
        if known is None:
            return None, None
        try:
            return await self._authorization_of_known(known), None
        except RateLimited:
            raise
        except AddressRefused:
            _LOG.debug("%s is seen first, to know where it is", self._origin)
            return None, None
        except RegistryError as error:
            return None, error

    async def _authorization_of_known(self, known: Challenge) -> str | None:
        """Give the place up while a token service is asked, and have the registry connected to.

        At first sight it is kept: those who come next shall know by then what this one learns.
        """
        if isinstance(known, BasicChallenge) or self._token_service.kept(self._question):
            return await self._authorization(known)
        self._prepare()
        async with self._place.given_up():
            return await self._authorization(known)

    async def _authorization(self, challenge: Challenge) -> str | None:
        match challenge:
            case BasicChallenge():
                credential = self._question.credential
                return basic(credential) if isinstance(credential, Password) else None
            case BearerChallenge():
                return _BEARER + await self._token_service.token(self._question, challenge)
