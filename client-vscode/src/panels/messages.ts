/** What the layers panel and the extension say to each other. */

export interface ShownLayer {
  /** The layer's digest; nothing where the step made none. */
  readonly digest: string | null;
  readonly size: number;
  readonly instruction: string;
  readonly created: string | null;
  readonly sharedWith: readonly string[];
}

/** An image as the panel draws it; the lowest layer first. */
export interface ShownImage {
  readonly title: string;
  readonly facts: readonly string[];
  readonly layers: readonly ShownLayer[];
}

/** The panel's own words, translated where the extension runs. */
export interface Words {
  readonly compare: string;
  readonly single: string;
  readonly size: string;
  readonly instruction: string;
  readonly layer: string;
  readonly alsoIn: string;
  readonly inBoth: string;
  readonly total: string;
  readonly noLayer: string;
}

export interface Show {
  readonly kind: 'show';
  /** One image, or two that are compared. */
  readonly images: readonly ShownImage[];
  readonly words: Words;
}

export interface Asked {
  readonly kind: 'ready' | 'compare' | 'single';
}

export function isAsked(message: unknown): message is Asked {
  return (
    typeof message === 'object' &&
    message !== null &&
    'kind' in message &&
    ['ready', 'compare', 'single'].includes(String(message.kind))
  );
}
