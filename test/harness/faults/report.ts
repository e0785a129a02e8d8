import { styleText } from "node:util";

import { TaskStatus } from "@poco-marketplace/sdk/protocol/status.js";
import { heading, table } from "@poco-marketplace/cli/table.js";
import type { Violation } from "./judge/violation.js";
import type { Options } from "./options.js";
import type { Ending } from "./judge/endings.js";

/** A run that was judged. */
export interface Judged {
  readonly index: number;
  readonly fault: string;
  readonly hadEffect: boolean;
  readonly seconds: number;
  readonly endings: readonly Ending[];
  readonly violations: readonly Violation[];
}

/** The summary of all runs with one fault. */
export interface FaultTally {
  readonly fault: string;
  readonly runs: number;
  /** The number of these in which the fault affected a task. */
  readonly struck: number;
  readonly results: number;
  readonly refunds: number;
  /** The median duration of the runs, in seconds. */
  readonly median: number;
  readonly violations: number;
}

/** Summarizes runs by fault, in the order of the names. */
export function tally(runs: readonly Judged[]): FaultTally[] {
  const byFault = Map.groupBy(runs, ({ fault }) => fault);
  return [...byFault]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([fault, ofFault]) => ({ fault, ...count(ofFault) }));
}

/** The report as text. */
export function describe(runs: readonly Judged[], options: Options, seconds: number): string {
  const rows = [...tally(runs), { fault: "all", ...count(runs) }].map((row) => [
    row.fault,
    `${row.runs}`,
    `${row.struck}`,
    `${row.results}`,
    `${row.refunds}`,
    row.median.toFixed(1),
    `${row.violations}`,
  ]);
  const header = ["fault", "runs", "struck", "results", "refunds", "median s", "violations"];
  const lines = runs.flatMap(({ index, fault, violations }) =>
    violations.map(({ law, what }) => `   run ${index}, ${fault}: ${law}: ${what}\n      ${again(options, index)}`),
  );
  const title = `${runs.length} runs of seed ${options.seed} in ${seconds.toFixed(0)} s`;
  const found = lines.length === 0 ? [] : [heading("What was not as it should be"), ...lines];
  return [heading(title), table(header, rows), ...found].join("\n");
}

/** The line of a run. */
export function progress(
  { index, fault, hadEffect, seconds, violations }: Omit<Judged, "endings">,
  state: string,
): string {
  const mark = violations.length === 0 ? styleText("green", "✓") : styleText("red", "✗");
  const found = violations.map(({ law, what }) => `\n     ${law}: ${what}`).join("");
  return `${mark} run ${index}, ${fault}${hadEffect ? "" : " (idle)"}: ${state}, ${seconds.toFixed(1)} s${found}`;
}

/** The endings of tasks, in a few words. */
export function summarize(endings: readonly Ending[]): string {
  const results = endings.filter(({ status }) => status === TaskStatus.COMPLETED).length;
  return `${results} results, ${endings.filter(({ status }) => status === TaskStatus.FAILED).length} refunds`;
}

function again({ seed, fault }: Options, index: number): string {
  const only = fault === undefined ? "" : ` --fault ${fault}`;
  return `npm run test:faults -- --seed ${seed} --first ${index} --runs 1${only}`;
}

function count(runs: readonly Judged[]) {
  const endings = runs.flatMap((run) => run.endings);
  const seconds = runs.map((run) => run.seconds).toSorted((a, b) => a - b);
  return {
    runs: runs.length,
    struck: runs.filter(({ hadEffect }) => hadEffect).length,
    results: endings.filter(({ status }) => status === TaskStatus.COMPLETED).length,
    refunds: endings.filter(({ status }) => status === TaskStatus.FAILED).length,
    median: seconds[Math.floor(seconds.length / 2)] ?? 0,
    violations: runs.reduce((sum, { violations }) => sum + violations.length, 0),
  };
}
