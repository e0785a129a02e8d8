import { setTimeout as sleep } from "node:timers/promises";

/** Something that is looked at again and again. */
export interface Looking {
  /** Settled when it was looked at once. */
  readonly looked: Promise<void>;
  /** Has it looked at now, or once more where that is under way. */
  touch(): void;
  /** Ends it, when the look that is under way is over. */
  stop(): Promise<void>;
}

/** Looks at once, then every so many milliseconds. `look` throws nothing. */
export function lookAgain(look: () => Promise<void>, everyMs: number): Looking {
  const stopping = new AbortController();
  let alarm = new AbortController();
  const { promise: looked, resolve } = Promise.withResolvers<void>();

  async function live(): Promise<void> {
    while (!stopping.signal.aborted) {
      alarm = new AbortController();
      const signal = AbortSignal.any([alarm.signal, stopping.signal]);
      await look();
      resolve();
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
    resolve();
  }

  const living = live();
  return {
    looked,
    touch: () => alarm.abort(),
    async stop() {
      stopping.abort();
      await living;
    },
  };
}
