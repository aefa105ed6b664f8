/** Which documents are the server's: by language, by path, and a user's own places. */
import * as vscode from 'vscode';

import documents from './documents.json' with { type: 'json' };

const SCHEMES = ['file', 'untitled'];

export interface DocumentKind {
  readonly scheme: string;
  readonly language?: string;
  readonly pattern?: string;
}

export function selector(): DocumentKind[] {
  return [
    ...SCHEMES.flatMap((scheme) => documents.languages.map((language) => ({ scheme, language }))),
    // What others read for their values: a tag may be written there.
    ...documents.values.map((pattern) => ({ scheme: 'file', pattern })),
    ...documents.globs.map((pattern) => ({ scheme: 'file', pattern })),
    ...ownPlaces().map((pattern) => ({ scheme: 'file', pattern })),
  ];
}

/** The files in which a user's own places stand: the server reads them, whatever they are. */
function ownPlaces(): readonly string[] {
  const places = vscode.workspace.getConfiguration('tagwise').inspect('places')?.globalValue;
  if (!Array.isArray(places)) {
    return [];
  }
  const files = (places as readonly unknown[]).map((place) =>
    typeof place === 'object' && place !== null && 'files' in place ? place.files : undefined,
  );
  return files.filter((glob) => typeof glob === 'string').map((glob) => `**/${glob}`);
}
