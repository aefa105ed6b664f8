"""textDocument/diagnostic: what is found in a document, by what is known now."""

from lsprotocol import types

from tagwise.lsp.diagnosing import diagnose
from tagwise.lsp.server import TagwiseServer
from tagwise.session.uris import document_of


async def diagnostic(
    ls: TagwiseServer, params: types.DocumentDiagnosticParams
) -> types.RelatedFullDocumentDiagnosticReport:
    found = await diagnose(ls, document_of(params.text_document.uri))
    return types.RelatedFullDocumentDiagnosticReport(items=found)
