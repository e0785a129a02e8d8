/** Counts what was tried, so that a report says how much "no difference" is worth. */
import { ALLOWANCES } from "./allowed.js";
import { PLANS } from "./generate/plans.js";
import type { Played } from "./run.js";
import type { Step } from "./sequence.js";

/** How often something was accepted, refused, or different as allowed. */
interface Count {
  accepted: number;
  refused: number;
  allowed: number;
}

/** What a run has come to. */
export interface Tally {
  readonly functions: Map<string, Count>;
  readonly allowed: Map<string, number>;
  /** Names of the plans that were followed to their end. */
  readonly reached: Set<string>;
}

/** Nothing yet. */
export function freshTally(): Tally {
  return { functions: new Map(), allowed: new Map(ALLOWANCES.map(({ name }) => [name, 0])), reached: new Set() };
}

/** Counts one call. */
export function tally({ functions, allowed }: Tally, { to, call }: Step, { ours, allowed: name }: Played): void {
  const key = `${to.replace(/\d$/, "")}.${call.replace(/\(.*/, "")}`;
  const count = functions.get(key) ?? { accepted: 0, refused: 0, allowed: 0 };
  functions.set(key, count);
  if (name !== undefined) {
    count.allowed++;
    allowed.set(name, allowed.get(name)! + 1);
  } else if (ours.ok) count.accepted++;
  else count.refused++;
}

/** All calls together. */
export function totalOf({ functions }: Tally): Count {
  const total: Count = { accepted: 0, refused: 0, allowed: 0 };
  for (const count of functions.values()) {
    total.accepted += count.accepted;
    total.refused += count.refused;
    total.allowed += count.allowed;
  }
  return total;
}

/** How many of the boundaries that there are plans for were reached. */
export function boundariesOf({ reached }: Tally) {
  return { reached: reached.size, of: PLANS.length };
}

/** The report, a line per function and per allowed difference. */
export function describeTally(counted: Tally): string {
  const rows = [...counted.functions].toSorted(([a], [b]) => a.localeCompare(b));
  const table = rows.map(([name, { accepted, refused, allowed }]) =>
    [name.padEnd(46), ...[accepted, refused, allowed].map((number) => String(number).padStart(9))].join(""),
  );
  const differences = ALLOWANCES.map(
    ({ name, reason }) => `${String(counted.allowed.get(name)).padStart(6)}  ${name} (${reason})`,
  );
  const { reached, of } = boundariesOf(counted);
  return [
    `${"".padEnd(46)} accepted  refused  allowed`,
    ...table,
    "",
    "Differences that are allowed, and how often they were seen:",
    ...differences,
    "",
    `Boundaries that were reached on purpose: ${reached} of ${of}.`,
  ].join("\n");
}
