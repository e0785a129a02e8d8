import { type Mutant } from "./mutant.js";
import { type Suite, type Suites } from "./suites.js";

/** What became of a mutant: the tests that noticed it, or, if none did, how many test contracts met it. */
export type Fate = { readonly mutant: Mutant; readonly killers: readonly string[]; readonly suitesThatMetIt: number };

/** Told while it goes on. */
export type Progress = {
  readonly step: (name: string, done: number, total: number) => void;
  readonly survivor: (mutant: Mutant) => void;
};

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

/** The tests that notice `mutant`, of those that come across it: with few inputs first, then with all. */
async function killersOf(
  mutant: Mutant,
  meeting: readonly Suite[],
  suites: Suites,
  took: ReadonlyMap<Suite, number>,
  unusable: ReadonlySet<string>,
): Promise<string[]> {
  for (const inputs of ["few", "all"] as const) {
    for (const round of rounds(meeting, took)) {
      const { failed } = await suites.run(round, mutant.id, inputs);
      const killers = failed.filter((test) => !unusable.has(test));
      if (killers.length > 0) return killers;
    }
  }
  return [];
}

/** Runs, for each mutant, the suites that come across it, until a test fails. */
export async function hunt(suites: Suites, mutants: readonly Mutant[], progress: Progress): Promise<Hunt> {
  const took = new Map<Suite, number>();
  const unusable = new Set<string>();
  const meets = new Map<Suite, ReadonlySet<number>>();
  let tests = 0;
  for (const [index, suite] of suites.all.entries()) {
    progress.step("test contracts, without mutants", index, suites.all.length);
    const plain = await suites.run([suite], 0, "few");
    tests += plain.passed + plain.failed.length;
    for (const test of plain.failed) unusable.add(test);
    took.set(suite, plain.took.get(suite) ?? 0);
    meets.set(suite, await suites.trace(suite));
  }

  const fates: Fate[] = [];
  for (const [index, mutant] of mutants.entries()) {
    progress.step("mutants", index, mutants.length);
    const meeting = suites.all.filter((suite) => meets.get(suite)?.has(mutant.id));
    const killers = await killersOf(mutant, meeting, suites, took, unusable);
    if (killers.length === 0) progress.survivor(mutant);
    fates.push({ mutant, killers, suitesThatMetIt: meeting.length });
  }
  return { fates, unusable: [...unusable], tests };
}
