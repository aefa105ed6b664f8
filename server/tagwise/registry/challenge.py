"""What a registry says in `WWW-Authenticate`: how it wants to be spoken to.

    challenges := challenge { "," challenge }                       RFC 9110, 11.6.1
    challenge  := scheme [ token68 | parameter { "," parameter } ]
    parameter  := name "=" ( token | quoted string )

Read leniently, since several challenges come in one header or in several, with odd blanks.
A scope is not read: some registries name a placeholder there.  Does not know whether a realm may be
asked: that is `auth.py`.
"""

import re
from collections.abc import Iterable
from typing import Final, TypeAlias

import attrs

_TOKEN: Final = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"  # noqa: S105 - a grammar's token
_ITEM: Final = re.compile(
    rf'(?P<name>{_TOKEN})(?:[ \t]*=[ \t]*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<value>[^\s,"]+)))?'
)


@attrs.frozen
class BasicChallenge:
    """User name and password with every request (RFC 7617)."""

    realm: str


@attrs.frozen
class BearerChallenge:
    """A token from `realm` (distribution, docs/spec/auth/token.md)."""

    realm: str
    service: str


Challenge: TypeAlias = BasicChallenge | BearerChallenge


def parse_challenges(headers: Iterable[str]) -> tuple[Challenge, ...]:
    """Read the challenges this program can answer, in the order they stand."""
    challenges: list[tuple[str, dict[str, str]]] = []
    for header in headers:
        for item in _ITEM.finditer(header):
            name = item["name"].lower()
            value = item["value"] if item["quoted"] is None else _unquoted(item["quoted"])
            if value is None:
                challenges.append((name, {}))
            elif challenges:
                challenges[-1][1].setdefault(name, value)
    return tuple(
        challenge
        for scheme, parameters in challenges
        if (challenge := _challenge(scheme, parameters)) is not None
    )


def preferred(challenges: Iterable[Challenge]) -> Challenge | None:
    """Pick a token's challenge before Basic: the password then goes out less often."""
    return min(challenges, key=lambda each: isinstance(each, BasicChallenge), default=None)


def _challenge(scheme: str, parameters: dict[str, str]) -> Challenge | None:
    realm = parameters.get("realm", "")
    match scheme:
        case "bearer" if realm:
            return BearerChallenge(realm, parameters.get("service", ""))
        case "basic":
            return BasicChallenge(realm)
        case _:
            return None


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
