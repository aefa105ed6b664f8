/**
 * The settings: the client's own, and the section the server is told.
 *
 * The server is told what somebody has set, never a default: a default would count over what a
 * repository's `tagwise.toml` says.  A setting with power over network or programs is read from the
 * user's settings alone, whatever else a workspace writes under its name.
 * Which settings there are, and which have power, is written once: in `package.json`.
 */
import * as vscode from 'vscode';

import { type Declared, nested, ofServer, type Said, section } from './settings.ts';
import type { ImportStrategy } from './server/launch.ts';

export const SECTION = 'tagwise';

export interface OwnSettings {
  readonly interpreter: string;
  readonly importStrategy: ImportStrategy;
  readonly logLevel: string;
}

export function ownSettings(): OwnSettings {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  const fromEnvironment = configuration.get('importStrategy') === 'fromEnvironment';
  return {
    interpreter: configuration.get('interpreter', '').trim(),
    importStrategy: fromEnvironment ? 'fromEnvironment' : 'useBundled',
    logLevel: configuration.get('logLevel', 'warning'),
  };
}

/** Return the section `tagwise` as the server is told it, for the scope it asked about. */
export function serverSection(declared: Declared, scope?: vscode.Uri): Record<string, unknown> {
  const configuration = vscode.workspace.getConfiguration(SECTION, scope);
  const values = ofServer(declared).map(({ key, powerful }) => {
    const said: Said = configuration.inspect(key) ?? {};
    return [key, section(said, { powerful })] as const;
  });
  return nested(values);
}
