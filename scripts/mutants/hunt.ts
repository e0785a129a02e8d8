import { type Mutant } from "./mutant.js";
import { type Suite, type Suites } from "./suites.js";

/** What became of a mutant: the tests that noticed it, or, if none did, how many test contracts met it. */
export type Fate = { readonly mutant: Mutant; readonly killers: readonly string[]; readonly suitesThatMetIt: number };

/** Says how far things are: `done` of `total`. */
export type Progress = (step: string, done: number, total: number, survivors?: number) => void;

export type Hunt = {
  readonly fates: readonly Fate[];
  /** Tests that fail in the instrumented copy without any mutant, so that they prove nothing here. */
  readonly unusable: readonly string[];
  readonly tests: number;
};

/** Suites are run together until they would take this long, in milliseconds, so that a mutant dies of the quick ones. */
const ROUND = 400;

/** Quick suites first, in rounds. */
function rounds(suites: readonly Suite[], took: ReadonlyMap<Suite, number>): Suite[][] {
  const found: Suite[][] = [];
  let time = Infinity;
  for (const suite of suites.toSorted((a, b) => (took.get(a) ?? 0) - (took.get(b) ?? 0))) {
    const takes = took.get(suite) ?? 0;
    if (time + takes > ROUND) {
      found.push([]);
      time = 0;
    }
    found.at(-1)?.push(suite);
    time += takes;
  }
  return found;
}

/** Runs, for each mutant, the suites that come across it, until a test fails. */
export async function hunt(suites: Suites, mutants: readonly Mutant[], progress: Progress): Promise<Hunt> {
  progress("tests without mutants", 0, 1);
  const { failed: unusable, passed, took } = await suites.run(suites.all);
  const isUsable = (test: string): boolean => !unusable.includes(test);

  const meets = new Map<Suite, ReadonlySet<number>>();
  for (const [index, suite] of suites.all.entries()) {
    progress("who meets which mutant", index, suites.all.length);
    meets.set(suite, await suites.trace(suite));
  }

  const fates: Fate[] = [];
  for (const [index, mutant] of mutants.entries()) {
    const survivors = fates.filter(({ killers }) => killers.length === 0).length;
    progress("mutants", index, mutants.length, survivors);
    const meeting = suites.all.filter((suite) => meets.get(suite)?.has(mutant.id));
    let killers: string[] = [];
    for (const round of rounds(meeting, took)) {
      const { failed } = await suites.run(round, mutant.id);
      killers = failed.filter((test) => isUsable(test));
      if (killers.length > 0) break;
    }
    fates.push({ mutant, killers, suitesThatMetIt: meeting.length });
  }
  return { fates, unusable, tests: passed + unusable.length };
}
