"""Who may do what in the embedded registry: anybody, users by password, or holders of a token.

Follows RFC 7617 (Basic) and CNCF distribution's "Token Authentication Specification" and "OAuth2
Token Authentication"; tokens are opaque, and the token service answers at `/token` of the registry.
Does not know what there is to read or write.
"""

import base64
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from http import HTTPStatus
from typing import Final, Protocol

import attrs
import httpx

from tagwise.demo.http_message import Request, Response
from tagwise.demo.registry_errors import ErrorCode, refusal

TOKEN_PATH: Final = "/token"  # noqa: S105 (a path, no password)
_DEFAULT_SECONDS: Final = 60
_TOKENS_LIMIT: Final = 10_000


@attrs.frozen
class Access:
    """One action on one repository: `pull`, `push` or `delete`; or on something of another kind.

    distribution, docs/spec/auth/scope.md: all of the catalogue is `registry:catalog:*`.
    """

    repository: str
    action: str
    kind: str = "repository"


class Authority(Protocol):
    """Decides about requests; a class of its own may stand in for the three here."""

    def refuse(self, request: Request, needed: frozenset[Access]) -> Response | None:
        """Answer 401 unless the request may have all that is `needed`; None lets it pass."""
        ...

    def issue(self, request: Request) -> Response | None:
        """Answer a request to the token service; None if there is none."""
        ...


@attrs.frozen
class OpenAuthority:
    """Lets everybody do everything."""

    def refuse(self, request: Request, needed: frozenset[Access]) -> Response | None:  # noqa: ARG002
        return None

    def issue(self, request: Request) -> Response | None:  # noqa: ARG002
        return None


@attrs.frozen
class BasicAuthority:
    """Lets users (passwords by name) do everything."""

    users: Mapping[str, str] = attrs.field(repr=False)
    realm: str = "Tagwise"

    def refuse(self, request: Request, needed: frozenset[Access]) -> Response | None:  # noqa: ARG002
        if _user_of(request, self.users):
            return None
        challenge = f'Basic realm="{self.realm}"'
        return refusal(ErrorCode.UNAUTHORIZED, headers={"WWW-Authenticate": challenge})

    def issue(self, request: Request) -> Response | None:  # noqa: ARG002
        return None


class TokenField(Enum):
    """Under which names the token service answers a token: registries differ."""

    BOTH = ("token", "access_token")
    TOKEN = ("token",)
    ACCESS_TOKEN = ("access_token",)


def _everything(_repository: str) -> bool:
    return True


@attrs.frozen
class _Grant:
    access: frozenset[Access]
    expires: float


