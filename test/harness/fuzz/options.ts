import { wholeNumber } from "@poco-marketplace/cli/commandLine.js";
import { parseCommandLine } from "../commandLine.js";

/** The options of `npm run fuzz:quotes`. */
export type Options = {
  readonly seed: number;
  /** The index of the first mutant, to repeat one. */
  readonly first: number;
  readonly mutants: number;
  readonly json: boolean;
};

export const HELP = `npm run fuzz:quotes -- [options]

Draws random mutants of simulated quotes of all versions, signed again wherever a signature covers what was changed, and
gives each to the TypeScript verifier and to the contract on an embedded chain; those with another PCK or intermediate
certificate also to the registry, in DER. Both must say the same: the same error with the same values, or that it is valid
and proves the same. No call may take more gas than the bound. docs/explanation/testing.md says more.

  --seed S      another seed draws other mutants (default: 1)
  --mutants N   how many (default: 400)
  --first I     begin with mutant I, to see one again (default: 0)
  --json        print one JSON object instead of the report
  --help        print this

Interrupted (Ctrl-C), it ends after the mutant that it is at and reports on those that it has tried.

Exit code 0: no difference but those that are allowed. 1: differences, each kind once, with few changes, as an entry for
test/regression/quotes.ts. 2: the options make no sense.`;

/** Reads the command line; undefined if it only requests help. */
export function readOptions(args: readonly string[]): Options | undefined {
  const values = parse(args);
  if (values.help === true) return undefined;
  return {
    seed: wholeNumber("--seed", values.seed ?? "1"),
    mutants: wholeNumber("--mutants", values.mutants ?? "400", 1),
    first: wholeNumber("--first", values.first ?? "0"),
    json: values.json === true,
  };
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const options = { seed: text, mutants: text, first: text, json: flag, help: flag };
  return parseCommandLine("npm run fuzz:quotes --", args, { options }).values;
}
