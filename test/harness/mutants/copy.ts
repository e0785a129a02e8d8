import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { type Analysis } from "../../../deploy/solidity.js";
import { instrument, SWITCH, SWITCH_FILE } from "./instrument.js";
import { type Mutant } from "./mutant.js";

/** The files that Hardhat needs to build contracts and tests, besides `contracts`. */
const COPIED = ["package.json", "tsconfig.json", "scripts", "test"];

/**
 * The project's settings without those of no use here: strict warnings, bindings, tasks, networks. The optimizer does only
 * the steps that make compiling quicker, or possible: switches make code long, and no test checks gas that closely.
 */
const CONFIG = `import project from "./project.config.js";
import { testCompiler } from "./scripts/hardhat/testCompiler.js";

const details = { yul: true, yulDetails: { stackAllocation: true, optimizerSteps: "dhfoDgvifu:fDnTOcmu" } };
const optimizer = { enabled: true, runs: 1, details: { cse: false, constantOptimizer: false, ...details } };

export default {
  plugins: [testCompiler],
  solidity: { ...project.solidity, settings: { ...project.solidity.settings, optimizer } },
  paths: { sources: project.paths.sources, tests: { solidity: project.paths.tests.solidity } },
};
`;

/** Writes a file unless its content is unchanged, so that its build stays valid. */
function put(file: string, text: string): void {
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Runs Hardhat in the copy; its output is shown only if it fails. */
async function hardhat(copy: string, ...args: readonly string[]): Promise<void> {
  const cli = path.join(import.meta.dirname, "../../../node_modules/hardhat/dist/src/cli.js");
  const child = spawn(process.execPath, [cli, ...args], { cwd: copy, env: { ...process.env, CI: "true" } });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`hardhat ${args.join(" ")} failed in ${copy}:\n${said}`);
}

/** Builds a project in `copy` in which each of `mutants` can be switched on. This takes minutes. */
export async function buildCopy(
  root: string,
  copy: string,
  analysis: Analysis,
  mutants: readonly Mutant[],
): Promise<void> {
  for (const folder of COPIED) {
    rmSync(path.join(copy, folder), { recursive: true, force: true });
    cpSync(path.join(root, folder), path.join(copy, folder), { recursive: true, preserveTimestamps: true });
  }
  put(path.join(copy, "project.config.ts"), readFileSync(path.join(root, "hardhat.config.ts"), "utf8"));
  put(path.join(copy, "hardhat.config.ts"), CONFIG);
  put(path.join(copy, SWITCH_FILE), SWITCH);
  for (const [file, text] of analysis.text) {
    if (!file.startsWith("contracts/")) continue;
    const here = mutants.filter((mutant) => mutant.file === file);
    put(path.join(copy, file), instrument(file, text, here));
  }
  await hardhat(copy, "build", "--no-tests");
  await hardhat(copy, "build", "--no-contracts");
}
