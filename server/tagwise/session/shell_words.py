"""Words of a command, spelled so that a person's shell reads exactly them.

    posix       sh, bash, zsh, dash, ksh: quoted as Python's `shlex` does
    fish        as those, but a backslash counts between single quotes, too
    powershell  single quotes, doubled inside (about_Quoting_Rules)
    cmd         double quotes, as the C runtime reads them; what cmd itself reads is escaped with ^

Does not know what the command does.
"""

import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from pathlib import PurePath
from types import MappingProxyType
from typing import Final


class Shell(Enum):
    POSIX = "posix"
    FISH = "fish"
    POWERSHELL = "powershell"
    CMD = "cmd"


_PLAIN: Final = re.compile(r"[\w@%+=:,./-]+", re.ASCII)
# PowerShell takes a comma for a list, an `@` for a splat, `%` for an alias, a leading dash for one
# of its own parameters only before a colon.
_PLAIN_POWERSHELL: Final = re.compile(r"(?!-\S*:)[\w+=:./\\-]+", re.ASCII)
_PLAIN_CMD: Final = re.compile(r"[\w@+:./\\-]+", re.ASCII)
_SINGLE_QUOTES: Final = re.compile("['‘’‚‛]")  # noqa: RUF001 - PowerShell takes all.
_META_CMD: Final = re.compile(r'([()%!^"<>&|])')
_BEFORE_QUOTE: Final = re.compile(r'(\\*)"')


def user_shell(environment: Mapping[str, str], *, windows: bool) -> Shell:
    """Tell whose shell a line is for: `SHELL` names it, except on Windows."""
    if windows:
        return Shell.POWERSHELL
    name = PurePath(environment.get("SHELL", "")).name
    if name == "pwsh":
        return Shell.POWERSHELL
    return Shell.FISH if name == "fish" else Shell.POSIX


def line_of(words: Iterable[str], shell: Shell) -> str:
    """Spell a command in one line."""
    return " ".join(map(_QUOTE[shell], words))


def _fish(word: str) -> str:
    if _PLAIN.fullmatch(word) and not word.startswith("%"):
        return word
    escaped = word.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _powershell(word: str) -> str:
    if _PLAIN_POWERSHELL.fullmatch(word):
        return word
    return "'" + _SINGLE_QUOTES.sub(lambda quote: quote[0] * 2, word) + "'"


def _cmd(word: str) -> str:
    if _PLAIN_CMD.fullmatch(word):
        return word
    quoted = _BEFORE_QUOTE.sub(r'\1\1\\"', word)
    trailing = len(quoted) - len(quoted.rstrip("\\"))
    quoted = f'"{quoted}' + trailing * "\\" + '"'
    return _META_CMD.sub(r"^\1", quoted)


_QUOTE: Final[Mapping[Shell, Callable[[str], str]]] = MappingProxyType(
    {
        Shell.POSIX: shlex.quote,
        Shell.FISH: _fish,
        Shell.POWERSHELL: _powershell,
        Shell.CMD: _cmd,
    }
)
