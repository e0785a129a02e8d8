/**
 * One deal, from four signatures to five payouts, and two more that go wrong.
 *
 * `npm run demo -- --help` lists the options.
 */
import { constants } from "node:os";

import { UsageError } from "../commandLine.js";
import { DemoError, reasonOf } from "../demo/demoError.js";
import { openQuietTerminal, openTerminal } from "../demo/terminal.js";
import { checkFiles, HELP, readWish } from "../demo/wish.js";

// Exiting, and not just ending, lets everybody clean up.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => process.exit(128 + constants.signals[signal]));
}

async function main(): Promise<void> {
  const asked = readWish(process.argv.slice(2));
  if (asked === undefined) return console.log(HELP);
  const { wish, manner } = asked;
  await checkFiles(wish);

  const terminal = manner.json ? openQuietTerminal(process.stderr) : openTerminal(process.stdout);
  // Loaded late, since Hardhat takes a while.
  const { perform } = await terminal.during("starting", import("../demo/perform.js"));
  await perform(wish, manner, terminal);
}

try {
  await main();
} catch (error) {
  const reason = reasonOf(error);
  if (process.argv.includes("--json")) {
    console.log(JSON.stringify({ error: reason, ...(error instanceof DemoError && error.details) }, null, 2));
  }
  console.error(`\n${reason}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
