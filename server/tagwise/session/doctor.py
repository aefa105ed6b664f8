"""What stands between here and the images: how each registry is reached, and which engine answers.

For people; each line is a fact and, where something is in the way, what it is.
Does not know who asks, nor how lines are shown.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from tagwise.engine.client import EngineClient
from tagwise.ide.markup import clean
from tagwise.ide.phrases import hours
from tagwise.oci.reference import ImageReference
from tagwise.registry.examination import HostReport, RegistryReport
from tagwise.registry.resolver import Resolver

FALLBACK: Final = "hello-world"
MOST: Final = 20


async def reports(
    resolver: Resolver, references: Iterable[ImageReference]
) -> tuple[tuple[ImageReference, RegistryReport], ...]:
    """Examine each registry that references name, by the first of them.

    One after the other: what one registry says of its quota belongs to its own report.
    """
    tried = _one_for_each_registry(references) or (ImageReference.parse(FALLBACK),)
    return tuple([(each, await resolver.examine(each)) for each in tried])


def _one_for_each_registry(references: Iterable[ImageReference]) -> tuple[ImageReference, ...]:
    first: dict[str, ImageReference] = {}
    for reference in references:
        first.setdefault(reference.registry, reference.without_digest())
    return tuple(first.values())[:MOST]


def report_lines(reference: ImageReference, report: RegistryReport) -> Iterator[str]:
    """Say what was found out of one registry."""
    yield f"{report.registry}, by {reference.familiar}"
    for line in _lines(report):
        yield f"  {line}"


async def engine_line(client: EngineClient) -> str:
    """Say which engine answers.

    :raises EngineError: if none does, which is a finding, too.
    """
    info = await client.info()
    where = f"at {client.endpoint}, from {client.endpoint.origin}"
    return clean(
        f"{info.name} {info.version}, {info.os}/{info.architecture}, API {info.api}, {where}"
    )


def _lines(report: RegistryReport) -> Iterator[str]:
    yield f"credentials  {report.credentials}"
    if not report.hosts:
        yield "hosts        none: this machine's configuration or the settings forbid it"
    for host in report.hosts:
        yield f"{'mirror' if host.is_mirror else 'registry':<11}  {_said(host)}"
    if report.quota is not None:
        quota = report.quota
        window = f" in {hours(quota.window)}" if quota.window else ""
        yield f"pulls left   {quota.remaining} of {quota.limit}{window}"


def _said(host: HostReport) -> str:
    if host.problem is None:
        return f"{host.origin} answers"
    return f"{host.origin} answers: {host.problem}" if host.answers else host.problem
