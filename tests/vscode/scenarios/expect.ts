/** Expectations that say what was there instead. */

export function expectText(text: string, part: string | RegExp): void {
  if (typeof part === 'string' ? !text.includes(part) : !part.test(text)) {
    throw new Error(`expected ${String(part)} in:\n${text}`);
  }
}

export function expectEqual(actual: unknown, wanted: unknown): void {
  const [one, other] = [actual, wanted].map((value) => JSON.stringify(value, undefined, 1));
  if (one !== other) {
    throw new Error(`expected ${String(other)}\nbut it is ${String(one)}`);
  }
}
