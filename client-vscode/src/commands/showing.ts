/** Commands that show or copy what the server knows of an image. */
import * as vscode from 'vscode';

import { LayersPanel } from '../panels/layers_panel.ts';
import type { ShownImage } from '../panels/messages.ts';
import { SERVER_COMMANDS } from '../protocol.ts';
import { isObject } from '../settings.ts';
import { type Description, readDescription, readText } from './answers.ts';
import { readLayers, shownLayers } from './layer_answers.ts';
import type { Command, Tools } from './table.ts';
import { enter, type ImageTarget, imageMeant } from './target.ts';

export const inspectImage: Command = async ({ server, documents }, given) => {
  const target = await imageMeant(server, given, vscode.l10n.t('Which image is to be inspected?'));
  const answer = target && (await server.run(SERVER_COMMANDS.inspectImage, target));
  if (isObject(answer)) {
    const name = (readText(answer['reference']) ?? 'image').replaceAll(/[^\w.-]+/g, '-');
    await documents.show(`${name}.json`, `${JSON.stringify(answer, undefined, 2)}\n`);
  }
};

export const showLayers: Command = async (tools, given) => {
  const target = await imageMeant(
    tools.server,
    given,
    vscode.l10n.t('The layers of which image?'),
  );
  const first = target && (await layersOf(tools, target));
  if (target !== undefined && first !== undefined) {
    const compare = (): Promise<ShownImage | undefined> => other(tools, target);
    // The card whose link this was lies over where the panel opens.
    await vscode.commands.executeCommand('editor.action.hideHover');
    new LayersPanel(tools.extension, { first }, compare);
  }
};

export const compareLayers: Command = async (tools, given) => {
  const target = await imageMeant(
    tools.server,
    given,
    vscode.l10n.t('The layers of which image are to be compared?'),
  );
  const first = target && (await layersOf(tools, target));
  const second = target && first && (await other(tools, target));
  if (target !== undefined && first !== undefined && second !== undefined) {
    const compare = (): Promise<ShownImage | undefined> => other(tools, target);
    new LayersPanel(tools.extension, { first, second }, compare);
  }
};

export const copyDigest: Command = async (tools, given) => {
  const digest = (await described(tools, given))?.digest;
  if (digest !== undefined && digest !== null) {
    await copy(digest);
  }
};

export const copyCanonicalName: Command = async (tools, given) => {
  const name = (await described(tools, given))?.canonicalName;
  if (name !== undefined) {
    await copy(name);
  }
};

export const openInRegistry: Command = async (tools, given) => {
  const description = await described(tools, given);
  if (description === undefined) {
    return;
  }
  if (description.page === null) {
    const said = vscode.l10n.t('{0}: its registry has no page about it', description.canonicalName);
    void vscode.window.showInformationMessage(said);
    return;
  }
  await vscode.env.openExternal(vscode.Uri.parse(description.page, true));
};

export const doctor: Command = async ({ server, documents }) => {
  const text = readText(await server.run(SERVER_COMMANDS.doctor, {}));
  if (text !== undefined) {
    await documents.show('doctor.txt', text);
  }
};

async function described({ server }: Tools, given: unknown): Promise<Description | undefined> {
  const target = await imageMeant(server, given, vscode.l10n.t('Which image?'));
  return target && readDescription(await server.run(SERVER_COMMANDS.describe, target));
}

async function copy(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(vscode.l10n.t('Copied {0}', text), 4_000);
}

async function layersOf({ server }: Tools, target: ImageTarget): Promise<ShownImage | undefined> {
  const answer = readLayers(await server.run(SERVER_COMMANDS.layers, target));
  return answer && shownLayers(answer, { now: new Date(), language: vscode.env.language });
}

/** Ask for the image to compare with: another platform of this one, or another reference. */
async function other(tools: Tools, target: ImageTarget): Promise<ShownImage | undefined> {
  const description = readDescription(await tools.server.run(SERVER_COMMANDS.describe, target));
  const platforms = (description?.platforms ?? []).map((platform) => ({
    label: platform,
    description: vscode.l10n.t('of the same image'),
    platform,
  }));
  const byName = { label: `$(edit) ${vscode.l10n.t('Another tag or image…')}`, platform: undefined };
  const placeHolder = vscode.l10n.t('Compare with what?');
  const chosen = await vscode.window.showQuickPick([...platforms, byName], { placeHolder });
  if (chosen === undefined) {
    return undefined;
  }
  const second =
    chosen.platform === undefined
      ? await enter(vscode.l10n.t('Compare with which image?'))
      : { ...target, platform: chosen.platform };
  return second && layersOf(tools, second);
}
