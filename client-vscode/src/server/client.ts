/**
 * One run of the server: the language client, as it is configured.
 *
 * The library takes longer to load than all the rest: this module is imported when a server is
 * first started, after the extension has woken.  Does not know when that is; `server.ts` does.
 */
import { createInterface } from 'node:readline';

import type * as vscode from 'vscode';
import {
  CloseAction,
  DidChangeConfigurationNotification,
  ErrorAction,
  ExecuteCommandRequest,
  LanguageClient,
  type LanguageClientOptions,
  type Middleware,
  type ProgressToken,
  RevealOutputChannelOn,
  WorkDoneProgressCancelNotification,
} from 'vscode-languageclient/node';

import { selector } from '../selector.ts';
import type { Launch } from './launch.ts';

export interface ClientTerms {
  readonly output: vscode.LogOutputChannel;
  readonly middleware: Middleware;
  /** The settings at the start, with `trusted` and `client` beside them. */
  readonly initializationOptions: () => Record<string, unknown>;
  /** Told that the connection has ended, whoever ended it. */
  readonly ended: () => void;
}

export class Connection {
  readonly #client: LanguageClient;

  constructor(launch: Launch, terms: ClientTerms) {
    const { command, args, cwd } = launch;
    const executable = { command, args: [...args], options: { cwd } };
    this.#client = new QuietClient('tagwise', 'Tagwise', executable, optionsOf(terms));
  }

  get isRunning(): boolean {
    return this.#client.isRunning();
  }

  start(): Promise<void> {
    return this.#client.start();
  }

  end(milliseconds: number): Promise<void> {
    return this.#client.dispose(milliseconds);
  }

  run(command: string, argument: object, token?: vscode.CancellationToken): Promise<unknown> {
    const params = { command, arguments: [argument] };
    return this.#client.sendRequest(ExecuteCommandRequest.type, params, token);
  }

  cancel(token: ProgressToken): Promise<void> {
    return this.#client.sendNotification(WorkDoneProgressCancelNotification.type, { token });
  }

  /** The server asks for the settings then. */
  settingsChanged(): Promise<void> {
    const method = DidChangeConfigurationNotification.type;
    return this.#client.sendNotification(method, { settings: null });
  }

  notify(method: string, params: object): Promise<void> {
    return this.#client.sendNotification(method, params);
  }

  onNotification(method: string, hear: (params: unknown) => void): void {
    this.#client.onNotification(method, hear);
  }
}

/** What goes wrong with a server is said in one message, which `server.ts` words. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

function optionsOf(terms: ClientTerms): LanguageClientOptions {
  return {
    documentSelector: selector(),
    outputChannel: terms.output,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: terms.initializationOptions,
    initializationFailedHandler: () => false,
    middleware: terms.middleware,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue }),
      closed: () => {
        terms.ended();
        // The library's own restart races with itself where a server ends while it starts.
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    },
    stdioOptions: {
      stdout: () => undefined,
      stderr: (input, output) => {
        createInterface({ input, crlfDelay: Infinity, terminal: false, historySize: 0 }).on(
          'line',
          (line) => {
            logLine(line, output);
          },
        );
      },
    },
  };
}

function logLine(line: string, output: vscode.LogOutputChannel): void {
  if (line.startsWith('ERROR:')) {
    output.error(line.slice('ERROR:'.length));
  } else if (line.startsWith('WARNING:')) {
    output.warn(line.slice('WARNING:'.length));
  } else if (line !== '') {
    output.info(line);
  }
}
