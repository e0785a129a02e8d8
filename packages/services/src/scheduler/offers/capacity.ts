import { CONTRIBUTION_DEADLINE_RATIO } from "@poco-marketplace/sdk/protocol/category.js";
import type { Standing } from "../standings.js";

/** How much a pool's workers have to do, and how many tasks they do at once. */
export interface Workload {
  /** Tasks that the connected workers do at once. */
  readonly slots: number;
  /** Of each task that is or may be worked on, the seconds that it may take: its category's time. */
  readonly taskSeconds: readonly bigint[];
  /** The block up to which all deals are counted; nothing while that is not known. */
  readonly asOf: number | undefined;
}

/** How many category times of the seven before the deadline are sold: one is left for transactions and a second attempt. */
const SOLD_RATIO = CONTRIBUTION_DEADLINE_RATIO - 1n;

/**
 * How many more tasks of a category the connected workers can end before their deadline, if every task takes all the time that
 * it may take.
 *
 * @param clock - The category's time, seconds.
 */
export function servableTasks({ slots, taskSeconds }: Pick<Workload, "slots" | "taskSeconds">, clock: bigint): bigint {
  if (clock === 0n) return 0n;
  const horizon = SOLD_RATIO * clock;
  // A task that takes longer keeps its worker busy for all of that time.
  const busy = taskSeconds.reduce((sum, seconds) => sum + (seconds < horizon ? seconds : horizon), 0n);
  const free = BigInt(slots) * horizon - busy;
  return free > 0n ? free / clock : 0n;
}

/** How many tasks workers can be counted on to do at once: newcomers get one, and those who fail whatever they try none. */
export function dependableSlots(
  present: readonly (Pick<Standing, "identity" | "isNewcomer" | "isFailing"> & { readonly slots: number })[],
): number {
  const able = present.filter(({ isFailing }) => !isFailing);
  const newcomers = new Set(able.filter(({ isNewcomer }) => isNewcomer).map(({ identity }) => identity));
  const others = able.filter(({ isNewcomer }) => !isNewcomer).reduce((sum, { slots }) => sum + slots, 0);
  return newcomers.size + others;
}

/** The part of a total at a place when it is dealt out evenly; those at the front get what does not divide. */
export function shareOf(total: bigint, parts: number, place: number): bigint {
  const each = total / BigInt(parts);
  return each + (BigInt(place) < total % BigInt(parts) ? 1n : 0n);
}
