/**
 * How the editor shows an edit before it is made.
 *
 * The server says of an edit that a person is to look it over: each change `needsConfirmation`.  The
 * workbench then shows its preview, with those changes switched off, so that a person who wants them
 * all switches on each.  Here they are on: one change that does nothing, the creation of a file that
 * is there, is what the workbench shows the preview for; it does not list that one.  Pure.
 */
import type { ApplyWorkspaceEditParams, CreateFile, WorkspaceEdit } from 'vscode-languageclient/node';

const PREVIEW = 'tagwise.preview';

/** Return the same edit for the workbench, saved as what it calls a refactoring. */
export function previewed(params: ApplyWorkspaceEditParams): ApplyWorkspaceEditParams {
  const edit = shown(params.edit);
  return edit === undefined ? params : { ...params, edit, metadata: { isRefactoring: true } };
}

/** Nothing where nobody wants it looked over. */
function shown(edit: WorkspaceEdit): WorkspaceEdit | undefined {
  const annotations = Object.entries(edit.changeAnnotations ?? {});
  const there = edit.documentChanges?.find((change) => 'textDocument' in change)?.textDocument.uri;
  if (there === undefined || !annotations.some(([, { needsConfirmation }]) => needsConfirmation)) {
    return undefined;
  }
  const nothing: CreateFile = {
    kind: 'create',
    uri: there,
    options: { ignoreIfExists: true },
    annotationId: PREVIEW,
  };
  const on = annotations.map(([id, each]) => [id, { ...each, needsConfirmation: false }] as const);
  return {
    ...edit,
    documentChanges: [...(edit.documentChanges ?? []), nothing],
    changeAnnotations: {
      ...Object.fromEntries(on),
      [PREVIEW]: { label: 'Tagwise', needsConfirmation: true },
    },
  };
}
