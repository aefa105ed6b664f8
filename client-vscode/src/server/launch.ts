/**
 * How the server is started: the interpreter, the program, and the folder it runs in.
 *
 * Pure.  The program is always the bundled launcher, in isolated mode: nothing in a workspace, in
 * PYTHONPATH or in the user's site-packages can be imported.
 */
import type { Found } from '../python/discovery.ts';

export type ImportStrategy = 'useBundled' | 'fromEnvironment';

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
}

export function launchOf(
  python: Pick<Found, 'command' | 'args'>,
  options: {
    readonly launcher: string;
    readonly strategy: ImportStrategy;
    readonly logLevel: string;
    readonly home: string;
  },
): Launch {
  // Without -S the interpreter's own site-packages can be imported: that is what is asked for.
  const isolation = options.strategy === 'fromEnvironment' ? ['-I'] : ['-I', '-S'];
  return {
    command: python.command,
    args: [
      ...python.args,
      ...isolation,
      options.launcher,
      options.strategy,
      '--log-level',
      options.logLevel,
    ],
    cwd: options.home,
  };
}

export function sameLaunch(one: Launch, other: Launch): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
