/**
 * Where a Python may be, in the order in which it is tried.
 *
 * Pure: does not know the disk, nor which of them answers.
 */

import type { PlatformPath } from 'node:path';

export interface Candidate {
  /** An absolute path, or a name that is looked up on PATH. */
  readonly command: string;
  readonly args: readonly string[];
  /** Where it comes from, for a person. */
  readonly origin: string;
}

export interface Choices {
  /** The setting `tagwise.interpreter`, empty where it is not set. */
  readonly setting: string;
  /** What a Python extension says is chosen. */
  readonly chosen: Candidate | undefined;
  readonly trusted: boolean;
  readonly platform: NodeJS.Platform;
}

/**
 * Return the candidates: the setting alone if there is one, else the Python extension's choice,
 * then PATH.  In a workspace that is not trusted, PATH is all there is.
 */
export function candidates(choices: Choices): readonly Candidate[] {
  if (choices.trusted && choices.setting !== '') {
    return [{ command: choices.setting, args: [], origin: 'the setting tagwise.interpreter' }];
  }
  const chosen = choices.trusted && choices.chosen !== undefined ? [choices.chosen] : [];
  return [...chosen, ...onPath(choices.platform)];
}

function onPath(platform: NodeJS.Platform): readonly Candidate[] {
  const names = ['python3', 'python'].map((command) => ({ command, args: [], origin: 'PATH' }));
  const versioned = ['python3.14', 'python3.13', 'python3.12', 'python3.11'];
  return platform === 'win32'
    ? [...names, { command: 'py', args: ['-3'], origin: 'PATH' }]
    : [...names, ...versioned.map((command) => ({ command, args: [], origin: 'PATH' }))];
}

/**
 * Return the files a name on PATH may be, first folder first.  Folders below one of `outside` are
 * passed over: a workspace does not get to say which program is started.
 */
export function filesOnPath(
  command: string,
  options: {
    readonly path: string;
    readonly extensions: readonly string[];
    readonly outside: readonly string[];
    readonly platform: PlatformPath;
  },
): readonly string[] {
  const path = options.platform;
  const folders = options.path
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .filter((folder) => !options.outside.some((root) => isBelow(folder, root, path)));
  return folders.flatMap((folder) =>
    options.extensions.map((extension) => path.join(folder, command + extension)),
  );
}

function isBelow(folder: string, root: string, path: PlatformPath): boolean {
  const way = path.relative(root, folder);
  return way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
}
