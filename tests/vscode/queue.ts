/** Which scenario is next.  Pure; does not know what runs them. */
import { WITH_ENGINE } from './scenarios/table.ts';

/** The scenarios that are left: those with the engine first, for the lane that has it. */
export class Queue {
  readonly #withEngine: string[];
  readonly #without: string[];

  constructor(names: readonly string[]) {
    this.#withEngine = names.filter((name) => name in WITH_ENGINE);
    this.#without = names.filter((name) => !(name in WITH_ENGINE));
  }

  next(): string | undefined {
    return this.#withEngine.shift() ?? this.#without.shift();
  }

  nextWithoutEngine(): string | undefined {
    return this.#without.shift();
  }
}
