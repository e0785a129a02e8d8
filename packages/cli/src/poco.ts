/**
 * The command `poco`: it runs one of the commands in `commands/`, each of which has a help text of its own.
 *
 * `npm run network`, `npm run demo` and so on run `poco network`, `poco demo` and so on.
 */
import { runPoco } from "./program.js";

const { code, stdout, stderr } = await runPoco(process.argv.slice(2), {
  environment: process.env,
  isTerminal: process.stdin.isTTY && process.stderr.isTTY,
  print: (line) => console.log(line),
});
if (stdout !== "") console.log(stdout);
if (stderr !== "") console.error(stderr);
process.exitCode = code;
