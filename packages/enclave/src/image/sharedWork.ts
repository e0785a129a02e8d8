/** The options of waiting for shared work. */
export interface WaitOptions<Progress> {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

interface Work<Result, Progress> {
  readonly controller: AbortController;
  readonly listeners: Set<(progress: Progress) => void>;
  result: Promise<Result>;
  waiting: number;
}

/**
 * Shares work by key: it runs once at a time for all who wait for it, and is aborted when the last of them stops
 * waiting.
 */
export class SharedWork<Result, Progress = never> {
  readonly #running = new Map<string, Work<Result, Progress>>();

  isRunning(key: string): boolean {
    return this.#running.has(key);
  }

  /** Waits for the work with this key, which is started if it is not running. */
  async join(
    key: string,
    begin: (signal: AbortSignal, report: (progress: Progress) => void) => Promise<Result>,
    { signal, onProgress = () => undefined }: WaitOptions<Progress> = {},
  ): Promise<Result> {
    signal?.throwIfAborted();
    let work = this.#running.get(key);
    // Aborted work has to end before the same work starts again.
    while (work?.controller.signal.aborted === true) {
      await settled(work.result);
      work = this.#running.get(key);
    }
    work ??= this.#begin(key, begin);
    work.waiting += 1;
    // Wrapping makes each listener distinct, even if two callers pass the same function.
    const listener = (progress: Progress) => onProgress(progress);
    work.listeners.add(listener);
    try {
      return await unlessAborted(work.result, signal);
    } finally {
      work.listeners.delete(listener);
      work.waiting -= 1;
      if (work.waiting === 0) work.controller.abort();
    }
  }

  #begin(
    key: string,
    begin: (signal: AbortSignal, report: (progress: Progress) => void) => Promise<Result>,
  ): Work<Result, Progress> {
    const controller = new AbortController();
    const listeners = new Set<(progress: Progress) => void>();
    const run = async () => {
      try {
        return await begin(controller.signal, (progress) => listeners.forEach((listener) => listener(progress)));
      } finally {
        this.#running.delete(key);
      }
    };
    const work = { controller, listeners, waiting: 0, result: run() };
    this.#running.set(key, work);
    // This prevents an unhandled rejection when all callers have stopped waiting.
    void settled(work.result);
    return work;
  }
}

async function settled(promise: Promise<unknown>): Promise<void> {
  try {
    await promise;
  } catch {
    // The callers that wait for the promise get its error.
  }
}

function unlessAborted<Result>(promise: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return promise;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason as Error);
  signal.addEventListener("abort", stop, { once: true });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener("abort", stop));
}
