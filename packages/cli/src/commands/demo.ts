/**
 * Shows a deal from its four signatures to its five payouts, and two more that go wrong; or attacks, which all fail.
 *
 * `npm run demo -- --help` lists the options.
 */
import { constants } from "node:os";

import { UsageError } from "../commandLine.js";
import { DemoError, reasonOf } from "../demo/demoError.js";
import { openQuietTerminal, openTerminal } from "../demo/terminal.js";
import { checkFiles, HELP, readOptions } from "../demo/options.js";

async function runCommand(args: readonly string[]): Promise<void> {
  const asked = readOptions(args);
  if (asked === undefined) return console.log(HELP);
  const { options, output } = asked;
  await checkFiles(options);

  const terminal = output.json ? openQuietTerminal(process.stderr) : openTerminal(process.stdout);
  // This module is imported late, since Hardhat is slow to load.
  const demo = await terminal.during("starting", import("../demo/runDemo.js"));
  await demo.runDemo(options, output, terminal);
}

/** Runs the command with these arguments, and sets the exit code of the process. */
export async function run(args: readonly string[]): Promise<void> {
  // An explicit exit runs the `exit` handlers, which remove temporary files; death by signal would not.
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
  }
  try {
    await runCommand(args);
  } catch (error) {
    const reason = reasonOf(error);
    if (args.includes("--json")) {
      console.log(JSON.stringify({ error: reason, ...(error instanceof DemoError && error.details) }, null, 2));
    }
    console.error(`\n${reason}`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
