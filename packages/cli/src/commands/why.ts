/**
 * Why not? For a wish, the best orders and what they cost, or why none match and what would help.
 *
 * `npm run --silent why -- --help` lists the options.
 */
import { answer } from "../why/answer.js";

const { code, stdout, stderr } = await answer(process.argv.slice(2));
if (stdout !== "") console.log(stdout);
if (stderr !== "") console.error(stderr);
process.exitCode = code;
