/** Figures for people: sizes and shares.  Pure; for the extension and the panel alike. */

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
const STEP = 1000;

/** `184 kB`, `45.1 MB`: as the docker command counts, in steps of a thousand. */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= STEP && unit < UNITS.length - 1) {
    value /= STEP;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${UNITS[unit] ?? ''}`;
}

const SPANS = [
  ['year', 365 * 24 * 3600],
  ['month', 30 * 24 * 3600],
  ['day', 24 * 3600],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** `3 days ago`, in the language of the editor; empty where the time is none. */
export function age(iso: string | null, now: Date, language: string): string {
  const then = iso === null ? Number.NaN : Date.parse(iso);
  if (Number.isNaN(then)) {
    return '';
  }
  const seconds = Math.max(0, (now.getTime() - then) / 1000);
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  for (const [unit, span] of SPANS) {
    if (seconds >= span) {
      return format.format(-Math.floor(seconds / span), unit);
    }
  }
  return format.format(0, 'second');
}

/**
 * How much of a bar each part takes: in proportion, but none so little that it cannot be seen or
 * pointed at.
 */
export function shares(sizes: readonly number[], least: number): readonly number[] {
  const whole = sizes.reduce((sum, each) => sum + each, 0);
  if (whole === 0) {
    return sizes.map(() => 1 / sizes.length);
  }
  const raised = sizes.map((each) => Math.max(each / whole, least));
  const total = raised.reduce((sum, each) => sum + each, 0);
  return raised.map((each) => each / total);
}
