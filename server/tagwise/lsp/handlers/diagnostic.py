"""textDocument/diagnostic: what is found in a document, by what is known now."""

import hashlib

from lsprotocol import types

from tagwise.lsp.diagnosing import diagnose
from tagwise.lsp.server import TagwiseServer
from tagwise.session.uris import document_of


async def diagnostic(
    ls: TagwiseServer, params: types.DocumentDiagnosticParams
) -> types.DocumentDiagnosticReport:
    """Answer what is found, or that it is what the client has been told already.

    A result's id is made of what it says: nothing has to be kept to compare it.
    """
    found = await diagnose(ls, document_of(params.text_document.uri))
    result = hashlib.sha256(repr(found).encode("utf-8", "surrogatepass")).hexdigest()
    if result == params.previous_result_id:
        return types.RelatedUnchangedDocumentDiagnosticReport(result)
    return types.RelatedFullDocumentDiagnosticReport(found, result_id=result)
