import { explanationOf } from "./equivalents.js";
import { type Mutant } from "./mutant.js";
import { type Inputs, type Suite, type Suites } from "./suites.js";
import { type Survey } from "./survey.js";

/** The fate of a mutant: the tests that noticed it, or, if none did, the number of test contracts that executed it. */
export type Fate = { readonly mutant: Mutant; readonly killers: readonly string[]; readonly suitesThatMetIt: number };

/** Called during the run. */
export type Progress = {
  readonly step: (name: string, done: number, total: number, mutant?: Mutant) => void;
  readonly survivor: (mutant: Mutant, pass: string) => void;
};

export type Hunt = {
  readonly fates: readonly Fate[];
  /** Tests that fail in the instrumented copy without any mutant, so that they prove nothing. */
  readonly unusable: readonly string[];
  readonly tests: number;
  /** Whether every mutant was tested by every test that could kill it. */
  readonly isComplete: boolean;
};

/** The time for suites that run together, in milliseconds, so that quick suites kill a mutant first. */
const ROUND = 400;

/** The suites that killed mutants, by place. Suites with kills nearby are tried first. */
type Experience = Map<string, Set<Suite>>;

/** Suites in the order of their trial: those with kills nearby first, then the quick ones. */
function ordered(
  suites: readonly Suite[],
  took: ReadonlyMap<Suite, number>,
  mutant: Mutant,
  past: Experience,
): Suite[] {
  const nearby = [placeOf(mutant), mutant.file].map((place) => past.get(place) ?? new Set());
  const distance = (suite: Suite): number => {
    const at = nearby.findIndex((killers) => killers.has(suite));
    return at === -1 ? nearby.length : at;
  };
  return suites.toSorted((a, b) => distance(a) - distance(b) || (took.get(a) ?? 0) - (took.get(b) ?? 0));
}

/** Suites in rounds of about the same duration. */
function rounds(order: readonly Suite[], took: ReadonlyMap<Suite, number>): Suite[][] {
  const found: Suite[][] = [];
  let time = Infinity;
  for (const suite of order) {
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

function placeOf({ file, within }: Mutant): string {
  return `${file} ${within}`;
}

/** The passes over the mutants that are alive, in order, each with the largest number of suites. */
const PASSES = [
  { name: "mutants, the likeliest tests", inputs: "few", suites: 24 },
  { name: "mutants alive, all other tests", inputs: "few", suites: Infinity },
  { name: "mutants alive, fuzz tests with all inputs", inputs: "all", suites: Infinity },
] as const;

/**
 * Runs, for each mutant, the suites that execute it, until a test fails; first a few on all mutants, then more on those that
 * live. If it is stopped, the result has the mutants that were tested so far.
 */
export async function hunt(
  suites: Suites,
  { took, meets, unusable, tests }: Survey,
  mutants: readonly Mutant[],
  progress: Progress,
  stop: AbortSignal,
): Promise<Hunt> {
  const past: Experience = new Map();
  const learn = (place: string, suite: Suite): void => {
    past.set(place, (past.get(place) ?? new Set()).add(suite));
  };
  const meeting = (mutant: Mutant): Suite[] => suites.all.filter((suite) => meets.get(suite)?.has(mutant.id));

  async function killersOf(mutant: Mutant, inputs: Inputs, tried: readonly Suite[]): Promise<string[]> {
    for (const round of rounds(tried, took)) {
      const { failed } = await suites.run(round, mutant.id, inputs);
      const killers = failed.filter((test) => !unusable.has(test));
      if (killers.length === 0) continue;
      for (const suite of round.filter(({ name }) => killers.some((test) => test.startsWith(`${name}.`)))) {
        learn(placeOf(mutant), suite);
        learn(mutant.file, suite);
      }
      return killers;
    }
    return [];
  }

  const killersBy = new Map<Mutant, readonly string[]>();
  const survived = new Map<Mutant, readonly Suite[]>();
  for (const { name, inputs, suites: most } of PASSES) {
    // Mutants that no test can notice would take the most time here: all tests with all inputs.
    const worthIt = mutants.filter((mutant) => inputs === "few" || explanationOf(mutant) === undefined);
    const alive = worthIt.filter((mutant) => (killersBy.get(mutant) ?? []).length === 0);
    for (const [index, mutant] of alive.entries()) {
      if (stop.aborted) break;
      progress.step(name, index, alive.length, mutant);
      const before = survived.get(mutant) ?? [];
      const useful = meeting(mutant).filter((suite) =>
        inputs === "few" ? !before.includes(suite) : suite.hasFuzzTests,
      );
      const tried = ordered(useful, took, mutant, past).slice(0, most);
      const killers = await killersOf(mutant, inputs, tried);
      killersBy.set(mutant, killers);
      survived.set(mutant, [...before, ...tried]);
      if (killers.length === 0) progress.survivor(mutant, name);
    }
  }
  const fates = [...killersBy].map(([mutant, killers]) => {
    return { mutant, killers, suitesThatMetIt: meeting(mutant).length };
  });
  return { fates, unusable: [...unusable], tests, isComplete: !stop.aborted };
}
