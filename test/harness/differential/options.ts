import { wholeNumber } from "@poco-marketplace/cli/commandLine.js";
import { parseCommandLine } from "../commandLine.js";

/** The options of `npm run test:diff`. */
export interface Options {
  readonly seed: number;
  /** The index of the first sequence, to repeat one. */
  readonly first: number;
  readonly sequences: number;
  readonly calls: number;
  /** Whether every view is compared after every call. */
  readonly thorough: boolean;
  readonly json: boolean;
}

export const HELP = `npm run test:diff -- [options]

Runs random sequences of valid and invalid calls on the deployed peer's bytecode and on these contracts, each on an
embedded chain of its own. After every call it compares success, answer, events, all balances and the views of what the
call speaks of; after every 10th that is accepted, and at the end, every view. Most sequences begin with a plan that leads
to a boundary (a deadline to the second, an extreme volume, a trust, an edge of the kitty, a price that no ratio divides);
200 sequences in a row have all of them.

  --seed S       another seed draws other sequences (default: 1)
  --sequences N  how many (default: 200)
  --first I      begin with sequence I, to see one again (default: 0)
  --calls C      how many calls in each (default: 60)
  --thorough     compare every view after every call, which takes about three times as long
  --json         print one JSON object instead of the report
  --help         print this

Interrupted (Ctrl-C), it ends after the sequence that it is at and reports on those that it has run.

Exit code 0: no difference but those that are allowed. 1: a difference, with the shortest sequence that shows it as a test
for test/regression/; or the peer could not be fetched. 2: the options make no sense.`;

/** Reads the command line; undefined if it only requests help. */
export function readOptions(args: readonly string[]): Options | undefined {
  const values = parse(args);
  if (values.help === true) return undefined;
  return {
    seed: wholeNumber("--seed", values.seed ?? "1"),
    first: wholeNumber("--first", values.first ?? "0"),
    sequences: wholeNumber("--sequences", values.sequences ?? "200", 1),
    calls: wholeNumber("--calls", values.calls ?? "60", 1),
    thorough: values.thorough === true,
    json: values.json === true,
  };
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const options = { seed: text, first: text, sequences: text, calls: text, thorough: flag, json: flag, help: flag };
  return parseCommandLine("npm run test:diff --", args, { options }).values;
}
