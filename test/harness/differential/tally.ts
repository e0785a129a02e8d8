/** Counts what was tried, so that a report shows how much "no difference" is worth. */
import { Counts } from "../counts.js";
import { ALLOWANCES } from "./allowed.js";
import { PLANS } from "./generate/plans.js";
import type { Played } from "./run.js";
import type { Step } from "./sequence.js";

/** The counts of a run. */
export interface Tally {
  readonly functions: Counts<"accepted" | "refused" | "allowed">;
  readonly allowed: Map<string, number>;
  /** The names of the plans that were completed. */
  readonly reached: Set<string>;
}

/** The counts at the start. */
export function freshTally(): Tally {
  return {
    functions: new Counts(["accepted", "refused", "allowed"]),
    allowed: new Map(ALLOWANCES.map(({ name }) => [name, 0])),
    reached: new Set(),
  };
}

/** Counts one call. */
export function tally({ functions, allowed }: Tally, { to, call }: Step, { ours, allowed: name }: Played): void {
  functions.add(
    `${to.replace(/\d$/, "")}.${call.replace(/\(.*/, "")}`,
    name !== undefined ? "allowed" : ours.ok ? "accepted" : "refused",
  );
  if (name !== undefined) allowed.set(name, allowed.get(name)! + 1);
}

/** The number of boundaries with plans that were reached. */
export function boundariesOf({ reached }: Tally) {
  return { reached: reached.size, of: PLANS.length };
}

/** The report, a line per function and per allowed difference. */
export function describeTally(counted: Tally): string {
  const differences = ALLOWANCES.map(
    ({ name, reason }) => `${String(counted.allowed.get(name)).padStart(6)}  ${name} (${reason})`,
  );
  const { reached, of } = boundariesOf(counted);
  return [
    ...counted.functions.describe("function"),
    "",
    "Differences that are allowed, and how often they were seen:",
    ...differences,
    "",
    `Boundaries that were reached on purpose: ${reached} of ${of}.`,
  ].join("\n");
}
