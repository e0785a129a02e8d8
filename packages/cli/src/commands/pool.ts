/**
 * Who is denied by a workerpool, and letting them in again.
 *
 * `npm run --silent pool -- --help` lists the options.
 */
import { answer } from "../pool/answer.js";

/** Runs the command with these arguments, and sets the exit code of the process. */
export async function run(args: readonly string[]): Promise<void> {
  const { code, stderr } = await answer(args, process.env, (text) => console.log(text));
  if (stderr !== "") console.error(stderr);
  process.exitCode = code;
}
