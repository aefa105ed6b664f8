/**
 * The server as the rest of the client sees it: its state, its commands, its notifications.
 *
 * Starts it, starts it anew when what it depends on changes, and says in one message what keeps it
 * from running.
 */
import { homedir } from 'node:os';

import * as vscode from 'vscode';
import { ownSettings, SECTION } from '../configuration.ts';
import { NOTIFICATIONS } from '../protocol.ts';
import { candidates } from '../python/candidates.ts';
import { findPython, type Found } from '../python/discovery.ts';
import type { ExtensionChoice } from '../python/extension_choice.ts';
import type { Connection } from './client.ts';
import { Coalesced } from './coalesce.ts';
import { Crashes } from './crashes.ts';
import { type Launch, launchOf, sameLaunch } from './launch.ts';
import { middlewareOf } from './middleware.ts';
import { Progress } from './progress.ts';

const QUIET_MILLISECONDS = 300;
const STOP_MILLISECONDS = 5_000;

export type ServerState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'running'; readonly python: string }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly reason: string };

export interface ServerTerms {
  readonly launcher: string;
  readonly output: vscode.LogOutputChannel;
  readonly chosen: ExtensionChoice;
  readonly section: (scope: vscode.Uri | undefined) => Record<string, unknown>;
}

export class Server implements vscode.Disposable {
  readonly #terms: ServerTerms;
  readonly #crashes = new Crashes(() => Date.now());
  readonly #renewal = new Coalesced(() => this.#renew(), QUIET_MILLISECONDS);
  readonly #changed = new vscode.EventEmitter<ServerState>();
  readonly #told = new vscode.EventEmitter<{ readonly method: string; readonly params: unknown }>();
  readonly #progress: Progress;
  readonly #disposables: readonly { dispose(): void }[];
  #state: ServerState = { kind: 'stopped' };
  #client: Connection | undefined;
  #launch: Launch | undefined;
  #anew = false;
  #wanted = false;

  readonly onDidChangeState = this.#changed.event;
  /** The server's own notifications, as they come. */
  readonly onNotification = this.#told.event;

