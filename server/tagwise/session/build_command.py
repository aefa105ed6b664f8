"""The command that builds a Dockerfile as its compose or bake file says, or as nobody does.

Follows docker's documentation of `docker buildx build`.  The command is a list of words, for
`subprocess`; `shell_words.py` spells it for a shell.  Does not know who asks for it, nor runs it.
"""

import os
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Final

import attrs

from tagwise.documents.build_plan import (
    PATHS,
    BuildOption,
    BuildPlan,
    Field,
    PlanKind,
    is_local,
    option,
    pair,
    written,
)
from tagwise.documents.dockerfile.syntax import parse
from tagwise.errors import CannotCompose
from tagwise.oci.platform import Platform
from tagwise.oci.reference import ImageReference

_BUILD: Final = ("docker", "buildx", "build")
_DOCKERFILE: Final = "Dockerfile"
_SPACES: Final = "\n\t"


@attrs.frozen
class BuildWishes:
    """What a person asks for besides: it counts over what a builder says.

    :raises InvalidPlatform, InvalidReference: for what is no platform, or no name for an image.
    """

    platforms: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    args: Mapping[str, str] = MappingProxyType({})
    target: str = ""
    context: str = ""
    push: bool = False
    load: bool = False

    def __attrs_post_init__(self) -> None:
        for platform in self.platforms:
            Platform.parse(platform)
        for tag in self.tags:
            ImageReference.parse(tag)

    def replaces(self, each: BuildOption) -> bool:
        """Whether nothing is left of what a builder says."""
        match each.flag:
            case "--platform":
                return bool(self.platforms)
            case "--tag":
                return bool(self.tags)
            case "--target":
                return bool(self.target)
            case "--output":
                return self.push or self.load
            case "--build-arg":
                return each.key[1] in self.args
            case _:
                return False

    def options(self) -> Iterator[BuildOption]:
        if self.platforms:
            yield option("--platform", ",".join(self.platforms))
        yield from (option("--tag", tag) for tag in self.tags)
        yield from (pair("--build-arg", name, value) for name, value in self.args.items())
        if self.target:
            yield option("--target", self.target)
        if self.push:
            yield BuildOption("--push")
        if self.load:
            yield BuildOption("--load")

    def answers(self, unknown: str) -> bool:
        """Whether it is told here what a builder leaves open."""
        what = unknown.partition(": ")[0]
        is_argument = what.startswith("args.") and what.removeprefix("args.") in self.args
        return is_argument or (what == "tags" and bool(self.tags))


@attrs.frozen
class BuildCommand:
    """`words` are for a process started in `folder`; `unknown` is what could not be told."""

    words: tuple[str, ...]
    folder: Path
    unknown: tuple[str, ...] = ()


def choices_of(plans: Iterable[BuildPlan]) -> tuple[BuildPlan, ...]:
    """Return the builders between which there is a choice: of those that say the same, one."""
    distinct: dict[tuple[object, ...], BuildPlan] = {}
    for plan in plans:
        key = (plan.folder, plan.context, plan.options, plan.unknown, plan.obstacle)
        distinct.setdefault(key, plan)
    return tuple(distinct.values())


def compose_build_command(
    dockerfile: Path,
    plan: BuildPlan | None,
    wishes: BuildWishes,
    *,
    text: str = "",
    settings: Mapping[str, str] = MappingProxyType({}),
    folder: Path,
) -> BuildCommand:
    """Compose the command to be run in `folder`.

    Of the build arguments in `settings` those count that the Dockerfile, whose text is `text`,
    declares, and that no builder gives.

    :raises CannotCompose: if something in it is a key to a terminal, or nothing a process can be given.
    """
    said = plan.options if plan else ()
    given = {each.key[1] for each in said if each.flag == "--build-arg"} | wishes.args.keys()
    declared = {argument.name for argument in parse(text).arguments} - given
    options = [
        *(each for each in said if not wishes.replaces(each)),
        *(pair("--build-arg", name, settings[name]) for name in settings if name in declared),
        *wishes.options(),
    ]
    places = _Places(plan, folder)
    context = _context(dockerfile, plan, wishes, places)
    words = (*_BUILD, *_words(options, places), *_file(dockerfile, context, folder), context)
    for word in words:
        _check(word)
    unknown = plan.unknown if plan else ()
    return BuildCommand(words, folder, tuple(each for each in unknown if not wishes.answers(each)))


@attrs.frozen
class _Places:
    """Sees paths from `folder` that a plan sees from its own."""

    plan: BuildPlan | None
    folder: Path

    def text(self, field: Field) -> str:
        if not field.is_path or self.plan is None:
            return field.value
        path = Path(field.value)
        if self.plan.kind is PlanKind.SERVICE and field.value.startswith("~"):
            with suppress(RuntimeError):  # Nobody has that name here.
                path = path.expanduser()  # compose-go, `paths.ExpandUser`
        return path_from(self.folder, Path(self.plan.folder) / path)


def _check(word: str) -> None:
    """Quotes keep a shell from reading control characters, not a terminal the line is put into."""
    for character in word:
        if unicodedata.category(character) == "Cc" and character not in _SPACES:
            held = f"U+{ord(character):04X}"
            raise CannotCompose(
                f"no line is composed: {word!r} holds the control character {held}: take it out of "
                "the file that says so"
            )


def path_from(folder: Path, path: Path) -> str:
    """Write a path as seen from a folder: short where it lies near, and never like an option."""
    if path.is_absolute() and not _are_near(folder, path):
        return str(path)
    try:
        shown = os.path.relpath(path, folder)
    except ValueError:  # Another drive of Windows.
        return str(_whole(path))
    return f".{os.sep}{shown}" if shown.startswith("-") else shown


def _are_near(folder: Path, path: Path) -> bool:
    """Whether the way from one to the other does not lead through the root."""
    try:
        common = Path(os.path.commonpath((_whole(folder), _whole(path))))
    except ValueError:
        return False
    return common != common.parent


def _whole(path: Path) -> Path:
    return Path(os.path.normpath(path.absolute()))


def _context(dockerfile: Path, plan: BuildPlan | None, wishes: BuildWishes, places: _Places) -> str:
    if wishes.context:
        return wishes.context
    if plan is not None:
        return places.text(plan.context)
    return path_from(places.folder, dockerfile.parent)


def _file(dockerfile: Path, context: str, folder: Path) -> tuple[str, ...]:
    """Say which file, unless it is the one that is taken anyway."""
    if not is_local(context):
        # buildx reads a local file beside a remote context only where its path is whole.
        return ("--file", str(_whole(dockerfile)))
    if _whole(dockerfile) == _whole(folder / context / _DOCKERFILE):
        return ()
    return ("--file", path_from(folder, dockerfile))


def _words(options: Iterable[BuildOption], places: _Places) -> Iterator[str]:
    for each in options:
        yield each.flag
        if each.fields:
            fields = [(field.name, places.text(field)) for field in each.fields]
            yield written(fields, as_csv=each.flag in PATHS)
