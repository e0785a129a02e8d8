/**
 * Why not? For a wish, the best orders and what they cost, or why none match and what would help.
 *
 * `npm run --silent why -- --help` lists the options.
 */
import { answer } from "../why/answer.js";

/** Runs the command with these arguments, and sets the exit code of the process. */
export async function run(args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await answer(args);
  if (stdout !== "") console.log(stdout);
  if (stderr !== "") console.error(stderr);
  process.exitCode = code;
}
