"""How a Dockerfile is built, as a compose or bake file says it: what `docker buildx build` is told.

Follows buildx: commands/build.go has the options, util/buildflags how their values are written.
Does not know which file says it, nor where the command is run.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from io import StringIO
from types import MappingProxyType
from typing import Final, Protocol, runtime_checkable

import attrs

from tagwise.documents.model import Inputs
from tagwise.documents.remote import is_remote

# The options whose values are fields of CSV, and the names of the fields that are paths.
PATHS: Final = MappingProxyType(
    {
        "--add-host": frozenset[str](),
        "--attest": frozenset[str](),
        "--cache-from": frozenset({"src"}),
        "--cache-to": frozenset({"dest"}),
        "--output": frozenset({"dest"}),
        "--secret": frozenset({"src", "source"}),
    }
)


class PlanKind(Enum):
    """What says how a Dockerfile is built, in a person's words."""

    SERVICE = "compose service"
    BAKE_TARGET = "bake target"
    DEVCONTAINER = "development container"


@attrs.frozen
class Field:
    """A part of an option's value, `name=value`; a path is seen from the plan's folder."""

    value: str
    name: str = ""
    is_path: bool = False


@attrs.frozen
class BuildOption:
    """An option and its value; a switch has none."""

    flag: str
    fields: tuple[Field, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What the option is about: of two with the same the later one counts, or both do."""
        return self.flag, self.fields[0].name if self.fields else ""


@attrs.frozen
class BuildPlan:
    """What one builder says of a Dockerfile's build; `document` is the file with the last word.

    `dockerfile` and other paths start at `folder`, that of the file asked, which whoever asks fills
    in; `context` may be remote.  `unknown` is what cannot be told before the builder itself runs,
    as `what: reason`; `obstacle` is why no single line can do the same, if so.
    """

    kind: PlanKind
    name: str
    document: str
    dockerfile: str
    context: Field
    options: tuple[BuildOption, ...]
    unknown: tuple[str, ...] = ()
    obstacle: str = ""
    folder: str = ""


@runtime_checkable
class Planning(Protocol):
    """A syntax that says how Dockerfiles are built."""

    def plans(self, inputs: Inputs) -> tuple[BuildPlan, ...]: ...


def option(flag: str, value: str) -> BuildOption:
    """Read an option's value as it is written on a command line."""
    paths = PATHS.get(flag)
    if flag == "--ssh":
        name, _, listed = value.partition("=")
        return ssh_option(name, listed.split(",") if listed else ())
    if paths is None:
        return BuildOption(flag, (Field(value),))
    return BuildOption(flag, tuple(_field(flag, each, paths) for each in _fields(value)))


def option_of(flag: str, fields: Iterable[tuple[str, str]]) -> BuildOption:
    """Build an option from fields, as bake writes objects: the type first, then by name."""
    paths = PATHS.get(flag, frozenset())
    ordered = sorted(fields, key=lambda each: (each[0] not in {"type", "id"}, each[0]))
    return BuildOption(
        flag, tuple(Field(value, name, is_path=name in paths) for name, value in ordered)
    )


def ssh_option(name: str, paths: Sequence[str]) -> BuildOption:
    """Give an agent or keys: `default`, `name=socket`, `name=key,key`."""
    if not paths:
        return BuildOption("--ssh", (Field(name),))
    first, *others = paths
    rest = (Field(each, is_path=True) for each in others)
    return BuildOption("--ssh", (Field(first, name, is_path=True), *rest))


def pair(flag: str, name: str, value: str, *, is_path: bool = False) -> BuildOption:
    return BuildOption(flag, (Field(value, name, is_path),))


def context_pair(name: str, value: str) -> BuildOption:
    """Build a named context, which is a path unless it says what else it is."""
    return pair("--build-context", name, value, is_path=is_local(value))


def is_local(context: str) -> bool:
    """Whether a context is a folder of this machine (BuildKit, `dockerui.isHTTPSource` and git)."""
    return not is_remote(context)


def written(fields: Iterable[tuple[str, str]], *, as_csv: bool) -> str:
    """Write names and values as one value (buildflags, `csvBuilder`)."""
    texts = [f"{name}={value}" if name else value for name, value in fields]
    if not as_csv:
        return ",".join(texts)
    line = StringIO()
    csv.writer(line, lineterminator="").writerow(texts)
    return line.getvalue()


def _fields(value: str) -> list[str]:
    return next(csv.reader([value], strict=False), list[str]())


def _field(flag: str, text: str, paths: frozenset[str]) -> Field:
    name, equals, value = text.partition("=")
    if not equals:
        # An output that is only a path is a folder, or `-` for a stream.
        return Field(text, is_path=flag == "--output" and text != "-")
    return Field(value, name, is_path=name.lower() in paths)


def without_repeated(options: Iterable[BuildOption]) -> Iterator[BuildOption]:
    """Leave out what has been said in the same words before."""
    yield from dict.fromkeys(options)
