/**
 * Where a task stands, what happened to it, and what to do if it failed.
 *
 * `npm run --silent task -- --help` lists the options.
 */
import { answer } from "../task/answer.js";

const { code, stderr } = await answer(process.argv.slice(2), (text) => console.log(text));
if (stderr !== "") console.error(stderr);
process.exitCode = code;
