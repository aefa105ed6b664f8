/**
 * The interpreter that an installed Python extension has chosen for the workspace.
 *
 * Does not know how an extension is asked: `extension_apis.ts` does.
 */
import * as vscode from 'vscode';

import type { Candidate } from './candidates.ts';
import {
  chosenInEnvironments,
  chosenInPython,
  type EnvironmentsApi,
  type PythonApi,
} from './extension_apis.ts';

const ENVIRONMENTS = 'ms-python.vscode-python-envs';
const PYTHON = 'ms-python.python';
const PATIENCE_MILLISECONDS = 5_000;

type Scope = vscode.Uri | undefined;

export class ExtensionChoice implements vscode.Disposable {
  readonly #output: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposables: { dispose(): void }[] = [this.#changed];
  readonly #heard = new Set<string>();

  /** Fires when a Python extension changes its choice. */
  readonly onDidChange = this.#changed.event;

  constructor(output: vscode.LogOutputChannel) {
    this.#output = output;
  }

  /** Ask whichever is installed, the newer first; nothing where neither answers in time. */
  async current(): Promise<Candidate | undefined> {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MILLISECONDS, undefined);
    });
    const chosen = await Promise.race([this.#ask(folder), late]);
    clearTimeout(timer);
    return chosen;
  }

  dispose(): void {
    for (const each of this.#disposables) {
      each.dispose();
    }
  }

  async #ask(folder: Scope): Promise<Candidate | undefined> {
    const newer = await this.#tried(ENVIRONMENTS, () => this.#fromEnvironments(folder));
    return newer ?? this.#tried(PYTHON, () => this.#fromPython(folder));
  }

  /** An extension that fails has chosen nothing; the log says why. */
  async #tried(
    id: string,
    ask: () => Promise<Candidate | undefined>,
  ): Promise<Candidate | undefined> {
    try {
      return await ask();
    } catch (error) {
      this.#output.warn(`${id} does not say which Python: ${String(error)}`);
      return undefined;
    }
  }

  async #fromEnvironments(folder: Scope): Promise<Candidate | undefined> {
    // Where its own setting switches it off, it is installed and has no API.
    const extension = vscode.extensions.getExtension<EnvironmentsApi | undefined>(ENVIRONMENTS);
    const api = await extension?.activate();
    this.#hear(ENVIRONMENTS, api?.onDidChangeEnvironment);
    return api && chosenInEnvironments(api, folder);
  }

  async #fromPython(folder: Scope): Promise<Candidate | undefined> {
    const extension = vscode.extensions.getExtension<PythonApi | undefined>(PYTHON);
    const api = await extension?.activate();
    this.#hear(PYTHON, api?.environments.onDidChangeActiveEnvironmentPath);
    return api && chosenInPython(api, folder);
  }

  #hear(id: string, event: vscode.Event<unknown> | undefined): void {
    if (event !== undefined && !this.#heard.has(id)) {
      this.#heard.add(id);
      this.#disposables.push(
        event(() => {
          this.#changed.fire();
        }),
      );
    }
  }
}
