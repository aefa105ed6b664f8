/** The layers of an image, from what the server answers to what the panel shows.  Pure. */
import { age } from '../panels/figures.ts';
import type { ShownImage, ShownLayer } from '../panels/messages.ts';
import { isObject } from '../settings.ts';
import { list, text, words } from './answers.ts';

export interface ImageLayers {
  readonly reference: string;
  readonly platform: string | null;
  /** `engine` or `registry`: who was asked. */
  readonly source: string | null;
  readonly base: string | null;
  /** The newest first, as the server says them. */
  readonly layers: readonly ShownLayer[];
}

export function readLayers(answer: unknown): ImageLayers | undefined {
  if (!isObject(answer)) {
    return undefined;
  }
  return {
    reference: text(answer['reference']) ?? '',
    platform: text(answer['platform']),
    source: text(answer['source']),
    base: text(answer['base']),
    layers: list(answer['layers']).flatMap((each) => (isObject(each) ? [layer(each)] : [])),
  };
}

/** Return the image as it is drawn: from the bottom up, as it was built. */
export function shownLayers(
  image: ImageLayers,
  when: { readonly now: Date; readonly language: string },
): ShownImage {
  const newest = image.layers.map(({ created }) => created).find((each) => each !== null) ?? null;
  const made = age(newest, when.now, when.language);
  const facts: (string | null)[] = [image.source, image.base, made];
  return {
    title: image.platform === null ? image.reference : `${image.reference}, ${image.platform}`,
    facts: facts.flatMap((fact) => (fact === null || fact === '' ? [] : [fact])),
    layers: image.layers.toReversed(),
  };
}

function layer(said: Record<string, unknown>): ShownLayer {
  return {
    digest: text(said['digest']),
    size: typeof said['size'] === 'number' ? said['size'] : 0,
    instruction: text(said['instruction']) ?? '',
    created: text(said['created']),
    sharedWith: words(said['sharedWith']),
  };
}

