import { parseArgs, type ParseArgsConfig } from "node:util";

/** An unusable command line, file or service. The message says what to do. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The output that a command prints at its end, and its exit code. */
export interface CommandOutcome {
  readonly code: 0 | 1 | 2;
  /** Empty for a command that prints as it goes. */
  readonly stdout: string;
  readonly stderr: string;
}

/** Prints the outcome of a command, and sets the exit code of the process. */
export function finish({ code, stdout, stderr }: CommandOutcome): void {
  if (stdout !== "") console.log(stdout);
  if (stderr !== "") console.error(stderr);
  process.exitCode = code;
}

/** The default upper limit of a numeric option. */
const MOST = 2 ** 31 - 1;

/**
 * Reads a command line as `parseArgs` of `node:util` does.
 *
 * @param command - The command as it is called, for the sentence that refers to its `--help`.
 * @throws {@link UsageError}
 */
export function parseCommandLine<const T extends Omit<ParseArgsConfig, "args">>(
  command: string,
  args: readonly string[],
  config: T,
): ReturnType<typeof parseArgs<T & { args: string[] }>> {
  try {
    return parseArgs({ ...config, args: [...args] });
  } catch (error) {
    const { message } = error as Error;
    throw new UsageError(`${message.replace(/\.?$/, ".")} See ${command} --help.`, { cause: error });
  }
}

/**
 * Reads the whole number of an option.
 *
 * @throws {@link UsageError} unless the text is a whole number from `least` to `most`
 */
export function wholeNumber(option: string, text: string, least = 0, most = MOST): number {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : -1;
  if (number >= least && number <= most) return number;
  throw new UsageError(`${option} is ${text}: give a whole number from ${least} to ${most}.`);
}
