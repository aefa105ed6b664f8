/** Commands on this machine's engine.  The server does them, and asks before it removes anything. */
import * as vscode from 'vscode';

import { SERVER_COMMANDS } from '../protocol.ts';
import { pressesKeys, withoutLinks } from '../texts.ts';
import { readCommandLine } from './answers.ts';
import { localImageMeant } from './local_image.ts';
import type { Command } from './table.ts';
import { enter, imageMeant, nameOf } from './target.ts';

export const pullImage: Command = async ({ server }, given) => {
  const target = await imageMeant(server, given, vscode.l10n.t('Which image is to be pulled?'));
  if (target === undefined) {
    return;
  }
  // A link is clicked before one knows it: it pulls nothing without asking.
  const isLink = given !== undefined && target.occurrence !== undefined;
  if (isLink && !(await agreed(await nameOf(server, target)))) {
    return;
  }
  await server.run(SERVER_COMMANDS.pull, target);
};

export const pullAll: Command = async ({ server }) => {
  const uri = vscode.window.activeTextEditor?.document.uri;
  if (uri !== undefined) {
    await server.run(SERVER_COMMANDS.pullAll, { uri: uri.toString() });
  }
};

export const removeImage: Command = async ({ server }, given) => {
  const placeholder = vscode.l10n.t('Which image is to be removed from this machine?');
  const target = await localImageMeant(server, given, placeholder);
  if (target !== undefined) {
    await server.run(SERVER_COMMANDS.remove, target);
  }
};

export const tagImage: Command = async ({ server }, given) => {
  const placeholder = vscode.l10n.t('Which image is to have one more name?');
  const target = await localImageMeant(server, given, placeholder);
  const name = target && (await enter(vscode.l10n.t('The new name')))?.reference;
  if (target !== undefined && name !== undefined) {
    await server.run(SERVER_COMMANDS.tagImage, { target, name });
  }
};

export const prune: Command = async ({ server }) => {
  const choices = [
    { label: vscode.l10n.t('Images without a name'), unused: false },
    { label: vscode.l10n.t('All images that no container uses'), unused: true },
  ];
  const placeHolder = vscode.l10n.t('What is to be removed from this machine?');
  const chosen = await vscode.window.showQuickPick(choices, { placeHolder });
  if (chosen !== undefined) {
    await server.run(SERVER_COMMANDS.prune, { unused: chosen.unused });
  }
};

/** Put the line into a terminal; the person reads it and starts it. */
export const composeBuildCommand: Command = async ({ server, documents }) => {
  const uri = vscode.window.activeTextEditor?.document.uri;
  if (uri === undefined) {
    return;
  }
  const asked = await vscode.window.showInputBox({
    prompt: vscode.l10n.t('Platforms, with commas between; empty: those its compose or bake file says'),
    placeHolder: 'linux/amd64,linux/arm64',
  });
  if (asked === undefined) {
    return;
  }
  const platforms = asked.split(/[\s,]+/).filter((platform) => platform !== '');
  const argument = { uri: uri.toString(), platforms };
  const command = readCommandLine(await server.run(SERVER_COMMANDS.composeBuildCommand, argument));
  if (command === undefined) {
    return;
  }
  if (pressesKeys(command.line)) {
    // In a terminal these are keys that are pressed: Enter, or one that takes back the quotes.
    await documents.show('build-command.txt', command.line);
    return;
  }
  const cwd = command.folder === '' ? {} : { cwd: command.folder };
  const terminal = vscode.window.createTerminal({ name: 'Tagwise', ...cwd });
  terminal.show();
  terminal.sendText(command.line, false);
  if (command.unknown.length > 0) {
    const left = withoutLinks(command.unknown.join(', '));
    void vscode.window.showInformationMessage(vscode.l10n.t('Left out of the line: {0}', left));
  }
};

export const listImages: Command = () => vscode.commands.executeCommand('tagwise.images.focus');

async function agreed(name: string | undefined): Promise<boolean> {
  const pull = vscode.l10n.t('Pull');
  const question =
    name === undefined ? vscode.l10n.t('Pull this image?') : vscode.l10n.t('Pull {0}?', name);
  return (await vscode.window.showInformationMessage(question, { modal: true }, pull)) === pull;
}
