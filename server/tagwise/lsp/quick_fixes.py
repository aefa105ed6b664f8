"""Code actions on findings: the edit that makes one go away, or the one that switches it off.

Does not know rules; nothing here asks the network.
"""

from collections.abc import Iterator

from lsprotocol import types

from tagwise.documents.traced import Span
from tagwise.ide.diagnostics.finding import Finding, Replacement
from tagwise.ide.diagnostics.quick_fixes import fixing_offers, line_ignored, rule_off
from tagwise.ide.occurrence_ids import occurrence_id
from tagwise.lsp.action_data import ActionData, to_wire
from tagwise.lsp.convert import workspace_edit
from tagwise.lsp.diagnosing import diagnostic, findings_of
from tagwise.lsp.server import TagwiseServer
from tagwise.session.workspace import ReadDocument


async def quick_fixes(ls: TagwiseServer, read: ReadDocument, span: Span) -> list[types.CodeAction]:
    """List the fixes of what is found at `span`, for a client that takes diagnostics."""
    if not (ls.abilities.pulls_diagnostics or ls.abilities.takes_diagnostics):
        return []
    if not ls.abilities.action_literals:
        return []
    return [
        action
        for finding in await findings_of(ls, read)
        if finding.span.start <= span.end and span.start <= finding.span.end
        for action in _fixes(ls, read, finding)
    ]


def _fixes(ls: TagwiseServer, read: ReadDocument, finding: Finding) -> Iterator[types.CodeAction]:
    shown = (diagnostic(ls, read, finding),)
    for index, replacement in enumerate(finding.replacements):
        yield _edited(ls, replacement, shown, is_preferred=index == 0)
    opened = ls.session.workspace.opened(read.document)
    for offer in fixing_offers(finding) if opened is not None else ():
        data = ActionData(
            uri=opened.uri if opened is not None else "",
            verb=offer.verb,
            version=read.version,
            occurrence=occurrence_id(read.parsed.occurrences, offer.occurrence),
        )
        kind = types.CodeActionKind.QuickFix
        yield types.CodeAction(offer.title, kind, diagnostics=shown, data=to_wire(data))
    ignored = line_ignored(finding, read.document, read.text, read.language)
    if ignored is not None:
        yield _edited(ls, ignored, shown)
    settings = ls.session.workspace.settings_file(read.document)
    text = ls.session.workspace.text(settings) if settings is not None else None
    off = rule_off(finding, settings, text) if settings is not None and text is not None else None
    if off is not None:
        yield _edited(ls, off, shown)


def _edited(
    ls: TagwiseServer,
    replacement: Replacement,
    shown: tuple[types.Diagnostic, ...],
    *,
    is_preferred: bool = False,
) -> types.CodeAction:
    edit = workspace_edit(
        replacement.plan,
        ls.session.workspace,
        ls.workspace.position_encoding,
        versioned=ls.abilities.versioned_edits,
    )
    return types.CodeAction(
        replacement.title,
        types.CodeActionKind.QuickFix,
        diagnostics=shown,
        is_preferred=is_preferred or None,
        edit=edit,
    )
