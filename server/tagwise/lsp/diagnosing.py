"""Findings as an editor gets them: told when it asks, or pushed where it cannot.

What is known is told at once, but of what is being written (`last_edits.py`); registries are asked
behind, once nobody has typed for a moment, and the editor is told again if they say anything new.
Does not know rules.
"""

import asyncio
from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

from lsprotocol import types

from tagwise.documents.model import Occurrence, Severity
from tagwise.ide.diagnostics.finding import Finding
from tagwise.ide.diagnostics.findings import looked_up, severity_of
from tagwise.ide.diagnostics.rule import Elsewhere
from tagwise.ide.diagnostics.same_image_different_tags import SAME_IMAGE_DIFFERENT_TAGS
from tagwise.lsp.convert import Positions
from tagwise.lsp.refreshing import refresh_soon
from tagwise.lsp.server import TagwiseServer
from tagwise.lsp.status import tell_status_soon
from tagwise.session.rule_pages import rule_address
from tagwise.session.uris import document_of, uri_of
from tagwise.session.workspace import OpenDocument, ReadDocument

QUIET: Final = 0.4
"""Seconds without a change before registries are asked: half a name is nobody's image."""

SOURCE: Final = "tagwise"

_READ_BY_NONE: Final = "dockerfile"

_SEVERITY: Final = MappingProxyType(
    {
        Severity.ERROR: types.DiagnosticSeverity.Error,
        Severity.WARNING: types.DiagnosticSeverity.Warning,
        Severity.INFORMATION: types.DiagnosticSeverity.Information,
        Severity.HINT: types.DiagnosticSeverity.Hint,
    }
)


async def diagnose(ls: TagwiseServer, document: str) -> tuple[types.Diagnostic, ...]:
    """Return what is found in an open document by what is known; ask for the rest behind."""
    await ls.settled()
    read = await ls.session.workspace.read(document)
    if read is None:
        return ()
    found = await findings_of(ls, read)
    told = ls.last_edits.tell(document, found) if _can_be_told_again(ls) else found
    hearing = hear(ls, read, keeps_back=len(told) < len(found))
    ls.session.tasks.start(hearing, name=f"ask for what {document} names")
    return tuple(diagnostic(ls, read, each) for each in told)


async def findings_of(ls: TagwiseServer, read: ReadDocument) -> tuple[Finding, ...]:
    """Return what is found in a document, beside the others: all of the workspace if a rule is on
    that compares them, else those that are open.
    """
    others: list[Elsewhere] = []
    for document in ls.session.workspace.open_documents():
        other = await ls.session.workspace.read(document) if document != read.document else None
        if other is not None:
            others += [Elsewhere(document, *each) for each in looked_up(other.parsed)]
    policy = ls.session.workspace.policy(read.document)
    if severity_of(SAME_IMAGE_DIFFERENT_TAGS.id, policy) is not None:
        for each in ls.session.images.known():
            others += [Elsewhere(each.document, *pair) for pair in looked_up(each.parsed)]
        ls.session.images.refresh(lambda: announce(ls))
    return ls.session.findings(read, elsewhere=others)


async def hear(ls: TagwiseServer, read: ReadDocument, *, keeps_back: bool = False) -> bool:
    """Ask what registries say; tell if it is news, or if something has been kept back.

    What is being written is asked for once that is over.  False where the document changes first.
    """
    await asyncio.sleep(QUIET)
    if not _is_current(ls, read):
        return False
    images = [occurrence for occurrence, _ in looked_up(read.parsed)]
    apart = [each for each in images if not ls.last_edits.is_written(read.document, each.span)]
    await _hear(ls, apart)
    left = ls.last_edits.until_pause(read.document)
    if left:
        await asyncio.sleep(left)
        if not _is_current(ls, read):
            return False
    if keeps_back:
        announce(ls)
    if len(apart) < len(images):
        await _hear(ls, images)
    return True


