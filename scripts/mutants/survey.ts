import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { type Suite, type Suites } from "./suites.js";

/** What is known of test contracts before any mutant is switched on. */
export type Survey = {
  /** In milliseconds, by suite. */
  readonly took: ReadonlyMap<Suite, number>;
  /** The numbers of the mutants that a suite comes across. */
  readonly meets: ReadonlyMap<Suite, ReadonlySet<number>>;
  /** Tests that fail in the instrumented copy without any mutant, so that they prove nothing here: there must be none. */
  readonly unusable: ReadonlySet<string>;
  readonly tests: number;
};

/** A survey of one build, by the source of each suite. */
type Written = {
  readonly build: string;
  readonly tests: number;
  readonly unusable: readonly string[];
  readonly suites: readonly { readonly key: string; readonly took: number; readonly meets: readonly number[] }[];
};

const keyOf = ({ id }: Suite): string => `${id.source}:${id.name}`;

/** The survey of this build that was made before, if there is one. */
function recall(file: string, suites: Suites): Survey | undefined {
  if (!existsSync(file)) return undefined;
  const record = JSON.parse(readFileSync(file, "utf8")) as Written;
  if (record.build !== suites.build) return undefined;
  const known = new Map(record.suites.map((suite) => [suite.key, suite]));
  return {
    tests: record.tests,
    unusable: new Set(record.unusable),
    took: new Map(suites.all.map((suite) => [suite, known.get(keyOf(suite))?.took ?? 0])),
    meets: new Map(suites.all.map((suite) => [suite, new Set(known.get(keyOf(suite))?.meets)])),
  };
}

/** Runs every suite twice: to see how it does, and which mutants it comes across. Kept in `folder` for the next time. */
export async function survey(
  suites: Suites,
  folder: string,
  step: (name: string, done: number, total: number) => void,
): Promise<Survey> {
  const file = path.join(folder, "survey.json");
  const recalled = recall(file, suites);
  if (recalled !== undefined) return recalled;

  const found: Written["suites"][number][] = [];
  const unusable: string[] = [];
  let tests = 0;
  for (const [index, suite] of suites.all.entries()) {
    step("test contracts, without mutants", index, suites.all.length);
    const plain = await suites.run([suite], 0, "few");
    tests += plain.passed + plain.failed.length;
    unusable.push(...plain.failed);
    const meets = [...(await suites.trace(suite))];
    found.push({ key: keyOf(suite), took: plain.took.get(suite) ?? 0, meets });
  }
  const record: Written = { build: suites.build, tests, unusable, suites: found };
  writeFileSync(file, JSON.stringify(record));
  return recall(file, suites)!;
}
