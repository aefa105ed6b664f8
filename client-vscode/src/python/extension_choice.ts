/**
 * The interpreter that an installed Python extension has chosen for the workspace.
 *
 * Does not know whether it is any good: `discovery.ts` asks it.
 */
import * as vscode from 'vscode';

const ENVIRONMENTS = 'ms-python.vscode-python-envs';
const PYTHON = 'ms-python.python';
const PATIENCE_MILLISECONDS = 5_000;

/** What we use of the API of Python Environments. */
interface EnvironmentsApi {
  getEnvironment(scope: vscode.Uri | undefined): Promise<
    { readonly execInfo?: { readonly run?: { readonly executable?: string } } } | undefined
  >;
  readonly onDidChangeEnvironment?: vscode.Event<unknown>;
}

/** What we use of the API of the Python extension. */
interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(environment: { readonly path: string }): Promise<
      { readonly executable: { readonly uri?: vscode.Uri } } | undefined
    >;
    readonly onDidChangeActiveEnvironmentPath?: vscode.Event<unknown>;
  };
}

export class ExtensionChoice implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposables: { dispose(): void }[] = [this.#changed];
  #listening = false;

  /** Fires when a Python extension changes its choice. */
  readonly onDidChange = this.#changed.event;

  /** Ask whichever is installed, the newer first; nothing where neither answers in time. */
  async current(): Promise<string | undefined> {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const asked = this.#fromEnvironments(folder).then(
      async (chosen) => chosen ?? (await this.#fromPython(folder)),
    );
    const late = new Promise<undefined>((resolve) => {
      setTimeout(resolve, PATIENCE_MILLISECONDS, undefined);
    });
    return Promise.race([asked, late]).catch(() => undefined);
  }

  dispose(): void {
    for (const each of this.#disposables) {
      each.dispose();
    }
  }

  async #fromEnvironments(folder: vscode.Uri | undefined): Promise<string | undefined> {
    const extension = vscode.extensions.getExtension<EnvironmentsApi | undefined>(ENVIRONMENTS);
    const api = await extension?.activate();
    this.#listen(api?.onDidChangeEnvironment);
    return (await api?.getEnvironment(folder))?.execInfo?.run?.executable;
  }

  async #fromPython(folder: vscode.Uri | undefined): Promise<string | undefined> {
    const extension = vscode.extensions.getExtension<PythonApi | undefined>(PYTHON);
    const environments = (await extension?.activate())?.environments;
    this.#listen(environments?.onDidChangeActiveEnvironmentPath);
    const chosen = environments?.getActiveEnvironmentPath(folder);
    const resolved = chosen && (await environments?.resolveEnvironment(chosen));
    return resolved?.executable.uri?.fsPath;
  }

  #listen(event: vscode.Event<unknown> | undefined): void {
    if (event !== undefined && !this.#listening) {
      this.#listening = true;
      this.#disposables.push(
        event(() => {
          this.#changed.fire();
        }),
      );
    }
  }
}
