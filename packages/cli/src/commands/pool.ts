/**
 * Who is denied by a workerpool, and letting them in again.
 *
 * `npm run --silent pool -- --help` lists the options.
 */
import { answer } from "../pool/answer.js";

const { code, stderr } = await answer(process.argv.slice(2), process.env, (text) => console.log(text));
if (stderr !== "") console.error(stderr);
process.exitCode = code;
