import { UsageError, wholeNumber } from "@poco-marketplace/cli/commandLine.js";
import { parseCommandLine } from "../commandLine.js";
import { OPERATORS, type Mutant, type Operator } from "./mutant.js";

/** The memory limit by default, in gigabytes. */
const MEMORY = 8;

export const HELP = `npm run test:mutants -- [options]

Changes the contracts in many small ways, one at a time, and sees whether a Solidity test notices each.

  --only PATH        only files whose path begins like this, or contains it; may be repeated
  --operator NAME    only this kind of change; may be repeated:
${Object.entries(OPERATORS)
  .map(([name, meaning]) => `                       ${name.padEnd(12)} ${meaning}`)
  .join("\n")}
  --sample N         only N mutants, drawn at random
  --seed S           which ones, and in which order they are tried (default 1)
  --id N             only this mutant; may be repeated
  --memory GB        ends with a sentence once this process holds more (default ${MEMORY})
  --list             shows the mutants and runs nothing
  --json             one JSON object on standard output; progress goes to standard error
  --help             shows this

Fails when fewer than 95 % are killed, when a survivor is not explained in test/harness/mutants/equivalents.ts, when something
explained there is killed after all, when a test fails without any mutant, or when it was stopped. Stopped by Ctrl-C, it
reports on what it got to.`;

export type Options = {
  readonly only: readonly string[];
  readonly operators: readonly Operator[];
  readonly ids: readonly number[];
  readonly sample: number | undefined;
  readonly seed: number;
  /** The memory limit, in gigabytes. */
  readonly memory: number;
  readonly list: boolean;
  readonly json: boolean;
};

function isOperator(name: string): name is Operator {
  return name in OPERATORS;
}

/** Reads a command line; undefined if it requests help. */
export function readOptions(args: readonly string[]): Options | undefined {
  const options = {
    only: { type: "string", multiple: true, default: [] as string[] },
    operator: { type: "string", multiple: true, default: [] as string[] },
    id: { type: "string", multiple: true, default: [] as string[] },
    sample: { type: "string" },
    seed: { type: "string", default: "1" },
    memory: { type: "string", default: String(MEMORY) },
    list: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  } as const;
  const { values } = parseCommandLine("npm run test:mutants --", args, { options });
  if (values.help) return undefined;
  const unknown = values.operator.find((name) => !isOperator(name));
  if (unknown !== undefined) throw new UsageError(`There is no operator "${unknown}". See --help.`);
  return {
    only: values.only,
    operators: values.operator.filter((name) => isOperator(name)),
    ids: values.id.map((text) => wholeNumber("--id", text)),
    sample: values.sample === undefined ? undefined : wholeNumber("--sample", values.sample),
    seed: wholeNumber("--seed", values.seed),
    memory: wholeNumber("--memory", values.memory, 1, 1024),
    list: values.list,
    json: values.json,
  };
}

/** Pseudo-random numbers from 0 to 1 for a seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * The requested mutants in a random order: a sample is its beginning, and a run that is stopped has
 * tried a bit of everything.
 */
export function choose(mutants: readonly Mutant[], options: Options): Mutant[] {
  const { only, operators, ids, sample, seed } = options;
  const random = randomFrom(seed);
  return mutants
    .filter(
      ({ id, file, operator }) =>
        (only.length === 0 || only.some((part) => file.includes(part))) &&
        (operators.length === 0 || operators.includes(operator)) &&
        (ids.length === 0 || ids.includes(id)),
    )
    .map((mutant) => ({ mutant, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .slice(0, sample)
    .map(({ mutant }) => mutant);
}
