/**
 * Measures an app: prints the digest that an enclave's quote shows of it.
 *
 * `npm run --silent measure -- --help` lists the options.
 */
import { finish } from "../commandLine.js";
import { runMeasureCommand } from "../measure/measureCommand.js";

/** Runs the command with these arguments, and sets the exit code of the process. */
export async function run(args: readonly string[]): Promise<void> {
  finish(await runMeasureCommand(args));
}
