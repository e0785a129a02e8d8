/**
 * Verifies a quote: the proof of an enclave that it is one.
 *
 * `npm run --silent quote -- --help` lists the options.
 */
import { answer } from "../quote/answer.js";

/** Runs the command with these arguments, and sets the exit code of the process. */
export async function run(args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await answer(args);
  if (stdout !== "") console.log(stdout);
  if (stderr !== "") console.error(stderr);
  process.exitCode = code;
}
