/**
 * Where a task stands, what happened to it, and what to do if it failed.
 *
 * `npm run --silent task -- --help` lists the options.
 */
import { answer } from "../task/answer.js";

/** Runs the command with these arguments, and sets the exit code of the process. */
export async function run(args: readonly string[]): Promise<void> {
  const { code, stderr } = await answer(args, (text) => console.log(text));
  if (stderr !== "") console.error(stderr);
  process.exitCode = code;
}
