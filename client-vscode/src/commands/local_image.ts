/** Which of this machine's images a command is about. */
import * as vscode from 'vscode';

import { age, size } from '../panels/figures.ts';
import { SERVER_COMMANDS } from '../protocol.ts';
import type { Server } from '../server/server.ts';
import { type LocalImage, readImages } from './answers.ts';
import { enter, givenTarget, type ImageTarget } from './target.ts';

export async function localImages(
  server: Server,
  filters: readonly string[] = [],
): Promise<readonly LocalImage[] | undefined> {
  return readImages(await server.run(SERVER_COMMANDS.listImages, { filters }));
}

/** Return what the command was given, or what is picked of the images here or written. */
export async function localImageMeant(
  server: Server,
  given: unknown,
  placeHolder: string,
): Promise<ImageTarget | undefined> {
  const target = givenTarget(given);
  if (target !== undefined) {
    return target;
  }
  const images = await localImages(server);
  if (images === undefined) {
    return undefined;
  }
  const byName = { label: `$(edit) ${vscode.l10n.t('Enter a name or an id…')}`, image: undefined };
  const items = images.map((image) => ({
    label: image.tag === '' ? image.reference : `${image.repository}:${image.tag}`,
    description: facts(image),
    image,
  }));
  const options = { placeHolder, matchOnDescription: true };
  const chosen = await vscode.window.showQuickPick([...items, byName], options);
  if (chosen === undefined) {
    return undefined;
  }
  return chosen.image === undefined ? enter(placeHolder) : { reference: chosen.image.reference };
}

/** `45.1 MB, 3 days ago`, and who uses it. */
export function facts(image: LocalImage): string {
  const used = image.containers.join(', ');
  return [
    size(image.size),
    age(image.created, new Date(), vscode.env.language),
    used === '' ? '' : vscode.l10n.t('used by {0}', used),
    image.isBehind ? vscode.l10n.t('behind its registry') : '',
  ]
    .filter((fact) => fact !== '')
    .join(' · ');
}
