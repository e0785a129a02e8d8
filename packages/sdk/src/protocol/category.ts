import { readUint } from "./field.js";

/** How many category times after a deal's start its tasks take contributions. */
export const CONTRIBUTION_DEADLINE_RATIO = 7n;
/** How many category times after consensus the winners may reveal. */
export const REVEAL_DEADLINE_RATIO = 2n;
/** How many category times after a deal's start its tasks can be given up. */
export const FINAL_DEADLINE_RATIO = 10n;

/** A class of tasks by how long they may take. */
export interface Category {
  readonly name: string;
  /** The time t that the deadlines are multiples of, in seconds. */
  readonly workClockTimeRef: bigint;
}

/**
 * The categories that a new hub starts with; a category's index is its place here. Source: docs/reference/protocol.md
 * section 9.
 */
export const DEFAULT_CATEGORIES = [
  { name: "XS", workClockTimeRef: 300n },
  { name: "S", workClockTimeRef: 1_200n },
  { name: "M", workClockTimeRef: 3_600n },
  { name: "L", workClockTimeRef: 10_800n },
  { name: "XL", workClockTimeRef: 36_000n },
] as const satisfies readonly Category[];

/**
 * The two deadlines that every task of a deal shares, in unix seconds. Source: docs/reference/protocol.md section 6.
 *
 * @param startTime - When the deal was made, unix seconds.
 * @param workClockTimeRef - The category's time, seconds.
 * @returns `contributionDeadline`: contributions count before it. `finalDeadline`: the task can be claimed from then
 * on.
 * @throws {@link InvalidFieldError} when either is no uint256.
 * @example
 * ```ts
 * const [xs] = DEFAULT_CATEGORIES;
 * dealDeadlines({ startTime: 1_800_000_000n, workClockTimeRef: xs.workClockTimeRef });
 * // → { contributionDeadline: 1_800_002_100n, finalDeadline: 1_800_003_000n }
 * ```
 */
export function dealDeadlines({ startTime, workClockTimeRef }: { startTime: bigint; workClockTimeRef: bigint }): {
  contributionDeadline: bigint;
  finalDeadline: bigint;
} {
  const start = readUint("startTime", startTime);
  const time = readUint("workClockTimeRef", workClockTimeRef);
  return {
    contributionDeadline: start + CONTRIBUTION_DEADLINE_RATIO * time,
    finalDeadline: start + FINAL_DEADLINE_RATIO * time,
  };
}

/**
 * The end of the time in which winners may reveal, in unix seconds; from then on a task without a revealed result can be
 * reopened.
 *
 * @param consensusTime - When the task reached consensus, unix seconds.
 * @param workClockTimeRef - The category's time, seconds.
 * @throws {@link InvalidFieldError} when either is no uint256.
 * @example
 * ```ts
 * revealDeadline({ consensusTime: 1_800_000_900n, workClockTimeRef: 300n }); // → 1_800_001_500n
 * ```
 */
export function revealDeadline({
  consensusTime,
  workClockTimeRef,
}: {
  consensusTime: bigint;
  workClockTimeRef: bigint;
}): bigint {
  return (
    readUint("consensusTime", consensusTime) + REVEAL_DEADLINE_RATIO * readUint("workClockTimeRef", workClockTimeRef)
  );
}
