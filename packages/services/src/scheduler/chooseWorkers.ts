import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import type { Untried } from "./plan.js";
import type { Standing } from "./standings.js";

/** A connected worker. */
export interface Candidate extends Standing {
  readonly worker: Address;
  /** How many tasks it takes at once. */
  readonly slots: number;
  /** How many of its slots are taken. */
  readonly busy: number;
}

/** What a task asks of its workers. */
export interface Staffing {
  readonly count: number;
  /** Accounts that may not have it. */
  readonly except: readonly Address[];
  /** Who tried it before. */
  readonly tried: readonly string[];
  readonly mayRetry: boolean;
  readonly forWhom: "anybody" | "proven";
}

/** Whether a worker does other tasks well. */
export function isProven({ isNewcomer, isFailing }: Pick<Standing, "isNewcomer" | "isFailing">): boolean {
  return !isNewcomer && !isFailing;
}

/** Whether connected workers have not tried a task yet. */
export function untriedOf(present: readonly Candidate[], tried: readonly string[]): Untried {
  const untried = present.filter(({ identity, isFailing }) => !isFailing && !tried.includes(identity));
  return { anybody: untried.length > 0, proven: untried.some(isProven) };
}

/**
 * Chooses workers for a task: of those with a free slot that do not rest after a failure, those that have not tried it first, then
 * those with fewest failures in a row, then those with least to do, then those that are proven; of equals those who come
 * first. All accounts of an unproven identity have one slot together.
 */
export function chooseWorkers(
  present: readonly Candidate[],
  { count, except, tried, mayRetry, forWhom }: Staffing,
): Address[] {
  const chosen: Candidate[] = [];
  const busyOf = (identity: string) =>
    present.filter((each) => each.identity === identity).reduce((sum, { busy }) => sum + busy, 0) +
    chosen.filter((each) => each.identity === identity).length;
  const hasTried = ({ identity }: Candidate) => tried.includes(identity);
  const ranked = present
    .filter((each) => !except.includes(each.worker) && !each.isResting && each.busy < each.slots)
    .filter((each) => mayRetry || !hasTried(each))
    .filter((each) => forWhom === "anybody" || isProven(each))
    .toSorted((a, b) => {
      const tries = Number(hasTried(a)) - Number(hasTried(b));
      return tries || a.streak - b.streak || a.busy - b.busy || Number(isProven(b)) - Number(isProven(a));
    });
  for (const each of ranked) {
    if (chosen.length === count) break;
    if (!each.isNewcomer || busyOf(each.identity) === 0) chosen.push(each);
  }
  return chosen.map(({ worker }) => worker);
}
