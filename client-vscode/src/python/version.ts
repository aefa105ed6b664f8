/** Which Python is new enough.  Does not know where it was found. */

export const NEEDED = [3, 11] as const;

/** What an interpreter is asked; it answers one line of JSON, as `readProbe` wants it. */
export const PROBE =
  'import json, sys; print(json.dumps([sys.executable, *sys.version_info[:2]]))';

export interface PythonVersion {
  readonly executable: string;
  readonly major: number;
  readonly minor: number;
}

/** Return what an interpreter said of itself, or nothing where it is none. */
export function readProbe(output: string): PythonVersion | undefined {
  const line = output.trim().split(/\r?\n/).at(-1) ?? '';
  let said: unknown;
  try {
    said = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!Array.isArray(said)) {
    return undefined;
  }
  const [executable, major, minor] = said as readonly unknown[];
  if (typeof executable !== 'string' || typeof major !== 'number' || typeof minor !== 'number') {
    return undefined;
  }
  return executable === '' ? undefined : { executable, major, minor };
}

export function isNewEnough(version: PythonVersion): boolean {
  const [major, minor] = NEEDED;
  return version.major > major || (version.major === major && version.minor >= minor);
}
