/** The palette's commands by name; what each does is in a module of its own kind. */
import type * as vscode from 'vscode';

import type { Server } from '../server/server.ts';

/** What commands work with. */
export interface Tools {
  readonly server: Server;
  readonly output: vscode.LogOutputChannel;
}

export type Command = (tools: Tools, ...given: readonly unknown[]) => unknown;

export const COMMANDS: Readonly<Record<string, Command>> = {
  'tagwise.showOutput': ({ output }) => {
    output.show();
  },
  'tagwise.restartServer': ({ server }) => server.restart(),
};
