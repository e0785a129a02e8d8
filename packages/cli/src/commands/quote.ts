/**
 * Verifies a quote: the proof of an enclave that it is one.
 *
 * `npm run --silent quote -- --help` lists the options.
 */
import { answer } from "../quote/answer.js";

const { code, stdout, stderr } = await answer(process.argv.slice(2));
if (stdout !== "") console.log(stdout);
if (stderr !== "") console.error(stderr);
process.exitCode = code;
