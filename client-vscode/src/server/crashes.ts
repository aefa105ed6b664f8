/**
 * Decides what follows when the server ends by itself: start it again, or give up.
 *
 * Pure: the clock is handed in.
 */

const WINDOW_MILLISECONDS = 3 * 60 * 1000;
const MOST = 4;

export type AfterCrash = 'restart-and-say' | 'restart' | 'give-up';

export class Crashes {
  readonly #now: () => number;
  #times: readonly number[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** One message for a row of crashes, and one more where they do not end. */
  next(): AfterCrash {
    const now = this.#now();
    this.#times = [...this.#times.filter((time) => now - time < WINDOW_MILLISECONDS), now];
    if (this.#times.length > MOST) {
      return 'give-up';
    }
    return this.#times.length === 1 ? 'restart-and-say' : 'restart';
  }

  /** Whether the server has ended by itself a short while ago. */
  get isRow(): boolean {
    return this.#times.some((time) => this.#now() - time < WINDOW_MILLISECONDS);
  }

  forget(): void {
    this.#times = [];
  }
}
