"""Requests to registries, sent: the one place where httpx meets our errors.

At most six requests of a host are in flight (`places.py`).  A redirect is followed by hand: what another host
answers, a challenge above all, is never taken for the registry's, and it gets no credentials.
Does not know what the answers mean.
"""

import errno
import logging
import os
import re
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import MappingProxyType
from typing import Final

import httpx

from tagwise import __version__
from tagwise.errors import RegistryError
from tagwise.registry.auth import RegistryAuth
from tagwise.registry.certificates import CertificateFolders
from tagwise.registry.clock import Clock
from tagwise.registry.exchange import Answer, Patience, Question, Request
from tagwise.registry.extensions import behalf_of, extensions_of
from tagwise.registry.first_sight import FirstSights
from tagwise.registry.network import NetworkTransport
from tagwise.registry.patient_transport import EndlessAnswer, PatientTransport
from tagwise.registry.places import Places
from tagwise.registry.rate_limits import Quota, read_quota
from tagwise.registry.refusals import no_connection, protocol_error, unreachable
from tagwise.registry.store import Store
from tagwise.registry.token_service import TokenService
from tagwise.registry.transport import BodyTooLarge, BoundedTransport

_REDIRECTS: Final = 5
_REASON_LENGTH: Final = 200
_CLIENT_CERTIFICATE: Final = re.compile(r"alert (?:bad certificate|certificate required)")
_UNTRUSTED: Final = "CERTIFICATE_VERIFY_FAILED"
# They write URLs with their signatures, hpack even the Authorization header.
_TALKATIVE: Final = ("httpx", "httpcore", "hpack")

# Faults that are told in the system's words.
_TOLD: Final = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ECONNRESET, errno.ETIMEDOUT})


