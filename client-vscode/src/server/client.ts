/**
 * One run of the server: the language client, as it is configured.
 *
 * Does not know when a server is started; `server.ts` does.
 */
import { createInterface } from 'node:readline';

import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  type Middleware,
  RevealOutputChannelOn,
} from 'vscode-languageclient/node';

import documents from '../documents.json' with { type: 'json' };
import type { AfterCrash } from './crashes.ts';
import type { Launch } from './launch.ts';

const SCHEMES = ['file', 'untitled'];

export interface ClientTerms {
  readonly output: vscode.LogOutputChannel;
  readonly middleware: Middleware;
  /** The settings at the start, with `trusted` and `client` beside them. */
  readonly initializationOptions: () => Record<string, unknown>;
  /** Told that the server ended by itself; says what follows. */
  readonly afterCrash: () => AfterCrash;
}

export function createClient(launch: Launch, terms: ClientTerms): LanguageClient {
  const options: LanguageClientOptions = {
    documentSelector: [
      ...SCHEMES.flatMap((scheme) => documents.languages.map((language) => ({ scheme, language }))),
      ...documents.globs.map((pattern) => ({ scheme: 'file', pattern })),
      ...ownPlaces().map((pattern) => ({ scheme: 'file', pattern })),
    ],
    outputChannel: terms.output,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: terms.initializationOptions,
    initializationFailedHandler: () => false,
    middleware: terms.middleware,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue }),
      closed: () => {
        const restart = terms.afterCrash() !== 'give-up';
        return { action: restart ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true };
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
  const { command, args, cwd } = launch;
  const executable = { command, args: [...args], options: { cwd } };
  return new LanguageClient('tagwise', 'Tagwise', executable, options);
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

function logLine(line: string, output: vscode.LogOutputChannel): void {
  if (line.startsWith('ERROR:')) {
    output.error(line.slice('ERROR:'.length));
  } else if (line.startsWith('WARNING:')) {
    output.warn(line.slice('WARNING:'.length));
  } else if (line !== '') {
    output.info(line);
  }
}
