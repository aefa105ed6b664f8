/**
 * Which interpreter the Python extensions have chosen, asked through the APIs they publish.
 *
 * Pure: the APIs are handed in.  Does not know whether the interpreter is any good: `discovery.ts`
 * asks it.
 */
import type { Event, Uri } from 'vscode';

import type { Candidate } from './candidates.ts';

/** How a Python is run, in the words of Python Environments. */
interface Run {
  readonly executable: string;
  readonly args?: readonly string[];
}

interface Environment {
  /** Left out where it is not found out yet: `resolveEnvironment` does. */
  readonly execInfo?: { readonly run?: Run };
}

/** What we use of the API of Python Environments (its `src/api.ts`). */
export interface EnvironmentsApi {
  getEnvironment(scope: Uri | undefined): Promise<Environment | undefined>;
  resolveEnvironment(environment: Environment): Promise<Environment | undefined>;
  readonly onDidChangeEnvironment?: Event<unknown>;
}

/** What we use of the API of the Python extension (`@vscode/python-extension`). */
export interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(resource?: Uri): { readonly path: string };
    resolveEnvironment(environment: { readonly path: string }): Promise<
      { readonly executable: { readonly uri?: Uri } } | undefined
    >;
    readonly onDidChangeActiveEnvironmentPath?: Event<unknown>;
  };
}

export async function chosenInEnvironments(
  api: EnvironmentsApi,
  scope: Uri | undefined,
): Promise<Candidate | undefined> {
  const environment = await api.getEnvironment(scope);
  const known = environment?.execInfo?.run;
  const run = known ?? (environment && (await api.resolveEnvironment(environment))?.execInfo?.run);
  return run && {
    command: run.executable,
    args: run.args ?? [],
    origin: 'the Python Environments extension',
  };
}

export async function chosenInPython(
  { environments }: PythonApi,
  scope: Uri | undefined,
): Promise<Candidate | undefined> {
  const resolved = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(scope));
  const command = resolved?.executable.uri?.fsPath;
  return command === undefined ? undefined : { command, args: [], origin: 'the Python extension' };
}