  constructor(terms: ServerTerms) {
    this.#terms = terms;
    this.#progress = new Progress((token) => {
      void this.#client?.cancel(token);
    });
    this.#disposables = [
      this.#changed,
      this.#told,
      this.#progress,
      terms.chosen.onDidChange(() => void this.#renewal.request()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.#trusted()),
      vscode.workspace.onDidChangeConfiguration((event) => void this.#configured(event)),
    ];
  }

  get state(): ServerState {
    return this.#state;
  }

  start(): Promise<void> {
    this.#wanted = true;
    return this.#renewal.request();
  }

  restart(): Promise<void> {
    this.#anew = true;
    this.#crashes.forget();
    return this.start();
  }

  /** Run a command of the server; nothing where it is not running, and the person knows why. */
  async run(
    command: string,
    argument: object,
    token?: vscode.CancellationToken,
  ): Promise<unknown> {
    if (this.#client?.isRunning !== true) {
      await this.start();
    }
    if (this.#client?.isRunning !== true) {
      return undefined;
    }
    try {
      return await this.#client.run(command, argument, token);
    } catch (error) {
      // What goes wrong for a reason of its own the server says itself; this is a text that has
      // changed meanwhile, or a server that has ended.
      const said = error instanceof Error ? error.message : String(error);
      this.#terms.output.warn(`${command}: ${said}`);
      void vscode.window.showWarningMessage(`Tagwise: ${said}`);
      return undefined;
    }
  }

  dispose(): void {
    this.#wanted = false;
    for (const each of this.#disposables) {
      each.dispose();
    }
    void this.#stop();
  }

  async #trusted(): Promise<void> {
    await this.#client?.notify(NOTIFICATIONS.didChangeTrust, { trusted: true });
    // The interpreter that is found now may be another.
    await this.#renewal.request();
  }

  async #configured(event: vscode.ConfigurationChangeEvent): Promise<void> {
    if (!event.affectsConfiguration(SECTION)) {
      return;
    }
    if (this.#client?.isRunning === true) {
      await this.#client.settingsChanged();
    }
    const renewed = ['interpreter', 'importStrategy', 'logLevel', 'places'];
    if (renewed.some((key) => event.affectsConfiguration(`${SECTION}.${key}`))) {
      // Which files are the server's is settled when it starts.
      this.#anew ||= event.affectsConfiguration(`${SECTION}.places`);
      await this.#renewal.request();
    }
  }

  async #renew(): Promise<void> {
    if (!this.#wanted) {
      return;
    }
    const python = await this.#findPython();
    if (python === undefined) {
      return;
    }
    const { importStrategy, logLevel } = ownSettings();
    const launch = launchOf(python, {
      launcher: this.#terms.launcher,
      strategy: vscode.workspace.isTrusted ? importStrategy : 'useBundled',
      logLevel,
      home: homedir(),
    });
    const same = this.#launch !== undefined && sameLaunch(launch, this.#launch);
    if (same && !this.#anew && this.#client?.isRunning === true) {
      return;
    }
    this.#anew = false;
    await this.#stop();
    await this.#begin(launch, python);
  }

  async #findPython(): Promise<Found | undefined> {
    const { interpreter } = ownSettings();
    const trusted = vscode.workspace.isTrusted;
    const ask = trusted && interpreter === '';
    const found = await findPython(
      candidates({
        setting: interpreter,
        chosen: ask ? await this.#terms.chosen.current() : undefined,
        trusted,
        platform: process.platform,
      }),
      (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
    );
    if (found.kind === 'found') {
      return found;
    }
    await this.#stop();
    const tried = found.tried.join('; ');
    this.#terms.output.error(`no Python 3.11 or newer: ${tried}`);
    const said =
      trusted && interpreter !== ''
        ? vscode.l10n.t('Tagwise cannot use the interpreter of its setting: {0}.', tried)
        : vscode.l10n.t(
            'Tagwise needs Python 3.11 or newer and found none on PATH. Install it (python.org, or your system\'s packages), or name one in the setting.',
          );
    this.#fail(vscode.l10n.t('no Python 3.11 or newer'), said);
    return undefined;
  }

  async #begin(launch: Launch, python: Found): Promise<void> {
    const { output, section } = this.#terms;
    output.info(`starting with ${python.version.executable}, from ${python.origin}`);
    this.#become({ kind: 'starting' });
    let hasStarted = false;
    const { Connection } = await import('./client.ts');
    const client = new Connection(launch, {
      output,
      middleware: middlewareOf({ section, progress: this.#progress.handle }),
      initializationOptions: () => ({
        ...section(undefined),
        trusted: vscode.workspace.isTrusted,
        client: { commandLinks: true, svg: true },
      }),
      ended: () => {
        if (hasStarted && this.#client === client) {
          this.#crashed();
        }
      },
    });
    this.#client = client;
    this.#launch = launch;
    for (const method of [NOTIFICATIONS.status, NOTIFICATIONS.didChangeImages]) {
      client.onNotification(method, (params) => {
        this.#told.fire({ method, params });
      });
    }
    try {
      await client.start();
      hasStarted = true;
      this.#become({ kind: 'running', python: python.version.executable });
    } catch (error) {
      output.error(error instanceof Error ? error : String(error));
      this.#startFailed(python);
    }
  }

  #startFailed(python: Found): void {
    if (this.#crashes.isRow) {
      this.#crashed();
      return;
    }
    this.#client = undefined;
    this.#fail(
      vscode.l10n.t('the server does not start'),
      vscode.l10n.t(
        'The Tagwise server does not start with {0}: the output says why.',
        python.version.executable,
      ),
    );
  }

  #crashed(): void {
    this.#client = undefined;
    this.#progress.dispose();
    const next = this.#crashes.next();
    if (next === 'give-up') {
      this.#fail(
        vscode.l10n.t('the server keeps stopping'),
        vscode.l10n.t(
          'The Tagwise server stopped five times within three minutes and is not started again.',
        ),
      );
      return;
    }
    this.#become({ kind: 'starting' });
    void this.#renewal.request();
    if (next === 'restart-and-say') {
      const said = vscode.l10n.t('The Tagwise server stopped unexpectedly and was started again.');
      void this.#offer(vscode.window.showWarningMessage(said, showOutput()));
    }
  }

  /** Say once what is wrong, with what can be done about it. */
  #fail(reason: string, said: string): void {
    const before = this.#state;
    this.#become({ kind: 'failed', reason });
    if (before.kind === 'failed' && before.reason === reason) {
      return;
    }
    const openSetting = vscode.l10n.t('Open Setting');
    const message = vscode.window.showErrorMessage(said, openSetting, showOutput());
    void this.#offer(message, openSetting);
  }

  async #offer(message: Thenable<string | undefined>, openSetting?: string): Promise<void> {
    const chosen = await message;
    if (chosen === undefined) {
      return;
    }
    if (chosen === openSetting) {
      // The setting belongs to the machine on which the server runs.
      const where = vscode.env.remoteName === undefined ? 'openSettings' : 'openRemoteSettings';
      const query = `@id:${SECTION}.interpreter`;
      await vscode.commands.executeCommand(`workbench.action.${where}`, { query });
    } else {
      this.#terms.output.show();
    }
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#progress.dispose();
    if (client === undefined) {
      return;
    }
    this.#become({ kind: 'stopped' });
    try {
      await client.end(STOP_MILLISECONDS);
    } catch (error) {
      this.#terms.output.warn(`the server did not stop well: ${String(error)}`);
    }
  }

  #become(state: ServerState): void {
    this.#state = state;
    this.#changed.fire(state);
  }
}

function showOutput(): string {
  return vscode.l10n.t('Show Output');
}
