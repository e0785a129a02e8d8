/**
 * The command `poco`: it runs one of the commands in `commands/`, each of which has a help text of its own.
 *
 * `npm run network`, `npm run demo` and so on run `poco network`, `poco demo` and so on.
 */
import { runPoco } from "./program.js";
import { openQuietTerminal, openTerminal } from "./terminal.js";

const args = process.argv.slice(2);
const { code, stdout, stderr } = await runPoco(args, {
  environment: process.env,
  isTerminal: process.stdin.isTTY && process.stderr.isTTY,
  print: (line) => console.log(line),
  progress: args.includes("--json") ? openQuietTerminal(process.stderr) : openTerminal(process.stderr),
});
if (stdout !== "") console.log(stdout);
if (stderr !== "") console.error(stderr);
process.exitCode = code;
