/**
 * Shows the state of a task, its history, and what to do if it failed.
 *
 * `npm run --silent task -- --help` lists the options.
 */
import { finish } from "../commandLine.js";
import { runTaskCommand } from "../task/taskCommand.js";

/** Runs the command with these arguments, and sets the exit code of the process. */
export async function run(args: readonly string[]): Promise<void> {
  finish(await runTaskCommand(args, (text) => console.log(text)));
}
