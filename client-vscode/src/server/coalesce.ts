/**
 * Runs one job at a time, however often it is asked for.
 *
 * A request that comes while the job waits or runs makes it run once more at most, and whoever asks
 * waits for the run that saw their request.
 */
export class Coalesced {
  readonly #job: () => Promise<void>;
  readonly #quiet: number;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(job: () => Promise<void>, quietMilliseconds: number) {
    this.#job = job;
    this.#quiet = quietMilliseconds;
  }

  request(): Promise<void> {
    this.#next ??= this.#run();
    return this.#next;
  }

  async #run(): Promise<void> {
    await delay(this.#quiet);
    await this.#running?.catch(() => undefined);
    this.#next = undefined;
    this.#running = this.#job();
    await this.#running;
  }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