def announce_dependants(ls: TagwiseServer, document: str) -> None:
    """Tell of the documents again that may have values from one that changes, when it has."""
    opened = ls.session.workspace.opened(document)
    others = [each for each in ls.session.workspace.open_documents() if each != document]
    if others and opened is not None:
        telling = _announce_others(ls, document, opened)
        ls.session.tasks.start(telling, name=f"diagnose what reads {document}")


def announce(ls: TagwiseServer, *documents: str) -> None:
    """Tell an editor that cannot ask what is found now, in all open documents where none is named.

    One that can asks by itself when a document changes, and is told when anything else does.
    """
    if not documents:
        refresh_soon(ls)
        tell_status_soon(ls)
    if ls.abilities.pulls_diagnostics:
        if not documents and ls.abilities.refreshes_diagnostics:
            ls.workspace_diagnostic_refresh(None)
        return
    if not ls.abilities.takes_diagnostics:
        return
    for document in documents or ls.session.workspace.open_documents():
        before = ls.announcing.get(document)
        if before is not None:
            before.cancel()
        pushing = _push(ls, document)
        ls.announcing[document] = ls.session.tasks.start(pushing, name=f"diagnose {document}")


def withdraw(ls: TagwiseServer, uri: str) -> None:
    """Take back what was pushed of a document that is closed."""
    pushing = ls.announcing.pop(document_of(uri), None)
    if pushing is not None:
        pushing.cancel()
        ls.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, ()))


def diagnostic(ls: TagwiseServer, read: ReadDocument, finding: Finding) -> types.Diagnostic:
    encoding = ls.workspace.position_encoding
    related: list[types.DiagnosticRelatedInformation] = []
    for each in finding.related if ls.abilities.related_information else ():
        opened = ls.session.workspace.opened(each.place.document)
        uri = opened.uri if opened is not None else uri_of(each.place.document)
        positions = Positions(ls.session.workspace.text(each.place.document) or "", encoding)
        location = types.Location(uri, positions.range(each.place.span))
        related.append(types.DiagnosticRelatedInformation(location, each.message))
    address = rule_address(finding.rule) if ls.abilities.describes_codes else None
    return types.Diagnostic(
        range=Positions(read.text, encoding).range(finding.span),
        message=finding.message,
        severity=_SEVERITY[finding.severity],
        code=finding.rule,
        code_description=types.CodeDescription(address) if address is not None else None,
        source=SOURCE,
        related_information=related or None,
    )


async def _announce_others(ls: TagwiseServer, document: str, opened: OpenDocument) -> None:
    """Tell of all others, unless the document changes first, or is one that nothing reads."""
    await asyncio.sleep(QUIET)
    if ls.session.workspace.opened(document) is not opened:
        return
    read = await ls.session.workspace.read(document)
    if read is not None and read.language == _READ_BY_NONE:
        return
    if ls.abilities.pulls_diagnostics:
        announce(ls)
        return
    others = [each for each in ls.session.workspace.open_documents() if each != document]
    if others:
        announce(ls, *others)


def _can_be_told_again(ls: TagwiseServer) -> bool:
    return ls.abilities.refreshes_diagnostics or not ls.abilities.pulls_diagnostics


def _is_current(ls: TagwiseServer, read: ReadDocument) -> bool:
    opened = ls.session.workspace.opened(read.document)
    return opened is not None and opened.text is read.text


async def _hear(ls: TagwiseServer, images: Sequence[Occurrence]) -> None:
    for occurrence in images:
        if occurrence.reference is not None:  # So that the engine has answered by the first hover.
            ls.session.local_state(occurrence.reference)
    if await ls.session.witness.hear(images, thorough=False):
        announce(ls)


async def _push(ls: TagwiseServer, document: str) -> None:
    opened = ls.session.workspace.opened(document)
    if opened is None:
        return
    found = await diagnose(ls, document)
    if ls.session.workspace.opened(document) is opened:
        params = types.PublishDiagnosticsParams(opened.uri, found, opened.version)
        ls.text_document_publish_diagnostics(params)
