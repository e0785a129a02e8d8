import { setTimeout as sleep } from "node:timers/promises";

/** Runs something at once, then every so many milliseconds, one run at a time. */
export class Poller {
  /** Settled when the first run has ended. */
  readonly firstRun: Promise<void>;
  readonly #running: Promise<void>;
  readonly #stopping = new AbortController();
  #pause = new AbortController();

  /** @param run - Throws nothing. */
  constructor(run: () => Promise<void>, everyMs: number) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.firstRun = promise;
    this.#running = this.#loop(run, everyMs, resolve);
  }

  /** Starts the next run now, or after the one that is under way. */
  trigger(): void {
    this.#pause.abort();
  }

  /** Ends when the run that is under way has. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #loop(run: () => Promise<void>, everyMs: number, onRun: () => void): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#pause = new AbortController();
      const signal = AbortSignal.any([this.#pause.signal, this.#stopping.signal]);
      await run();
      onRun();
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
    onRun();
  }
}
