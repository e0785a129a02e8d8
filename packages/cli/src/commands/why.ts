/**
 * Explains why orders do not match, or which orders match a request and what they cost.
 *
 * `npm run --silent why -- --help` lists the options.
 */
import { finish } from "../commandLine.js";
import { runWhyCommand } from "../why/whyCommand.js";

/** Runs the command with these arguments, and sets the exit code of the process. */
export async function run(args: readonly string[]): Promise<void> {
  finish(await runWhyCommand(args));
}
