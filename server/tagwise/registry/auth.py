"""The conversation with a registry that wants to know who asks.

    known challenge?  -> token, asked of the realm it names         first, without being told
    request           -> answer
    401 + challenge   -> token -> request again                     once

Follows distribution's docs/spec/auth/{token,oauth}.md and RFC 7617; the shape is that of httpx's own
`_auth.py`.  A challenge counts only when it comes from the registry itself: `connection.py` keeps
answers of hosts it was redirected to away from here.  Credentials go to the registry they were found
for, and to the realm that registry named, over https (or where the registry itself is plain http).
Does not know what is asked for.
"""

import base64
import re
from collections.abc import Generator
from datetime import timedelta
from http import HTTPStatus
from typing import Final, TypeAlias

import httpx

from tagwise.errors import InvalidManifest, RateLimited, RegistryError, Unauthorized
from tagwise.oci.json_document import parse_object, text_field
from tagwise.registry.challenge import (
    BasicChallenge,
    BearerChallenge,
    Challenge,
    parse_challenges,
    preferred,
)
from tagwise.registry.clock import Clock
from tagwise.registry.credentials import Anonymous, Credential, IdentityToken, Password
from tagwise.registry.exchange import TOKEN_LIMIT, Answer, Question
from tagwise.registry.refusals import protocol_error, rate_limited, unauthorized, unreachable
from tagwise.registry.store import Store
from tagwise.registry.tokens import TokenKey, Tokens

LIMIT_EXTENSION: Final = "tagwise.limit"
_CLIENT_ID: Final = "tagwise"
_LIFETIME: Final = 60
_LONGEST_LIFETIME: Final = 24 * 60 * 60
_TOKEN: Final = re.compile(r"[!-~]+")
_REFUSED: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_NO_SUCH_METHOD: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED})

_Conversation: TypeAlias = Generator[httpx.Request, httpx.Response, str | None]


class RegistryAuth(httpx.Auth):
    """Authorizes one request; raises our errors where a token cannot be had."""

    requires_response_body = True

    def __init__(self, question: Question, *, store: Store, tokens: Tokens, clock: Clock) -> None:
        self._question = question
        self._store = store
        self._tokens = tokens
        self._clock = clock
        self._origin = question.endpoint.origin
        self._key = TokenKey(self._origin, question.credential.identity, question.repository)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        known, failure = self._store.read_challenge(self._origin), None
        if known is not None:
            try:
                authorization = yield from self._authorization(known, request)
                if authorization is not None:
                    request.headers["Authorization"] = authorization
            except RateLimited:
                raise
            except RegistryError as error:
                failure = error
        response = yield request
        if response.status_code != HTTPStatus.UNAUTHORIZED:
            return
        challenge = self._named_challenge(response, known, failure)
        self._tokens.forget(self._key)
        authorization = yield from self._authorization(challenge, request)
        if challenge != known:
            self._store.write_challenge(self._origin, challenge)
        if authorization is not None:
            request.headers["Authorization"] = authorization
            yield request

    def forget_challenge(self) -> None:
        """Drop what is known of the host: its realm no longer answers as it should."""
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

    def _authorization(self, challenge: Challenge, request: httpx.Request) -> _Conversation:
        match challenge:
            case BasicChallenge():
                credential = self._question.credential
                return _basic(credential) if isinstance(credential, Password) else None
            case BearerChallenge():
                token = self._tokens.get(self._key)
                if token is None:
                    token = yield from self._fetch_token(challenge, request)
                return f"Bearer {token}"

    def _fetch_token(
        self, challenge: BearerChallenge, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, str]:
        """Ask the realm; stored credentials that it refuses are not needed for a public image."""
        realm = self._checked_realm(challenge)
        credential = self._question.credential
        scope = f"repository:{self._question.repository}:pull"
        fields = {"service": challenge.service} if challenge.service else {}
        fields["scope"] = scope
        response = yield _token_request(realm, fields, credential, request)
        if isinstance(credential, IdentityToken) and response.status_code in _NO_SUCH_METHOD:
            password = Password(credential.username, credential.token)
            response = yield _token_request(realm, fields, password, request)
        if response.status_code in _REFUSED and not isinstance(credential, Anonymous):
            response = yield _token_request(realm, fields, Anonymous(), request)
        token, lifetime = self._read_token(response)
        self._tokens.put(self._key, token, lifetime=lifetime)
        return token

    def _checked_realm(self, challenge: BearerChallenge) -> httpx.URL:
        try:
            realm = httpx.URL(challenge.realm)
        except httpx.InvalidURL as error:
            what = "named a token service that is no address"
            raise protocol_error(self._question, what) from error
        schemes = {"https", self._question.endpoint.scheme}
        if realm.scheme not in schemes or not realm.host:
            what = f"named a token service that is not secure ({realm.scheme}://{realm.host})"
            raise protocol_error(self._question, what)
        return realm.copy_with(userinfo=b"", fragment=None)

    def _read_token(self, response: httpx.Response) -> tuple[str, timedelta]:
        host = response.request.url.host
        if response.status_code in _REFUSED:
            raise unauthorized(self._question)
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            answer = Answer(response.status_code, dict(response.headers), response.content)
            raise rate_limited(self._question, answer, now=self._clock())
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            why = f"its token service is in trouble ({response.status_code})"
            raise unreachable(self._question, host, why)
        if response.status_code != HTTPStatus.OK:
            what = f"has a token service at {host} that answered {response.status_code}"
            raise protocol_error(self._question, what)
        try:
            document = parse_object(response.content)
        except InvalidManifest as error:
            what = f"has a token service at {host} that answered something else"
            raise protocol_error(self._question, what) from error
        token = text_field(document, "token") or text_field(document, "access_token")
        if not _TOKEN.fullmatch(token):
            raise protocol_error(self._question, f"has a token service at {host} without tokens")
        return token, _lifetime(document.get("expires_in"))


def _token_request(
    realm: httpx.URL, fields: dict[str, str], credential: Credential, request: httpx.Request
) -> httpx.Request:
    """Build the request for a token, as patient as the `request` it is for."""
    headers = {"User-Agent": request.headers["User-Agent"], "Accept-Encoding": "identity"}
    extensions = {**request.extensions, LIMIT_EXTENSION: TOKEN_LIMIT}
    if isinstance(credential, IdentityToken):
        form = {
            "grant_type": "refresh_token",
            "refresh_token": credential.token,
            "client_id": _CLIENT_ID,
            **fields,
        }
        return httpx.Request("POST", realm, headers=headers, data=form, extensions=extensions)
    if isinstance(credential, Password):
        headers["Authorization"] = _basic(credential)
    url = realm.copy_merge_params(fields)
    return httpx.Request("GET", url, headers=headers, extensions=extensions)


def _basic(credential: Password) -> str:
    pair = f"{credential.username}:{credential.password}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _lifetime(expires_in: object) -> timedelta:
    """Read `expires_in`; a minute where it is not said (token.md, "Token Response Fields")."""
    if isinstance(expires_in, int) and expires_in > 0:
        return timedelta(seconds=min(expires_in, _LONGEST_LIFETIME))
    return timedelta(seconds=_LIFETIME)
