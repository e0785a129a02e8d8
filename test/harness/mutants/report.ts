import path from "node:path";

import { changeOf } from "./change.js";
import { explanationOf, type Equivalent } from "./equivalents.js";
import { type Fate, type Hunt } from "./hunt.js";
import { LEFT_OUT, type LeftOut } from "./leftOut.js";
import { OPERATORS, type Mutant } from "./mutant.js";

/** The share of mutants that must be killed. */
export const BAR = 0.95;

export type Survivor = Mutant & { readonly suitesThatMetIt: number; readonly reason: string | undefined };

export type Count = { readonly mutants: number; readonly killed: number };

export type Report = {
  readonly mutants: number;
  readonly killed: number;
  /** A number from 0 to 1. */
  readonly score: number;
  readonly survivors: readonly Survivor[];
  readonly byOperator: Readonly<Record<string, Count>>;
  readonly byFolder: Readonly<Record<string, Count>>;
  /** Mutants that are explained as equivalent, yet were killed. */
  readonly wronglyExplained: readonly Mutant[];
  /** Tests that are known to fail in the instrumented copy without any mutant. */
  readonly leftOut: readonly LeftOut[];
  /** Other tests that fail so. */
  readonly unusable: readonly string[];
  /** Tests that are known to fail, yet pass. */
  readonly wronglyLeftOut: readonly string[];
  readonly tests: number;
  /** Whether every mutant was tested by every test that could kill it: the run was not stopped. */
  readonly isComplete: boolean;
  readonly passed: boolean;
};

const isKilled = ({ killers }: Fate): boolean => killers.length > 0;

/** Counts mutants of each kind, in the order of `kinds`. */
function countBy(fates: readonly Fate[], kinds: readonly string[], kindOf: (mutant: Mutant) => string) {
  const counts = kinds.map((kind): [string, Count] => {
    const some = fates.filter(({ mutant }) => kindOf(mutant) === kind);
    return [kind, { mutants: some.length, killed: some.filter((fate) => isKilled(fate)).length }];
  });
  return Object.fromEntries(counts.filter(([, { mutants }]) => mutants > 0));
}

const folderOf = ({ file }: Mutant): string => path.posix.dirname(file);

/** The report of a run. */
export function reportOn(
  { fates, unusable: failing, tests, isComplete }: Hunt,
  known?: readonly Equivalent[],
  leftOut: readonly LeftOut[] = LEFT_OUT,
): Report {
  const unusable = failing.filter((name) => leftOut.every(({ test }) => test !== name));
  const wronglyLeftOut = leftOut.map(({ test }) => test).filter((test) => !failing.includes(test));
  const killed = fates.filter((fate) => isKilled(fate));
  const survivors = fates
    .filter((fate) => !isKilled(fate))
    .map(({ mutant, suitesThatMetIt }) => {
      return { ...mutant, suitesThatMetIt, reason: explanationOf(mutant, known)?.reason };
    });
  const wronglyExplained = killed
    .map(({ mutant }) => mutant)
    .filter((mutant) => explanationOf(mutant, known) !== undefined);
  const score = fates.length === 0 ? 1 : killed.length / fates.length;
  const folders = [...new Set(fates.map(({ mutant }) => folderOf(mutant)))].toSorted();
  const isExplained = survivors.every(({ reason }) => reason !== undefined);
  return {
    mutants: fates.length,
    killed: killed.length,
    score,
    survivors,
    byOperator: countBy(fates, Object.keys(OPERATORS), ({ operator }) => operator),
    byFolder: countBy(fates, folders, folderOf),
    wronglyExplained,
    leftOut: leftOut.filter(({ test }) => failing.includes(test)),
    unusable,
    wronglyLeftOut,
    tests,
    isComplete,
    passed:
      isComplete && score >= BAR && isExplained && [wronglyExplained, unusable, wronglyLeftOut].flat().length === 0,
  };
}

/** A survivor, as `file:line within: original → mutated`. */
export function describe(mutant: Mutant): string {
  const { original, mutated } = changeOf(mutant);
  return `${mutant.file}:${mutant.line} ${mutant.within} [${mutant.operator} ${mutant.id}]\n    ${original}\n  → ${mutated}`;
}

const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;

/** The lines of a table with the killed mutants of each kind. */
function table(counts: Report["byOperator"]): string[] {
  return Object.entries(counts).map(
    ([kind, { mutants, killed }]) =>
      `  ${kind.padEnd(22)} ${`${killed}`.padStart(5)} of ${`${mutants}`.padStart(5)}  ${percent(killed / mutants)}`,
  );
}

/** The reasons why a run did not pass. */
function faultsOf(report: Report): string[] {
  const { score, survivors, wronglyExplained, unusable, wronglyLeftOut, isComplete } = report;
  const unexplained = survivors.filter(({ reason }) => reason === undefined).length;
  return [
    isComplete ? "" : "it was stopped before the end",
    unusable.length === 0 ? "" : `${unusable.length} tests fail without any mutant`,
    wronglyLeftOut.length === 0 ? "" : `${wronglyLeftOut.length} tests that were left out pass`,
    score >= BAR ? "" : `at least ${percent(BAR)} must be killed`,
    unexplained === 0 ? "" : `${unexplained} survivors are not explained`,
    wronglyExplained.length === 0 ? "" : `${wronglyExplained.length} explanations are wrong`,
  ].filter((fault) => fault !== "");
}

export function asText(report: Report): string {
  const { mutants, killed, score, survivors, byOperator, byFolder, tests } = report;
  const lines: string[] = [];
  for (const survivor of survivors) {
    const met =
      survivor.suitesThatMetIt === 0 ? "no test comes here" : `${survivor.suitesThatMetIt} test contracts pass`;
    lines.push(`survived: ${describe(survivor)}\n    ${survivor.reason ?? `unexplained; ${met}`}`);
  }
  for (const mutant of report.wronglyExplained) lines.push(`explained as equivalent, but killed: ${describe(mutant)}`);
  for (const { test, reason } of report.leftOut) lines.push(`left out: ${test}\n    ${reason}`);
  for (const test of report.unusable) lines.push(`fails in the instrumented copy without any mutant: ${test}`);
  for (const test of report.wronglyLeftOut) lines.push(`left out, but passes: ${test}`);
  const killedOf = `${tests} tests killed ${killed} of ${mutants} mutants, ${percent(score)}`;
  const faults = faultsOf(report);
  lines.push("", ...table(byOperator), "", ...table(byFolder), "");
  return [...lines, faults.length === 0 ? `${killedOf}: passed` : `${killedOf}: failed, ${faults.join(", ")}`].join(
    "\n",
  );
}
