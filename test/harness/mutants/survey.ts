import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { type Suite, type Suites } from "./suites.js";

/** The facts about test contracts before any mutant is switched on. */
export type Survey = {
  /** The duration in milliseconds, by suite. */
  readonly took: ReadonlyMap<Suite, number>;
  /** The numbers of the mutants that a suite executes. */
  readonly meets: ReadonlyMap<Suite, ReadonlySet<number>>;
  /** Tests that fail in the instrumented copy without any mutant, so that they prove nothing; the expected number is zero. */
  readonly unusable: ReadonlySet<string>;
  readonly tests: number;
};

/** The facts about one suite, which stay valid as long as neither it nor the contracts that it deploys change. */
type Entry = {
  readonly suite: string;
  readonly took: number;
  readonly meets: readonly number[];
  readonly failed: readonly string[];
  readonly tests: number;
};

type Written = { readonly deployed: string; readonly entries: readonly Entry[] };

/** The earlier facts about suites, by fingerprint. */
function recall(file: string, suites: Suites): Map<string, Entry> {
  const record = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Partial<Written>) : {};
  const known = record.deployed === suites.fingerprint ? (record.entries ?? []) : [];
  return new Map(known.map((entry) => [entry.suite, entry]));
}

async function look(suites: Suites, suite: Suite): Promise<Entry> {
  const plain = await suites.run([suite], 0, "few");
  return {
    suite: suite.fingerprint,
    took: plain.took.get(suite) ?? 0,
    meets: [...(await suites.trace(suite))],
    failed: plain.failed,
    tests: plain.passed + plain.failed.length,
  };
}

/** Runs every suite twice: for its outcome, and for the mutants that it executes. The facts are kept in `folder` for the next run. */
export async function survey(
  suites: Suites,
  folder: string,
  step: (name: string, done: number, total: number) => void,
): Promise<Survey> {
  const file = path.join(folder, "survey.json");
  const known = recall(file, suites);
  const entries = new Map<Suite, Entry>();
  for (const [index, suite] of suites.all.entries()) {
    const recalled = known.get(suite.fingerprint);
    if (recalled === undefined) step("test contracts, without mutants", index, suites.all.length);
    entries.set(suite, recalled ?? (await look(suites, suite)));
  }
  const all = [...entries.values()];
  const record: Written = { deployed: suites.fingerprint, entries: all };
  writeFileSync(file, JSON.stringify(record));
  return {
    took: new Map([...entries].map(([suite, { took }]) => [suite, took])),
    meets: new Map([...entries].map(([suite, { meets }]) => [suite, new Set(meets)])),
    unusable: new Set(all.flatMap(({ failed }) => failed)),
    tests: all.reduce((sum, { tests }) => sum + tests, 0),
  };
}
