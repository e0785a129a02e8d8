import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds before the first retry, and at most; the pause grows with each retry. */
const PAUSE_MS = [200, 2_000] as const;

/**
 * Retries `act` while it fails with a transient error, so that the restart of a service costs no attempt at a task.
 *
 * @param isPassing - Whether an error is transient.
 * @param forMs - The time for which `act` is retried, in milliseconds.
 * @throws the last error of `act`
 */
export async function retryWhile<Result>(
  act: () => Promise<Result>,
  { isPassing, forMs, signal }: { isPassing: (error: unknown) => boolean; forMs: number; signal: AbortSignal },
): Promise<Result> {
  const deadline = performance.now() + forMs;
  for (let pause: number = PAUSE_MS[0]; ; pause = Math.min(pause * 2, PAUSE_MS[1])) {
    try {
      return await act();
    } catch (error) {
      if (signal.aborted || !isPassing(error) || performance.now() + pause > deadline) throw error;
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) throw error;
    }
  }
}
