/** Builds the parts and hands them to the editor; nothing happens before `activate`. */
import * as vscode from 'vscode';

import { COMMANDS } from './commands/table.ts';
import { serverSection } from './configuration.ts';
import { ExtensionChoice } from './python/extension_choice.ts';
import { Server } from './server/server.ts';
import type { Declared } from './settings.ts';

interface Manifest {
  readonly contributes: { readonly configuration: readonly { readonly properties: Declared }[] };
}

export function activate(context: vscode.ExtensionContext): void {
  const { contributes } = context.extension.packageJSON as Manifest;
  const declared: Declared = Object.assign(
    {},
    ...contributes.configuration.map(({ properties }) => properties),
  ) as Declared;
  const output = vscode.window.createOutputChannel('Tagwise', { log: true });
  const chosen = new ExtensionChoice();
  const server = new Server({
    launcher: context.asAbsolutePath('bundled/start_server.py'),
    output,
    chosen,
    section: (scope) => serverSection(declared, scope),
  });
  context.subscriptions.push(output, chosen, server);
  for (const [name, run] of Object.entries(COMMANDS)) {
    const command = (...given: unknown[]): unknown => run({ server, output }, ...given);
    context.subscriptions.push(vscode.commands.registerCommand(name, command));
  }
  void server.start();
}
