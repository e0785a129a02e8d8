import { UsageError, wholeNumber } from "@poco-marketplace/cli/commandLine.js";
import { parseCommandLine } from "../commandLine.js";
import { FAULTS } from "./inject/faults.js";

/** The options of `npm run test:faults`. */
export interface Options {
  readonly runs: number;
  readonly seed: number;
  /** The index of the first run, to repeat one. */
  readonly first: number;
  /** The only fault; all of them in turn by default. */
  readonly fault: string | undefined;
  /** Whether to keep the folders of the networks, with their logs. */
  readonly keep: boolean;
  readonly json: boolean;
}

const COMMAND = "npm run test:faults --";

/** The help text. */
export function help(): string {
  const faults = FAULTS.map(({ name, summary }) => `  ${name.padEnd(22)} ${summary}`);
  return `${COMMAND} [options]

Starts a whole network as \`npm run network\` does, makes deals, and has one thing go wrong in each run, at some moment.
After each run it looks whether every task ended in its result or in a refund, nothing was paid twice, secrets went to
nobody but the enclave that was to have them, the market has every order, and no log has a secret.

  --runs N      how many runs (default: 20)
  --seed S      another seed has other things happen at other moments (default: 1)
  --first I     begin with run I, to see one again (default: 0)
  --fault NAME  only this one
  --keep        leave the networks' folders, with all logs, and say where they are
  --json        print one JSON object instead of the report
  --help        print this

Faults:

${faults.join("\n")}

Interrupted (Ctrl-C), it ends after the run that it is at and reports on those that it has run. What happens in a run
follows from seed and index; how processes interleave does not.

Exit code 0: all was as it should be. 1: it was not; each finding comes with the command that shows it again. 2: the
options make no sense.`;
}

/**
 * Reads the command line; undefined if it only requests help.
 *
 * @throws UsageError
 */
export function readOptions(args: readonly string[]): Options | undefined {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const options = { runs: text, seed: text, first: text, fault: text, keep: flag, json: flag, help: flag };
  const { values } = parseCommandLine(COMMAND, args, { options });
  if (values.help === true) return undefined;
  if (values.fault !== undefined && !FAULTS.some(({ name }) => name === values.fault))
    throw new UsageError(
      `--fault is ${values.fault}: give one of ${FAULTS.map(({ name }) => name).join(", ")}. See ${COMMAND} --help.`,
    );
  return {
    runs: wholeNumber("--runs", values.runs ?? "20", 1),
    seed: wholeNumber("--seed", values.seed ?? "1"),
    first: wholeNumber("--first", values.first ?? "0"),
    fault: values.fault,
    keep: values.keep === true,
    json: values.json === true,
  };
}
