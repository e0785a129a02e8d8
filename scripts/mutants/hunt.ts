import { type Mutant } from "./mutant.js";
import { type Suite, type Suites } from "./suites.js";
import { type Survey } from "./survey.js";

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

/** Runs, for each mutant, the suites that come across it, until a test fails: with few inputs first, then with all. */
export async function hunt(
  suites: Suites,
  { took, meets, unusable, tests }: Survey,
  mutants: readonly Mutant[],
  progress: Progress,
): Promise<Hunt> {
  const past: Experience = new Map();
  const learn = (place: string, suite: Suite): void => {
    past.set(place, (past.get(place) ?? new Set()).add(suite));
  };

  async function killersOf(mutant: Mutant, meeting: readonly Suite[]): Promise<string[]> {
    for (const inputs of ["few", "all"] as const) {
      for (const round of rounds(meeting, took, mutant, past)) {
        const { failed } = await suites.run(round, mutant.id, inputs);
        const killers = failed.filter((test) => !unusable.has(test));
        if (killers.length === 0) continue;
        for (const suite of round.filter(({ name }) => killers.some((test) => test.startsWith(`${name}.`)))) {
          learn(placeOf(mutant), suite);
          learn(mutant.file, suite);
        }
        return killers;
      }
    }
    return [];
  }

  const fates: Fate[] = [];
  for (const [index, mutant] of mutants.entries()) {
    progress.step("mutants", index, mutants.length);
    const meeting = suites.all.filter((suite) => meets.get(suite)?.has(mutant.id));
    const killers = await killersOf(mutant, meeting);
    if (killers.length === 0) progress.survivor(mutant);
    fates.push({ mutant, killers, suitesThatMetIt: meeting.length });
  }
  return { fates, unusable: [...unusable], tests };
}
