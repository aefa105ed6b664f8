/**
 * Draws the layers of an image, or of two: a stacked bar and a table.
 *
 * Everything that is shown is put in as text.  A row and its part of the bar are one: pointing at or
 * moving to either marks both.  Does not know where the layers come from.
 */
import { shares, size } from '../figures.ts';
import type { Asked, Show, ShownImage, ShownLayer, Words } from '../messages.ts';

const LEAST_SHARE = 0.012;
const COLOURS = 6;

const editor = acquireVsCodeApi();
const main = element('main', { id: 'layers' });
document.body.append(main);

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  const message = event.data as Show;
  main.replaceChildren(toolbar(message), ...columns(message));
});
tell('ready');

function tell(kind: Asked['kind']): void {
  editor.postMessage({ kind } satisfies Asked);
}

function toolbar({ images, words }: Show): HTMLElement {
  const compared = images.length > 1;
  const button = element('button', { type: 'button' }, compared ? words.single : words.compare);
  button.addEventListener('click', () => {
    tell(compared ? 'single' : 'compare');
  });
  return element('div', { class: 'toolbar' }, button);
}

function columns({ images, words }: Show): HTMLElement[] {
  const kept = images.map(({ layers }) => new Set(layers.map(({ digest }) => digest)));
  const inBoth = (layer: ShownLayer): boolean =>
    images.length > 1 && layer.digest !== null && kept.every((each) => each.has(layer.digest));
  const row = element('div', { class: images.length > 1 ? 'two' : 'one' });
  row.append(...images.map((image) => column(image, words, inBoth)));
  return [row];
}

function column(
  image: ShownImage,
  words: Words,
  inBoth: (layer: ShownLayer) => boolean,
): HTMLElement {
  const section = element('section', { 'aria-label': image.title });
  const whole = image.layers.reduce((sum, layer) => sum + layer.size, 0);
  const facts = [...image.facts, `${words.total} ${size(whole)}`];
  const bar = element('div', { class: 'bar', role: 'img', 'aria-label': barLabel(image, words) });
  const body = element('tbody', {});
  const parts = shares(image.layers.filter(isLayer).map((layer) => layer.size), LEAST_SHARE);
  image.layers.forEach((layer, at) => {
    const drawn = bar.childElementCount;
    const colour = isLayer(layer) ? (drawn % COLOURS).toString() : 'none';
    const part = element('span', { class: `part colour-${colour}`, title: tooltip(layer) });
    const row = tableRow(layer, { at, colour, words, inBoth: inBoth(layer) });
    if (isLayer(layer)) {
      part.style.flexGrow = (parts[drawn] ?? 0).toString();
      bar.append(part);
    }
    body.append(row);
    pair(row, part);
  });
  body.addEventListener('keydown', moveFocus);
  section.append(
    element('h2', {}, image.title),
    element('p', { class: 'facts' }, facts.join(' · ')),
    bar,
    element('table', {}, header(words), body),
  );
  return section;
}

function header(words: Words): HTMLElement {
  const titles = ['#', words.size, words.instruction];
  const cells = titles.map((title) => element('th', { scope: 'col' }, title));
  return element('thead', {}, element('tr', {}, ...cells));
}

function tableRow(
  layer: ShownLayer,
  shown: { at: number; colour: string; words: Words; inBoth: boolean },
): HTMLElement {
  const { at, colour, words, inBoth } = shown;
  const first = at === 0 ? '0' : '-1';
  const row = element('tr', { tabindex: first, class: inBoth ? 'both' : '', title: tooltip(layer) });
  const swatch = element('span', { class: `swatch colour-${colour}`, 'aria-hidden': 'true' });
  const also = layer.sharedWith.join(', ');
  const marks = [inBoth ? words.inBoth : '', also === '' ? '' : `${words.alsoIn} ${also}`];
  const shared = marks.filter((mark) => mark !== '').join('; ');
  const made = element('td', { class: 'instruction' }, element('code', {}, layer.instruction));
  if (shared !== '') {
    made.append(element('div', { class: 'shared' }, shared));
  }
  row.append(
    element('td', { class: 'number' }, swatch, (at + 1).toString()),
    element('td', { class: 'size' }, isLayer(layer) ? size(layer.size) : words.noLayer),
    made,
  );
  return row;
}

/** Pointing at a row or its part marks both, and so does moving to the row by keys. */
function pair(row: HTMLElement, part: HTMLElement): void {
  const mark = (on: boolean) => (): void => {
    row.classList.toggle('marked', on);
    part.classList.toggle('marked', on);
  };
  for (const each of [row, part]) {
    each.addEventListener('mouseenter', mark(true));
    each.addEventListener('mouseleave', mark(false));
  }
  row.addEventListener('focus', mark(true));
  row.addEventListener('blur', mark(false));
  part.addEventListener('click', () => {
    row.focus();
  });
}

function moveFocus(event: KeyboardEvent): void {
  const rows = event.currentTarget instanceof HTMLElement ? [...event.currentTarget.children] : [];
  const at = rows.findIndex((row) => row === document.activeElement);
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: rows.length - 1,
  };
  const wanted = steps[event.key];
  const next = wanted === undefined ? undefined : rows[wanted];
  if (next instanceof HTMLElement) {
    event.preventDefault();
    rows.forEach((row) => {
      row.setAttribute('tabindex', row === next ? '0' : '-1');
    });
    next.focus();
  }
}

/** A step that only changes the configuration makes no layer. */
function isLayer(layer: ShownLayer): boolean {
  return layer.digest !== null || layer.size > 0;
}

function barLabel(image: ShownImage, words: Words): string {
  const sizes = image.layers.filter(isLayer);
  return sizes.map((layer, at) => `${words.layer} ${(at + 1).toString()}: ${size(layer.size)}`).join(', ');
}

function tooltip(layer: ShownLayer): string {
  return [layer.digest, layer.created, layer.instruction].filter(Boolean).join('\n');
}

function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  ...children: (Node | string)[]
): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== '') {
      made.setAttribute(key, value);
    }
  }
  made.append(...children);
  return made;
}
