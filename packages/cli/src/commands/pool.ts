/**
 * Lists the requesters that a workerpool denies, and lets them in again.
 *
 * `npm run --silent pool -- --help` lists the options.
 */
import { finish } from "../commandLine.js";
import { runPoolCommand } from "../pool/poolCommand.js";

/** Runs the command with these arguments, and sets the exit code of the process. */
export async function run(args: readonly string[]): Promise<void> {
  finish(await runPoolCommand(args, process.env, (text) => console.log(text)));
}