@attrs.define
class TokenAuthority:
    """Lets holders of a token do what the token was issued for.

    Users get what they ask for; anonymous clients may pull what `is_public`.  A scope that cannot
    be granted is left out of the token, as Docker's token service does.  `realm` is this registry
    under the name it was called by, unless given; `expires_in` None is left out of the answer.
    """

    users: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    identity_tokens: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    """Users by the refresh token that stands for them."""
    is_public: Callable[[str], bool] = _everything
    service: str = "tagwise"
    realm: str | None = None
    expires_in: int | None = 300
    field: TokenField = TokenField.BOTH
    clock: Callable[[], float] = time.monotonic
    _grants: dict[str, _Grant] = attrs.field(factory=dict[str, _Grant], init=False, repr=False)

    def refuse(self, request: Request, needed: frozenset[Access]) -> Response | None:
        token = _credentials(request, "bearer")
        if token is None:
            return self._challenge(request, needed, error=None)
        grant = self._grants.get(token)
        if grant is None or grant.expires <= self.clock():
            return self._challenge(request, needed, error="invalid_token")
        if needed <= grant.access:
            return None
        return self._challenge(request, needed, error="insufficient_scope")

    def issue(self, request: Request) -> Response | None:
        if request.method == "POST":
            return self._issue_by_form(httpx.QueryParams(request.body.decode(errors="replace")))
        if request.method not in {"GET", "HEAD"}:
            return refusal(ErrorCode.UNSUPPORTED, headers={"Allow": "GET, HEAD, POST"})
        user = _user_of(request, self.users)
        if user is None and "Authorization" in request.headers:
            return refusal(ErrorCode.UNAUTHORIZED, "wrong user name or password")
        return self._token(user, request.query.get_list("scope"))

    def revoke_all(self) -> None:
        """Forget every token issued, as if their time were over."""
        self._grants.clear()

    def _issue_by_form(self, form: httpx.QueryParams) -> Response:
        """Answer the OAuth2 way of asking: `grant_type` password or refresh_token."""
        if form.get("grant_type") == "refresh_token":
            user = self.identity_tokens.get(form.get("refresh_token", ""))
        else:
            user = _checked(form.get("username", ""), form.get("password", ""), self.users)
        if user is None:
            return refusal(ErrorCode.UNAUTHORIZED, "wrong credentials")
        return self._token(user, form.get("scope", "").split())

    def _token(self, user: str | None, scopes: Iterable[str]) -> Response:
        asked = {access for scope in scopes for access in _read_scope(scope)}
        access = frozenset(a for a in asked if user or self._is_open(a))
        while len(self._grants) >= _TOKENS_LIMIT:
            del self._grants[next(iter(self._grants))]
        token = secrets.token_urlsafe(32)
        lifetime = _DEFAULT_SECONDS if self.expires_in is None else self.expires_in
        self._grants[token] = _Grant(access, self.clock() + lifetime)
        answer: dict[str, object] = dict.fromkeys(self.field.value, token)
        if self.expires_in is not None:
            answer["expires_in"] = self.expires_in
        return Response.of_json(HTTPStatus.OK, answer)

    def _is_open(self, access: Access) -> bool:
        is_pull = (access.kind, access.action) == ("repository", "pull")
        return is_pull and self.is_public(access.repository)

    def _challenge(
        self, request: Request, needed: frozenset[Access], *, error: str | None
    ) -> Response:
        realm = self.realm or f"{request.scheme}://{request.host}{TOKEN_PATH}"
        fields = [f'realm="{realm}"', f'service="{self.service}"']
        if needed:
            fields.append(f'scope="{_write_scopes(needed)}"')
        if error:
            fields.append(f'error="{error}"')
        challenge = f"Bearer {','.join(fields)}"
        return refusal(ErrorCode.UNAUTHORIZED, headers={"WWW-Authenticate": challenge})


def _credentials(request: Request, scheme: str) -> str | None:
    """Give what follows the scheme in `Authorization`, whose case does not matter."""
    stated, _, credentials = request.headers.get("Authorization", "").partition(" ")
    return credentials.strip() if stated.lower() == scheme else None


def _user_of(request: Request, users: Mapping[str, str]) -> str | None:
    encoded = _credentials(request, "basic")
    if encoded is None:
        return None
    try:
        name, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return None
    return _checked(name, password, users)


def _checked(name: str, password: str, users: Mapping[str, str]) -> str | None:
    return name if users.get(name) == password else None


def _read_scope(scope: str) -> Iterable[Access]:
    """Read `repository:name:pull,push`, or several with blanks between them."""
    for part in scope.split():
        kind, _, rest = part.partition(":")
        repository, _, actions = rest.rpartition(":")
        yield from (Access(repository, action, kind) for action in actions.split(",") if action)


def _write_scopes(needed: frozenset[Access]) -> str:
    actions_of: dict[str, list[str]] = {}
    for access in sorted(
        needed, key=lambda access: (access.kind, access.repository, access.action)
    ):
        actions_of.setdefault(f"{access.kind}:{access.repository}", []).append(access.action)
    return " ".join(f"{name}:{','.join(found)}" for name, found in actions_of.items())
