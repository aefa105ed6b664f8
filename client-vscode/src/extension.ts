/** Builds the parts and hands them to the editor; nothing happens before `activate`. */
import * as vscode from 'vscode';

import { COMMANDS, type Tools } from './commands/table.ts';
import { serverSection } from './configuration.ts';
import { ContextKeys } from './context_keys.ts';
import { ShownDocuments } from './documents_shown.ts';
import { ExtensionChoice } from './python/extension_choice.ts';
import { Server } from './server/server.ts';
import type { Declared } from './settings.ts';
import { StatusBar } from './status.ts';
import { ImagesView } from './views/images_view.ts';

interface Manifest {
  readonly contributes: { readonly configuration: readonly { readonly properties: Declared }[] };
}

export function activate(context: vscode.ExtensionContext): void {
  const declared = declaredSettings(context.extension.packageJSON as Manifest);
  const output = vscode.window.createOutputChannel('Tagwise', { log: true });
  const chosen = new ExtensionChoice(output);
  const server = new Server({
    launcher: context.asAbsolutePath('bundled/start_server.py'),
    output,
    chosen,
    section: (scope) => serverSection(declared, scope),
  });
  const documents = new ShownDocuments();
  const images = new ImagesView(server);
  const tools: Tools = { server, output, documents, images, extension: context.extensionUri };
  const shown = [new StatusBar(server), new ContextKeys(server), images, documents];
  context.subscriptions.push(...shown, server, chosen, output);
  for (const [name, run] of Object.entries(COMMANDS)) {
    const command = (...given: unknown[]): unknown => run(tools, ...given);
    context.subscriptions.push(vscode.commands.registerCommand(name, command));
  }
  void server.start();
}

function declaredSettings({ contributes }: Manifest): Declared {
  const sections = contributes.configuration.map(({ properties }) => properties);
  return Object.assign({}, ...sections) as Declared;
}