class Connection:
    """The HTTP client under a `RegistryClient`."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        patience: Patience,
        certificates: CertificateFolders,
        transport: httpx.AsyncBaseTransport | None,
    ) -> None:
        for name in _TALKATIVE:
            logging.getLogger(name).setLevel(logging.WARNING)
        self._store = store
        self._clock = clock
        self._quotas: dict[str, Quota] = {}
        self._places = Places()
        self._sights = FirstSights()
        self._addresses: dict[str, bool] = {}
        self._patience = patience
        self._network = transport or NetworkTransport(certificates)
        self._client = httpx.AsyncClient(
            transport=PatientTransport(
                BoundedTransport(self._network),
                patience=patience,
                clock=clock,
            ),
            timeout=httpx.Timeout(patience.progress, connect=patience.connect),
            headers={"User-Agent": f"tagwise/{__version__}", "Accept-Encoding": "identity"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            trust_env=False,
        )
        self._token_service = TokenService(self._client, clock=clock)

    async def ask(self, question: Question, request: Request) -> Answer:
        """Send a request, with whatever conversation it takes, and read the answer whole.

        :raises RegistryError: if there is no answer, or no authorization; a status is an answer.
        """
        origin = question.endpoint.origin
        if origin not in self._addresses:
            self._addresses[origin] = _is_address(origin)
        if not self._addresses[origin]:
            raise unreachable(question, question.host, "that is no host's name")
        async with self._places.at(question.host) as place:
            auth = RegistryAuth(
                question,
                store=self._store,
                token_service=self._token_service,
                sights=self._sights,
                place=place,
                prepare=partial(self._prepare, question),
            )
            try:
                response = await self._follow(question, request, auth)
            except (httpx.InvalidURL, UnicodeError) as error:
                raise protocol_error(question, "redirected to no address") from error
            except httpx.RequestError as error:
                if not _is_registry(question, error.request.url):
                    auth.forget_challenge()
                raise self._translated(question, error) from error
        headers = {name.lower(): value for name, value in response.headers.items()}
        quota = read_quota(headers, now=self._clock())
        if quota is not None:
            self._quotas[question.host] = quota
        return Answer(response.status_code, MappingProxyType(headers), response.content)

    def quota(self, host: str) -> Quota | None:
        """Return what `host` last said is left; None where it has said nothing."""
        return self._quotas.get(host)

    async def aclose(self) -> None:
        await self._token_service.aclose()
        await self._client.aclose()

    def _build(self, question: Question, request: Request) -> httpx.Request:
        extensions: dict[str, object] = {**extensions_of(question, limit=request.limit)}
        return self._client.build_request(
            request.method,
            request.url,
            headers={"Accept": request.accept},
            extensions=extensions,
        )

    def _prepare(self, question: Question) -> None:
        """Connect to the registry while its token is being asked for."""
        if isinstance(self._network, NetworkTransport):
            url = httpx.URL(question.endpoint.origin)
            self._network.prepare(url, behalf_of(question), seconds=self._patience.connect)

    async def _follow(
        self, question: Question, request: Request, auth: RegistryAuth
    ) -> httpx.Response:
        sent = self._build(question, request)
        response = await self._client.send(sent, auth=auth)
        for _ in range(_REDIRECTS):
            if not response.has_redirect_location or not request.follows:
                return response
            sent = self._redirected(question, sent, response)
            response = await self._client.send(sent, auth=httpx.Auth())
        raise protocol_error(question, f"redirected more than {_REDIRECTS} times")

    def _redirected(
        self, question: Question, sent: httpx.Request, response: httpx.Response
    ) -> httpx.Request:
        url = sent.url.join(response.headers["Location"])
        if url.scheme not in {"https", question.endpoint.scheme} or not url.host:
            raise protocol_error(question, "redirected to an address that is not secure")
        headers = {"Accept": sent.headers["Accept"]}
        authorization = sent.headers.get("Authorization")
        if authorization is not None and _origin(url) == _origin(sent.url):
            headers["Authorization"] = authorization
        return self._client.build_request(
            sent.method,
            url.copy_with(userinfo=b""),
            headers=headers,
            extensions=sent.extensions,
        )

    def _translated(self, question: Question, error: httpx.RequestError) -> RegistryError:
        host = error.request.url.netloc.decode()
        match error:
            case BodyTooLarge() | httpx.DecodingError():
                return protocol_error(question, f"answered with {error}")
            case EndlessAnswer():
                why = f"no end of the answer within {self._patience.answer:g} s"
            case httpx.ConnectTimeout():
                why = f"no connection within {self._patience.connect:g} s"
            case httpx.TimeoutException():
                why = f"no answer within {self._patience.progress:g} s"
            case _ if _UNTRUSTED in str(error):
                why = _untrusted(host, _reason(error))
            case _ if _CLIENT_CERTIFICATE.search(str(error)):
                folder = f"/etc/docker/certs.d/{host}"
                why = (
                    f"it wants a client certificate: put one into {folder}/ as client.cert and .key"
                )
            case _:
                why = _reason(error)
        is_no_connection = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
        if is_no_connection and _is_registry(question, error.request.url):
            return no_connection(question, host, why)
        return unreachable(question, host, why)


def _is_address(origin: str) -> bool:
    """Whether a connection can be tried: IDNA has rules of its own, and no port is that long."""
    try:
        return bool(httpx.URL(origin).host)
    except (httpx.InvalidURL, ValueError):  # UnicodeError is one, and so is a number too long.
        return False


def _untrusted(host: str, reason: str) -> str:
    """Say what OpenSSL says, and which file would help where one would."""
    said = reason.partition("certificate verify failed: ")[2].partition(" (_ssl")[0] or reason
    hint = f"; if you trust it, put its authority into /etc/docker/certs.d/{host}/ca.crt"
    helps = any(word in said for word in ("self-signed", "self signed", "issuer"))
    return f"its certificate is not trusted ({said}){hint if helps else ''}"


def _reason(error: httpx.RequestError) -> str:
    """Return what the operating system says where the library only says that it failed."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ConnectionRefusedError):
            return "nothing listens there (connection refused)"
        if isinstance(cause, OSError) and cause.errno in _TOLD:
            return os.strerror(cause.errno).lower()
        cause = cause.__cause__ or cause.__context__
    return str(error)[:_REASON_LENGTH] or "the connection broke off"


def _is_registry(question: Question, url: httpx.URL) -> bool:
    """Whether a URL is of the host that is asked, however a reference writes its name and port."""
    return url.netloc == httpx.URL(question.endpoint.origin).netloc


def _origin(url: httpx.URL) -> tuple[str, bytes]:
    return url.scheme, url.netloc
