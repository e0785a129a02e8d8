/**
 * Verifies a quote, by which an enclave proves that it is one.
 *
 * `npm run --silent quote -- --help` lists the options.
 */
import { finish } from "../commandLine.js";
import { runQuoteCommand } from "../quote/quoteCommand.js";

/** Runs the command with these arguments, and sets the exit code of the process. */
export async function run(args: readonly string[]): Promise<void> {
  finish(await runQuoteCommand(args));
}
