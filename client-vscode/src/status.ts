/** The status bar: whether the server runs, what it says of registries and the engine. */
import * as vscode from 'vscode';

import { NOTIFICATIONS } from './protocol.ts';
import type { Server, ServerState } from './server/server.ts';
import { readStatus, scarcest, type ServerStatus } from './server_status.ts';

export class StatusBar implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #server: Server;
  readonly #disposables: readonly { dispose(): void }[];
  #status: ServerStatus | undefined;

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
          this.#status = readStatus(params) ?? this.#status;
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
    const status = state.kind === 'running' ? this.#status : undefined;
    const quota = scarcest(status?.quotas ?? []);
    const left = quota && `${quota.remaining.toString()}/${quota.limit.toString()}`;
    this.#item.text = [icon(state), 'Tagwise', left].filter(Boolean).join(' ');
    const failed = state.kind === 'failed';
    this.#item.backgroundColor = failed
      ? new vscode.ThemeColor('statusBarItem.errorBackground')
      : undefined;
    const lines = [told(state), ...(status === undefined ? [] : facts(status))];
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

function facts({ state, quotas, engine }: ServerStatus): readonly string[] {
  return [
    ...asks(state),
    ...quotas.map(({ registry, remaining, limit }) =>
      vscode.l10n.t('{0}: {1} of {2} pulls left', registry, remaining, limit),
    ),
    engineFact(engine),
    vscode.l10n.t('Click for the output'),
  ];
}

function asks(state: string): readonly string[] {
  switch (state) {
    case 'offline':
      return [vscode.l10n.t('Offline: nobody is asked')];
    case 'untrusted':
      return [vscode.l10n.t('The workspace is not trusted: nobody is asked')];
    default:
      return [];
  }
}

function engineFact(engine: ServerStatus['engine']): string {
  if (engine === undefined) {
    return vscode.l10n.t('No engine has been asked yet');
  }
  return engine.isPresent
    ? vscode.l10n.t('Engine: {0}', engine.said)
    : vscode.l10n.t('No engine: {0}', engine.said);
}
