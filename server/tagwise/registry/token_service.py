"""Asks the token service a registry named for a token, once however many wait for it.

Follows distribution's docs/spec/auth/{token,oauth}.md.  A token is for one host, one identity and
one scope; whoever needs the same at the same time waits for the same request, and a refusal
holds for half a minute.  The realm must be as secure as the registry is itself.
Does not know when a token is needed, nor whether the registry takes it: that is `auth.py`.
"""

import base64
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Final

import httpx

from tagwise.errors import InvalidManifest
from tagwise.oci.json_document import parse_object, text_field
from tagwise.registry.challenge import BearerChallenge
from tagwise.registry.clock import Clock
from tagwise.registry.credentials import Anonymous, Credential, IdentityToken, Password
from tagwise.registry.exchange import TOKEN_LIMIT, Answer, Question
from tagwise.registry.extensions import extensions_of
from tagwise.registry.failures import FAILURE_LIFETIME
from tagwise.registry.flights import Flights
from tagwise.registry.places import Places
from tagwise.registry.refusals import (
    is_trouble,
    protocol_error,
    rate_limited,
    unauthorized,
    unreachable,
)
from tagwise.registry.tokens import TokenKey, Tokens

_CLIENT_ID: Final = "tagwise"
_LIFETIME: Final = 60
_LONGEST_LIFETIME: Final = 24 * 60 * 60
_TOKEN: Final = re.compile(r"[!-~]+")
_REFUSED: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_NO_SUCH_METHOD: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED})


class TokenService:
    """The token services of all registries, and the tokens they gave."""

    def __init__(self, client: httpx.AsyncClient, *, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._tokens = Tokens(clock)
        self._refusals: dict[TokenKey, datetime] = {}
        self._flights = Flights[str | None]()
        self._places = Places()

    def kept(self, question: Question) -> str | None:
        """Give the token that is in memory and still good."""
        return self._tokens.get(_key(question))

    async def token(self, question: Question, challenge: BearerChallenge) -> str:
        """Give the token for what is asked, from memory or from the realm of `challenge`.

        :raises RegistryError: if there is none to be had.
        :raises httpx.RequestError: if the realm does not answer.
        """
        key = _key(question)
        token = self.kept(question)
        if token is not None:
            return token
        refused = self._refusals.get(key)
        if refused is not None and abs(self._clock() - refused) < FAILURE_LIFETIME:
            raise unauthorized(question)
        start = partial(self._fetch, question, challenge)
        token = await self._flights.join((key, challenge), start)
        if token is None:
            raise unauthorized(question)
        return token

    def refused(self, question: Question, token: str) -> None:
        """Drop a token that the registry does not take; one that came since then stays."""
        self._tokens.forget(_key(question), token)

    async def aclose(self) -> None:
        await self._flights.aclose()

    async def _fetch(self, question: Question, challenge: BearerChallenge) -> str | None:
        """Ask the realm; None if it refuses.

        Stored credentials that it refuses are not needed for a public image.
        """
        realm = _checked_realm(question, challenge)
        credential = question.credential
        fields = {"service": challenge.service} if challenge.service else {}
        fields["scope"] = question.scope
        is_trusted = realm.netloc.decode() in question.endpoint.realms
        extensions = extensions_of(question, limit=TOKEN_LIMIT, is_trusted=is_trusted)
        ask = partial(self._ask, realm, fields, extensions)
        response = await ask(credential)
        if isinstance(credential, IdentityToken) and response.status_code in _NO_SUCH_METHOD:
            password = Password(credential.username, credential.token)
            response = await ask(password)
        if response.status_code in _REFUSED and not isinstance(credential, Anonymous):
            response = await ask(Anonymous())
        if response.status_code in _REFUSED:
            self._refusals[_key(question)] = self._clock()
            return None
        token, lifetime = self._read(question, response)
        self._tokens.put(_key(question), token, lifetime=lifetime)
        return token

    async def _ask(
        self,
        realm: httpx.URL,
        fields: Mapping[str, str],
        extensions: Mapping[str, object],
        credential: Credential,
    ) -> httpx.Response:
        if isinstance(credential, IdentityToken):
            form = {
                "grant_type": "refresh_token",
                "refresh_token": credential.token,
                "client_id": _CLIENT_ID,
                **fields,
            }
            request = self._client.build_request(
                "POST", realm, data=form, extensions=dict(extensions)
            )
        else:
            url = realm.copy_merge_params(fields)
            request = self._client.build_request("GET", url, extensions=dict(extensions))
        if isinstance(credential, Password):
            request.headers["Authorization"] = basic(credential)
        async with self._places.at(realm.netloc.decode()):
            return await self._client.send(request, auth=httpx.Auth())

    def _read(self, question: Question, response: httpx.Response) -> tuple[str, timedelta]:
        host = response.request.url.host
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            answer = Answer(response.status_code, dict(response.headers), response.content)
            raise rate_limited(question, answer, now=self._clock())
        if is_trouble(response.status_code):
            why = f"its token service is in trouble ({response.status_code})"
            raise unreachable(question, host, why)
        if response.status_code != HTTPStatus.OK:
            what = f"has a token service at {host} that answered {response.status_code}"
            raise protocol_error(question, what)
        try:
            document = parse_object(response.content)
        except InvalidManifest as error:
            what = f"has a token service at {host} that answered something else"
            raise protocol_error(question, what) from error
        token = text_field(document, "token") or text_field(document, "access_token")
        if not _TOKEN.fullmatch(token):
            raise protocol_error(question, f"has a token service at {host} without tokens")
        return token, _lifetime(document.get("expires_in"))


def basic(credential: Password) -> str:
    """Write the value of an `Authorization` header (RFC 7617)."""
    pair = f"{credential.username}:{credential.password}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _key(question: Question) -> TokenKey:
    return TokenKey(question.endpoint.origin, question.credential, question.scope)


def _checked_realm(question: Question, challenge: BearerChallenge) -> httpx.URL:
    try:
        realm = httpx.URL(challenge.realm)
        host = realm.host
    except (httpx.InvalidURL, UnicodeError) as error:
        raise protocol_error(question, "named a token service that is no address") from error
    schemes = {"https", question.endpoint.scheme}
    if realm.scheme not in schemes or not host:
        what = f"named a token service that is not secure ({realm.scheme}://{host})"
        raise protocol_error(question, what)
    return realm.copy_with(userinfo=b"", fragment=None)


def _lifetime(expires_in: object) -> timedelta:
    """Read `expires_in`; a minute where it is not said (token.md, "Token Response Fields")."""
    if isinstance(expires_in, int) and expires_in > 0:
        return timedelta(seconds=min(expires_in, _LONGEST_LIFETIME))
    return timedelta(seconds=_LIFETIME)
