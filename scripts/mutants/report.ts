import { explanationOf, type Equivalent } from "./equivalents.js";
import { type Fate, type Hunt } from "./hunt.js";
import { OPERATORS, type Mutant } from "./mutant.js";

/** Part of the mutants that must be killed. */
export const BAR = 0.95;

export type Survivor = Mutant & { readonly suitesThatMetIt: number; readonly reason: string | undefined };

export type Report = {
  readonly mutants: number;
  readonly killed: number;
  /** From 0 to 1. */
  readonly score: number;
  readonly survivors: readonly Survivor[];
  readonly byOperator: Readonly<Record<string, { readonly mutants: number; readonly killed: number }>>;
  /** Explained as equivalent, yet killed. */
  readonly wronglyExplained: readonly Mutant[];
  /** Tests that could not be used. */
  readonly unusable: readonly string[];
  readonly tests: number;
  readonly passed: boolean;
};

const isKilled = ({ killers }: Fate): boolean => killers.length > 0;

function countOf(operator: string, fates: readonly Fate[]): number {
  return fates.filter(({ mutant }) => mutant.operator === operator).length;
}

/** What came of a hunt. */
export function reportOn({ fates, unusable, tests }: Hunt, known?: readonly Equivalent[]): Report {
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
  const byOperator = Object.fromEntries(
    Object.keys(OPERATORS)
      .map((operator) => [operator, { mutants: countOf(operator, fates), killed: countOf(operator, killed) }] as const)
      .filter(([, { mutants }]) => mutants > 0),
  );
  const isExplained = survivors.every(({ reason }) => reason !== undefined);
  return {
    mutants: fates.length,
    killed: killed.length,
    score,
    survivors,
    byOperator,
    wronglyExplained,
    unusable,
    tests,
    passed: score >= BAR && isExplained && wronglyExplained.length === 0,
  };
}

/** The one change within a long text, with a little around it. */
function difference({ original, mutated }: Mutant): [string, string] {
  if (original.length + mutated.length < 160) return [original, mutated];
  let from = 0;
  while (original[from] === mutated[from] && from < original.length) from += 1;
  let tail = 0;
  const shorter = Math.min(original.length, mutated.length) - from;
  while (tail < shorter && original.at(-1 - tail) === mutated.at(-1 - tail)) tail += 1;
  const start = Math.max(0, from - 24);
  const cut = (text: string): string => `…${text.slice(start, text.length - Math.max(0, tail - 24))}…`;
  return mutated === "" ? [original, ""] : [cut(original), cut(mutated)];
}

function flat(text: string): string {
  return text.replace(/\s+/g, " ").trim() || "(nothing)";
}

/** A survivor, as `file:line within: original → mutated`. */
export function describe(mutant: Mutant): string {
  const [original, mutated] = difference(mutant).map((text) => flat(text));
  return `${mutant.file}:${mutant.line} ${mutant.within} [${mutant.operator} ${mutant.id}]\n    ${original}\n  → ${mutated}`;
}

const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;

export function asText(report: Report): string {
  const { mutants, killed, score, survivors, byOperator, wronglyExplained, unusable, tests, passed } = report;
  const lines: string[] = [];
  for (const survivor of survivors) {
    const met =
      survivor.suitesThatMetIt === 0 ? "no test comes here" : `${survivor.suitesThatMetIt} test contracts pass`;
    lines.push(`survived: ${describe(survivor)}\n    ${survivor.reason ?? `unexplained; ${met}`}`);
  }
  for (const mutant of wronglyExplained) lines.push(`explained as equivalent, but killed: ${describe(mutant)}`);
  if (unusable.length > 0) {
    lines.push(`${unusable.length} of ${tests} tests fail in the instrumented copy anyway: ${unusable.join(", ")}`);
  }
  lines.push(
    "",
    ...Object.entries(byOperator).map(
      ([operator, counts]) =>
        `  ${operator.padEnd(12)} ${`${counts.killed}`.padStart(5)} of ${`${counts.mutants}`.padStart(5)}  ` +
        percent(counts.killed / counts.mutants),
    ),
    "",
    `killed ${killed} of ${mutants}, ${percent(score)}` +
      (passed ? "" : `; at least ${percent(BAR)} must be, and each survivor explained`),
  );
  return lines.join("\n");
}
