/**
 * Finds the Python that the server is started with: asks each candidate what it is.
 *
 * Does not know what it is started for.
 */
import { execFile } from 'node:child_process';
import { access, constants, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

import { type Candidate, filesOnPath } from './candidates.ts';
import { isNewEnough, PROBE, type PythonVersion, readProbe } from './version.ts';

const PROBE_MILLISECONDS = 10_000;

export interface Found {
  readonly kind: 'found';
  readonly command: string;
  readonly args: readonly string[];
  readonly version: PythonVersion;
  readonly origin: string;
}

export interface NotFound {
  readonly kind: 'not-found';
  /** What was tried, each in a few words. */
  readonly tried: readonly string[];
}

/** Ask each candidate in turn; `outside` are the folders no program on PATH may lie in. */
export async function findPython(
  candidates: readonly Candidate[],
  outside: readonly string[],
): Promise<Found | NotFound> {
  const tried: string[] = [];
  for (const candidate of candidates) {
    const answer = await ask(candidate, outside);
    if (typeof answer !== 'string') {
      return answer;
    }
    tried.push(answer);
  }
  return { kind: 'not-found', tried };
}

async function ask(candidate: Candidate, outside: readonly string[]): Promise<Found | string> {
  const name = [candidate.command, ...candidate.args].join(' ');
  const command = await located(candidate.command, outside);
  if (command === undefined) {
    return `${name}: not there`;
  }
  const version = readProbe(await probe(command, candidate.args));
  if (version === undefined) {
    return `${name}: does not answer as Python`;
  }
  if (!isNewEnough(version)) {
    return `${name}: is Python ${version.major.toString()}.${version.minor.toString()}`;
  }
  return { kind: 'found', command, args: candidate.args, version, origin: candidate.origin };
}

async function located(command: string, outside: readonly string[]): Promise<string | undefined> {
  if (path.isAbsolute(command)) {
    return (await isExecutable(command)) ? command : undefined;
  }
  if (/[\\/]/.test(command)) {
    return undefined;
  }
  const files = filesOnPath(command, {
    path: process.env['PATH'] ?? '',
    extensions: process.platform === 'win32' ? ['.exe'] : [''],
    outside,
    platform: path,
  });
  for (const file of files) {
    if (await isExecutable(file)) {
      return file;
    }
  }
  return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(await realpath(file), constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function probe(command: string, args: readonly string[]): Promise<string> {
  const options = { cwd: homedir(), timeout: PROBE_MILLISECONDS, windowsHide: true };
  return new Promise((resolve) => {
    execFile(command, [...args, '-I', '-S', '-c', PROBE], options, (error, stdout) => {
      resolve(error === null ? stdout : '');
    });
  });
}
