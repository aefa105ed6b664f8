/**
 * What the server answers, as values: read once where they come in.
 *
 * What is not as it should be is left out; the names of the fields are the server's.
 */
import { isObject } from '../settings.ts';

export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface DocumentReference {
  readonly id: string;
  readonly text: string;
  readonly range: { readonly start: Position; readonly end: Position };
  /** Why it is no image, for a person. */
  readonly skipped: string | null;
}

export function readReferences(answer: unknown): readonly DocumentReference[] {
  return list(answer).flatMap((each) => {
    if (!isObject(each) || typeof each['id'] !== 'string' || typeof each['text'] !== 'string') {
      return [];
    }
    const range = each['range'];
    if (!isObject(range) || !isPosition(range['start']) || !isPosition(range['end'])) {
      return [];
    }
    return [
      {
        id: each['id'],
        text: each['text'],
        range: { start: range['start'], end: range['end'] },
        skipped: text(each['skipped']),
      },
    ];
  });
}

/** What the server says of one image beside its card. */
export interface Description {
  readonly canonicalName: string;
  readonly digest: string | null;
  /** The page its registry has about it. */
  readonly page: string | null;
  readonly platforms: readonly string[];
}

export function readDescription(answer: unknown): Description | undefined {
  if (!isObject(answer) || typeof answer['canonicalName'] !== 'string') {
    return undefined;
  }
  return {
    canonicalName: answer['canonicalName'],
    digest: text(answer['digest']),
    page: text(answer['page']),
    platforms: words(answer['platforms']),
  };
}

export function readText(answer: unknown): string | undefined {
  return typeof answer === 'string' ? answer : undefined;
}

/** A name of a local image, as a row of its list. */
export interface LocalImage {
  /** What commands call it by: a name, or an id where it has none. */
  readonly reference: string;
  /** The part of the name that several share; empty where it has none. */
  readonly repository: string;
  readonly tag: string;
  readonly digests: readonly string[];
  readonly platforms: readonly string[];
  readonly size: number;
  readonly created: string | null;
  /** The containers that were made from it. */
  readonly containers: readonly string[];
  /** One of them runs. */
  readonly isRunning: boolean;
  /** Its registry has a newer one under this name. */
  readonly isBehind: boolean;
}

/** What an engine says of a container that keeps its image busy. */
const RUNNING: readonly string[] = ['running', 'paused', 'restarting'];

export function readImages(answer: unknown): readonly LocalImage[] | undefined {
  if (!isObject(answer)) {
    return undefined;
  }
  return list(answer['images']).flatMap((each) => {
    const reference = isObject(each) ? text(each['reference']) : null;
    if (!isObject(each) || reference === null) {
      return [];
    }
    return [
      {
        reference,
        repository: text(each['repository']) ?? '',
        tag: text(each['tag']) ?? '',
        digests: words(each['digests']),
        platforms: words(each['platforms']),
        size: typeof each['size'] === 'number' ? each['size'] : 0,
        created: text(each['created']),
        containers: list(each['containers']).flatMap((container) => {
          const name = isObject(container) ? text(container['name']) : null;
          return name === null ? [] : [name];
        }),
        isRunning: list(each['containers']).some(
          (container) => isObject(container) && RUNNING.includes(text(container['state']) ?? ''),
        ),
        isBehind: each['behind'] === true,
      },
    ];
  });
}

/** A line for a terminal. */
export interface CommandLine {
  readonly line: string;
  /** Where it is to run. */
  readonly folder: string;
  /** What could not be put into it. */
  readonly unknown: readonly string[];
}

export function readCommandLine(answer: unknown): CommandLine | undefined {
  if (!isObject(answer) || typeof answer['line'] !== 'string') {
    return undefined;
  }
  const { line, folder, unknown } = answer;
  return { line, folder: text(folder) ?? '', unknown: words(unknown) };
}

function isPosition(value: unknown): value is Position {
  return (
    isObject(value) && typeof value['line'] === 'number' && typeof value['character'] === 'number'
  );
}

export function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

export function words(value: unknown): readonly string[] {
  return list(value).filter((each) => typeof each === 'string');
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
