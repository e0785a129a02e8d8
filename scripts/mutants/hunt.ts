import { type Mutant } from "./mutant.js";
import { type Inputs, type Suite, type Suites } from "./suites.js";
import { type Survey } from "./survey.js";

/** What became of a mutant: the tests that noticed it, or, if none did, how many test contracts met it. */
export type Fate = { readonly mutant: Mutant; readonly killers: readonly string[]; readonly suitesThatMetIt: number };

/** Told while it goes on. */
export type Progress = {
  readonly step: (name: string, done: number, total: number, mutant?: Mutant) => void;
  readonly survivor: (mutant: Mutant, inputs: Inputs) => void;
};

export type Hunt = {
  readonly fates: readonly Fate[];
  /** Tests that fail in the instrumented copy without any mutant, so that they prove nothing here. */
  readonly unusable: readonly string[];
  readonly tests: number;
  /** Whether every mutant met every test that could kill it. */
  readonly isComplete: boolean;
};

/** Suites are run together until they would take this long, in milliseconds, so that a mutant dies of the quick ones. */
const ROUND = 400;

/** Which suites killed mutants, by place. Those that did so nearby are tried first. */
type Experience = Map<string, Set<Suite>>;

/** Suites in rounds: those with experience first, then the quick ones. */
function rounds(
  suites: readonly Suite[],
  took: ReadonlyMap<Suite, number>,
  mutant: Mutant,
  past: Experience,
): Suite[][] {
  const nearby = [placeOf(mutant), mutant.file].map((place) => past.get(place) ?? new Set());
  const distance = (suite: Suite): number => {
    const at = nearby.findIndex((killers) => killers.has(suite));
    return at === -1 ? nearby.length : at;
  };
  const order = suites.toSorted((a, b) => distance(a) - distance(b) || (took.get(a) ?? 0) - (took.get(b) ?? 0));
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

/** What is left to do for mutants that are still alive, and how that is called. */
const PASSES = [
  ["mutants, with few inputs", "few"],
  ["survivors, with all inputs", "all"],
] as const;

/**
 * Runs, for each mutant, the suites that come across it, until a test fails. Fuzz tests get few inputs at first; those
 * mutants that live through everything then get all. Once it is told to stop, it is about the mutants that it got to.
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

  async function killersOf(mutant: Mutant, inputs: Inputs): Promise<string[]> {
    const useful = meeting(mutant).filter(({ hasFuzzTests }) => inputs === "few" || hasFuzzTests);
    for (const round of rounds(useful, took, mutant, past)) {
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
  for (const [name, inputs] of PASSES) {
    const alive = mutants.filter((mutant) => (killersBy.get(mutant) ?? []).length === 0);
    for (const [index, mutant] of alive.entries()) {
      if (stop.aborted) break;
      progress.step(name, index, alive.length, mutant);
      const killers = await killersOf(mutant, inputs);
      killersBy.set(mutant, killers);
      if (killers.length === 0) progress.survivor(mutant, inputs);
    }
  }
  const fates = [...killersBy].map(([mutant, killers]) => {
    return { mutant, killers, suitesThatMetIt: meeting(mutant).length };
  });
  return { fates, unusable: [...unusable], tests, isComplete: !stop.aborted };
}
