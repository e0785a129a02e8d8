/**
 * Measures an app: prints the digest that an enclave's quote shows of it.
 *
 * `npm run --silent measure -- --help` lists the options.
 */
import { answer } from "../measure/answer.js";

const { code, stdout, stderr } = await answer(process.argv.slice(2));
if (stdout !== "") console.log(stdout);
if (stderr !== "") console.error(stderr);
process.exitCode = code;
