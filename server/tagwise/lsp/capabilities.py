"""What the client can do, read once from what it says at the start.

Does not know what we do with it.
"""

from collections.abc import Mapping

import attrs
from lsprotocol import types


@attrs.frozen
class ClientAbilities:
    """Absent means no, as in the protocol."""

    markdown: bool = False
    action_literals: bool = False
    action_edits_on_resolve: bool = False
    versioned_edits: bool = False
    configuration: bool = False
    watched_files: bool = False
    pulls_diagnostics: bool = False
    refreshes_diagnostics: bool = False
    takes_diagnostics: bool = False
    related_information: bool = False
    describes_codes: bool = False
    shows_progress: bool = False
    asks_person: bool = False
    link_tooltips: bool = False
    completion_markdown: bool = False
    symbol_trees: bool = False
    change_annotations: bool = False
    refreshes_lenses: bool = False
    refreshes_hints: bool = False
    hint_properties: frozenset[str] = frozenset()
    command_links: bool = False
    pictures: bool = False
    shows_status: bool = False


def abilities_of(
    capabilities: types.ClientCapabilities, shows: Mapping[str, bool]
) -> ClientAbilities:
    """`shows` is what the client says of itself beyond the protocol (`options.py`)."""
    document = capabilities.text_document or types.TextDocumentClientCapabilities()
    workspace = capabilities.workspace or types.WorkspaceClientCapabilities()
    window = capabilities.window or types.WindowClientCapabilities()
    hover = document.hover or types.HoverClientCapabilities()
    action = document.code_action or types.CodeActionClientCapabilities()
    edit = workspace.workspace_edit or types.WorkspaceEditClientCapabilities()
    watched = workspace.did_change_watched_files
    hint = document.inlay_hint or types.InlayHintClientCapabilities()
    resolve = action.resolve_support
    pushed = document.publish_diagnostics
    refresh = workspace.diagnostics
    links = document.document_link
    symbols = document.document_symbol
    completion = document.completion and document.completion.completion_item
    completion_formats = tuple((completion and completion.documentation_format) or ())
    formats = tuple(hover.content_format or ())
    return ClientAbilities(
        markdown=formats[:1] == (types.MarkupKind.Markdown,),
        action_literals=action.code_action_literal_support is not None,
        action_edits_on_resolve=bool(
            action.data_support and resolve is not None and "edit" in resolve.properties
        ),
        versioned_edits=bool(edit.document_changes),
        configuration=bool(workspace.configuration),
        watched_files=watched is not None and bool(watched.dynamic_registration),
        pulls_diagnostics=document.diagnostic is not None,
        refreshes_diagnostics=refresh is not None and bool(refresh.refresh_support),
        takes_diagnostics=pushed is not None,
        related_information=pushed is not None and bool(pushed.related_information),
        describes_codes=pushed is not None and bool(pushed.code_description_support),
        shows_progress=bool(window.work_done_progress),
        asks_person=window.show_message is not None,
        symbol_trees=symbols is not None and bool(symbols.hierarchical_document_symbol_support),
        completion_markdown=completion_formats[:1] == (types.MarkupKind.Markdown,),
        link_tooltips=links is not None and bool(links.tooltip_support),
        change_annotations=edit.change_annotation_support is not None,
        refreshes_lenses=bool(workspace.code_lens and workspace.code_lens.refresh_support),
        refreshes_hints=bool(workspace.inlay_hint and workspace.inlay_hint.refresh_support),
        hint_properties=frozenset(hint.resolve_support.properties if hint.resolve_support else ()),
        command_links=shows.get("commandLinks", False),
        pictures=shows.get("svg", False),
        shows_status=bool(shows),
    )
