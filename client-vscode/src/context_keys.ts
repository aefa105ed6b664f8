/**
 * What `when` clauses ask: whether this file is one of the server's, whether the server runs, whether
 * an engine answers.
 */
import * as vscode from 'vscode';

import { NOTIFICATIONS } from './protocol.ts';
import { selector } from './selector.ts';
import type { Server } from './server/server.ts';
import { readStatus } from './server_status.ts';

export class ContextKeys implements vscode.Disposable {
  readonly #disposables: readonly { dispose(): void }[];
  #hasEngine: boolean | undefined;

  constructor(server: Server) {
    const look = (): void => {
      const document = vscode.window.activeTextEditor?.document;
      const isOurs = document !== undefined && vscode.languages.match(selector(), document) > 0;
      void vscode.commands.executeCommand('setContext', 'tagwise.inDocument', isOurs);
    };
    this.#disposables = [
      vscode.window.onDidChangeActiveTextEditor(look),
      vscode.workspace.onDidOpenTextDocument(look),
      server.onDidChangeState(({ kind }) => {
        void vscode.commands.executeCommand('setContext', 'tagwise.server', kind);
      }),
      server.onNotification(({ method, params }) => {
        if (method === NOTIFICATIONS.status) {
          this.#engine(readStatus(params)?.engine?.isPresent);
        }
      }),
    ];
    look();
    // Until the server says otherwise, an engine may be there.
    this.#engine(true);
  }

  dispose(): void {
    for (const each of this.#disposables) {
      each.dispose();
    }
  }

  #engine(answers: boolean | undefined): void {
    if (answers !== undefined && answers !== this.#hasEngine) {
      this.#hasEngine = answers;
      void vscode.commands.executeCommand('setContext', 'tagwise.engine', answers);
    }
  }
}
