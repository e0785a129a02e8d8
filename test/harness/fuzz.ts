/**
 * Compares the TypeScript verifier of quotes with the contracts on random mutants.
 *
 * `npm run fuzz:quotes -- --help` lists the options.
 */
import { UsageError } from "@poco-marketplace/cli/commandLine.js";
import { HELP, readOptions } from "./fuzz/options.js";
import { describeRun, jsonOfRun } from "./fuzz/report.js";
import { fuzz } from "./fuzz/run.js";
import { showProgress } from "./progress.js";

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) return console.log(HELP);
  let isStopped = false;
  process.once("SIGINT", () => (isStopped = true));
  const began = performance.now();
  const report = await fuzz(options, {
    isStopped: () => isStopped,
    tried: (mutants) => showProgress(mutants, options.mutants, "mutants"),
  });
  console.log((options.json ? jsonOfRun : describeRun)(options, report, (performance.now() - began) / 1000));
  if (report.findings.length > 0) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
