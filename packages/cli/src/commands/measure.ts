/**
 * Measures an app: prints the digest that an enclave's quote shows of it.
 *
 * `npm run --silent measure -- --help` lists the options.
 */
import { answer } from "../measure/answer.js";

/** Runs the command with these arguments, and sets the exit code of the process. */
export async function run(args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await answer(args);
  if (stdout !== "") console.log(stdout);
  if (stderr !== "") console.error(stderr);
  process.exitCode = code;
}
