/** Commands that change files: pin, update, unpin.  What the edit is the server says. */
import * as vscode from 'vscode';

import { SERVER_COMMANDS } from '../protocol.ts';
import type { Command } from './table.ts';
import { placeMeant } from './target.ts';

type Verb = 'pin' | 'update' | 'unpin';

export const pinImage: Command = (tools, given) =>
  onOne(tools, given, 'pin', vscode.l10n.t('Which image is to be pinned to its digest?'));

export const unpin: Command = (tools, given) =>
  onOne(tools, given, 'unpin', vscode.l10n.t('Which image is to lose its digest?'));

export const pinAllInFile: Command = (tools) => onAll(tools, 'pin');

export const updatePins: Command = (tools) => onAll(tools, 'update');

export const pinAllInWorkspace: Command = ({ server }) =>
  server.run(SERVER_COMMANDS.pinWorkspace, {});

export const updatePinsInWorkspace: Command = ({ server }) =>
  server.run(SERVER_COMMANDS.updateWorkspace, {});

async function onOne(
  { server }: Parameters<Command>[0],
  given: unknown,
  verb: Verb,
  placeholder: string,
): Promise<void> {
  const target = await placeMeant(server, given, placeholder);
  if (target === undefined) {
    return;
  }
  const { uri, occurrence } = target;
  // A link may be older than the text; the server finds the same occurrence in the text of now.
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
  const { version } = document;
  await server.run(SERVER_COMMANDS.applyAction, { uri, version, verb, occurrence });
}

async function onAll({ server }: Parameters<Command>[0], verb: Verb): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document !== undefined) {
    const { version } = document;
    await server.run(SERVER_COMMANDS.applyAction, { uri: document.uri.toString(), version, verb });
  }
}
