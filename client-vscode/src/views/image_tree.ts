/** The images of this machine as a tree: repositories, and their tags.  Pure. */
import type { LocalImage } from '../commands/answers.ts';

export interface Group {
  readonly repository: string;
  readonly images: readonly LocalImage[];
}

/** Group by repository, in the order of their names; what has no name comes last. */
export function grouped(images: readonly LocalImage[]): readonly Group[] {
  const groups = new Map<string, LocalImage[]>();
  for (const image of images) {
    groups.set(image.repository, [...(groups.get(image.repository) ?? []), image]);
  }
  const named = [...groups.keys()].filter((name) => name !== '').sort((a, b) => a.localeCompare(b));
  const names = groups.has('') ? [...named, ''] : named;
  return names.map((repository) => ({ repository, images: groups.get(repository) ?? [] }));
}

/** What a filter box takes: docker's filters, several with blanks between. */
export function readFilters(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

const KNOWN = ['before', 'dangling', 'label', 'reference', 'since', 'until'];

/** Say what is wrong with the filters, if anything is. */
export function wrongFilter(text: string): string | undefined {
  return readFilters(text).find((word) => {
    const [name, value] = word.split(/=(.*)/s);
    return name === undefined || !KNOWN.includes(name) || value === undefined || value === '';
  });
}
