/**
 * Runs mutation tests, which show whether tests notice changes of the contracts; see docs/explanation/testing.md.
 *
 * `npm run test:mutants -- --help` lists the options.
 */
import path from "node:path";

import { type FuzzConfigArgs } from "@nomicfoundation/edr";

import { buildCopy } from "./mutants/copy.js";
import { generate } from "./mutants/generate.js";
import { hunt, type Progress } from "./mutants/hunt.js";
import { UsageError } from "@poco-marketplace/cli/commandLine.js";
import { choose, HELP, readOptions } from "./mutants/options.js";
import { limitMemory } from "./mutants/memoryLimit.js";
import { asText, describe, reportOn } from "./mutants/report.js";
import { openSuites } from "./mutants/suites.js";
import { survey } from "./mutants/survey.js";
import { analyze, solidityFiles } from "../../deploy/solidity.js";

/** The files that are mutated by default; `--only` names others. */
const MUTATED = /^contracts\/(?:core|facets|registries)\//;

/** The folder of the instrumented copy, which is kept so that unchanged code is not built again. */
const COPY = "cache/mutants";

/** The settings of the project's own fuzz tests. */
async function readFuzzConfig(): Promise<FuzzConfigArgs> {
  const { config } = await import("hardhat");
  return config.test.solidity.profiles.default?.fuzz ?? {};
}

/** Prints the progress at most every ten seconds, and at least every minute. */
function openProgress(): Progress & { readonly last: () => string } {
  const began = Date.now();
  let told = 0;
  let last = "";
  const say = (text: string): void => {
    told = Date.now();
    console.error(`${`${Math.round((told - began) / 1000)}`.padStart(5)} s  ${text}`);
  };
  setInterval(() => Date.now() - told > 60_000 && say(last), 5_000).unref();
  return {
    last: () => last,
    step(name, done, total, mutant) {
      last = `${name}: ${done} of ${total}${mutant === undefined ? "" : `, at number ${mutant.id}`}`;
      if (done === 0 || Date.now() - told > 10_000) say(last);
    },
    survivor(mutant, pass) {
      say(`lives, after ${pass}: ${describe(mutant)}`);
    },
  };
}

async function main(root: string): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) return console.log(HELP);

  const files = solidityFiles(root);
  const analysis = analyze(root, files);
  const mutated = files.filter((file) => MUTATED.test(file));
  // All mutants are built in, whatever was requested, so that another selection needs no other build.
  const everyMutant = generate(analysis, mutated);
  const mutants = choose(everyMutant, options);
  if (mutants.length === 0) throw new UsageError("There are no such mutants.");
  if (options.list) return console.log(mutants.map((mutant) => describe(mutant)).join("\n"));

  const progress = openProgress();
  progress.step("building the instrumented copy", 0, 1);
  const copy = path.join(root, COPY);
  await buildCopy(root, copy, analysis, everyMutant);
  limitMemory(options.memory, progress.last);
  const suites = await openSuites(copy, await readFuzzConfig());
  const found = await survey(suites, copy, progress.step);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  const report = reportOn(await hunt(suites, found, mutants, progress, stop.signal));
  console.log(options.json ? JSON.stringify(report, null, 2) : asText(report));
  process.exitCode = report.passed ? 0 : 1;
}

try {
  await main(process.cwd());
} catch (error) {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
