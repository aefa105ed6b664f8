/**
 * Which image a command is about: the one it was given, the one under the cursor, or one that is
 * asked for.
 *
 * Where images are named in a document is the server's to say; here it is only asked and shown.
 */
import * as vscode from 'vscode';

import { isObject } from '../settings.ts';
import { type DocumentReference, readReferences } from './answers.ts';
import { SERVER_COMMANDS } from '../protocol.ts';
import type { Server } from '../server/server.ts';

/** As the server takes it: an occurrence of a document, or a reference as text. */
export interface ImageTarget {
  readonly uri?: string;
  readonly version?: number;
  readonly occurrence?: string;
  readonly reference?: string;
  readonly platform?: string;
}

/** A place in a document, which an edit is about. */
export interface PlacedTarget extends ImageTarget {
  readonly uri: string;
  readonly occurrence: string;
}

export function givenTarget(given: unknown): ImageTarget | undefined {
  if (!isObject(given)) {
    return undefined;
  }
  const { uri, version, occurrence, reference, platform } = given;
  const target: ImageTarget = {
    ...(typeof uri === 'string' ? { uri } : {}),
    ...(typeof version === 'number' ? { version } : {}),
    ...(typeof occurrence === 'string' ? { occurrence } : {}),
    ...(typeof reference === 'string' ? { reference } : {}),
    ...(typeof platform === 'string' ? { platform } : {}),
  };
  return target.reference !== undefined || target.occurrence !== undefined ? target : undefined;
}

export function isPlaced(target: ImageTarget | undefined): target is PlacedTarget {
  return target?.uri !== undefined && target.occurrence !== undefined;
}

/** Return the image that is meant, asking where it is not clear; nothing where nobody says. */
export async function imageMeant(
  server: Server,
  given: unknown,
  placeholder: string,
): Promise<ImageTarget | undefined> {
  const known = givenTarget(given) ?? (await underCursor(server));
  return known ?? pick(await referencesHere(server), { placeholder, orText: true });
}

/** The same for an edit: only a place in the document will do. */
export async function placeMeant(
  server: Server,
  given: unknown,
  placeholder: string,
): Promise<PlacedTarget | undefined> {
  const known = givenTarget(given) ?? (await underCursor(server));
  const target = known ?? (await pick(await referencesHere(server), { placeholder, orText: false }));
  return isPlaced(target) ? target : undefined;
}

/** What a person calls a target, as its document or they themselves have written it. */
export async function nameOf(server: Server, target: ImageTarget): Promise<string | undefined> {
  if (target.reference !== undefined || target.uri === undefined) {
    return target.reference;
  }
  const answer = await server.run(SERVER_COMMANDS.listReferences, { uri: target.uri });
  return readReferences(answer).find(({ id }) => id === target.occurrence)?.text;
}

async function underCursor(server: Server): Promise<PlacedTarget | undefined> {
  const at = vscode.window.activeTextEditor?.selection.active;
  if (at === undefined) {
    return undefined;
  }
  const here = (await referencesHere(server)).filter(
    ({ target, range }) => target !== undefined && range.contains(at),
  );
  return here[0]?.target;
}

interface Here {
  readonly reference: DocumentReference;
  readonly range: vscode.Range;
  /** Nothing where it is no image. */
  readonly target: PlacedTarget | undefined;
}

async function referencesHere(server: Server): Promise<readonly Here[]> {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined) {
    return [];
  }
  const uri = document.uri.toString();
  const { version } = document;
  const answer = await server.run(SERVER_COMMANDS.listReferences, { uri });
  return readReferences(answer).map((reference) => {
    const { start, end } = reference.range;
    return {
      reference,
      range: new vscode.Range(start.line, start.character, end.line, end.character),
      target: reference.skipped === null ? { uri, version, occurrence: reference.id } : undefined,
    };
  });
}

async function pick(
  here: readonly Here[],
  options: { readonly placeholder: string; readonly orText: boolean },
): Promise<ImageTarget | undefined> {
  const items = here.flatMap(({ reference, target }) =>
    target === undefined
      ? []
      : [
          {
            label: reference.text,
            description: vscode.l10n.t('line {0}', reference.range.start.line + 1),
            target,
          },
        ],
  );
  const byText = { label: `$(edit) ${vscode.l10n.t('Enter a reference…')}`, target: undefined };
  if (items.length === 0) {
    if (options.orText) {
      return enter(options.placeholder);
    }
    void vscode.window.showInformationMessage(vscode.l10n.t('No image is named in this file.'));
    return undefined;
  }
  const chosen = await vscode.window.showQuickPick(
    [...items, ...(options.orText ? [byText] : [])],
    { placeHolder: options.placeholder },
  );
  return chosen === byText ? enter(options.placeholder) : chosen?.target;
}

/** Have a reference written; whether it is one the server says, as soon as it is used. */
export async function enter(prompt: string): Promise<ImageTarget | undefined> {
  const reference = await vscode.window.showInputBox({
    prompt,
    placeHolder: 'registry.example.com/team/app:1.0',
    ignoreFocusOut: true,
    validateInput: (text) =>
      /\s/.test(text.trim()) ? vscode.l10n.t('An image reference has no blanks in it.') : undefined,
  });
  const written = reference?.trim() ?? '';
  return written === '' ? undefined : { reference: written };
}
