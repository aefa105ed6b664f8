"""`tagwise tags`: the tags of a repository."""

import asyncio
import json
from collections.abc import Iterable
from enum import Enum
from fnmatch import fnmatchcase
from typing import Annotated, Final

import typer

from tagwise.cli.asking import Access, Mirrors, Offline, asking_session, parsed_reference
from tagwise.cli.usage import WrongUsage
from tagwise.ide.markup import clean
from tagwise.oci.reference import ImageReference
from tagwise.oci.tags import newest_first

MOST: Final = 100_000


class Format(Enum):
    TEXT = "text"
    JSON = "json"


def tags(
    repository: Annotated[
        str, typer.Argument(metavar="REPO", help="Such as python or ghcr.io/acme/api.")
    ],
    *,
    limit: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Print the first N at most.")
    ] = None,
    pattern: Annotated[
        str | None, typer.Option("--filter", metavar="GLOB", help="Such as '3.12*-slim'.")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How to print them.")] = Format.TEXT,
    mirror: Mirrors = None,
    offline: Offline = False,
) -> None:
    """List the tags of a repository, the newest version first."""
    reference = parsed_reference(repository)
    if reference.tag is not None or reference.digest is not None:
        raise WrongUsage(f"a repository has no tag or digest: say {reference.familiar_name}")
    found = asyncio.run(_tags(reference, Access(mirror, offline)))
    chosen = tuple(tag for tag in found if pattern is None or fnmatchcase(tag, pattern))[:limit]
    if form is Format.JSON:
        typer.echo(json.dumps(chosen, indent=2))
        return
    for tag in chosen:
        typer.echo(clean(tag))


async def _tags(reference: ImageReference, access: Access) -> Iterable[str]:
    from tagwise.cli.console import progress

    async with asking_session(access) as session:
        with progress(f"asking {reference.registry} …"):
            found = await session.resolver.tags(reference, limit=MOST)
    if not found.is_complete:
        said = f"tagwise: the list goes on: these are the first {len(found.tags)} the registry gave"
        typer.echo(said, err=True)
    return newest_first(found.tags)
