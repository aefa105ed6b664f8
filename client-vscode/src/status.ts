/** The status bar: whether the server runs, what it says of registries and the engine. */
import * as vscode from 'vscode';

import { NOTIFICATIONS } from './protocol.ts';
import type { Server, ServerState } from './server/server.ts';
import { readStatus, type ServerStatus } from './server_status.ts';

export class StatusBar implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #server: Server;
  readonly #disposables: readonly { dispose(): void }[];
  #status: ServerStatus = {};

  constructor(server: Server) {
    this.#server = server;
    this.#item = vscode.window.createStatusBarItem('tagwise', vscode.StatusBarAlignment.Right, 90);
    this.#item.name = 'Tagwise';
    this.#item.command = 'tagwise.showOutput';
    this.#disposables = [
      this.#item,
      server.onDidChangeState(() => {
        this.#draw();
      }),
      server.onNotification(({ method, params }) => {
        if (method === NOTIFICATIONS.status) {
          this.#status = readStatus(params);
          this.#draw();
        }
      }),
    ];
    this.#draw();
    this.#item.show();
  }

  dispose(): void {
    for (const each of this.#disposables) {
      each.dispose();
    }
  }

  #draw(): void {
    const { state } = this.#server;
    const quota = state.kind === 'running' ? this.#status.quota : undefined;
    this.#item.text = [icon(state), 'Tagwise', quota?.short].filter(Boolean).join(' ');
    const failed = state.kind === 'failed';
    this.#item.backgroundColor = failed
      ? new vscode.ThemeColor('statusBarItem.errorBackground')
      : undefined;
    const lines = [told(state), ...(state.kind === 'running' ? facts(this.#status) : [])];
    this.#item.tooltip = lines.join('\n');
    this.#item.accessibilityInformation = { label: `Tagwise: ${lines.join(', ')}` };
  }
}

function icon(state: ServerState): string {
  switch (state.kind) {
    case 'starting':
      return '$(loading~spin)';
    case 'running':
      return '$(tag)';
    case 'stopped':
      return '$(circle-slash)';
    case 'failed':
      return '$(error)';
  }
}

function told(state: ServerState): string {
  switch (state.kind) {
    case 'starting':
      return vscode.l10n.t('The server is starting');
    case 'running':
      return vscode.l10n.t('The server runs with {0}', state.python);
    case 'stopped':
      return vscode.l10n.t('The server is not running');
    case 'failed':
      return vscode.l10n.t('The server is not running: {0}', state.reason);
  }
}

function facts({ quota, engine }: ServerStatus): readonly string[] {
  return [
    ...(quota === undefined ? [] : [quota.long]),
    engine ?? vscode.l10n.t('The engine has not been asked for yet'),
    vscode.l10n.t('Click for the output'),
  ];
}
