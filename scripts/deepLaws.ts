/**
 * The laws of `test/invariant/`, under a million calls or as many as are asked for, and what was called how often.
 *
 * `npm run test:deep -- --calls 50000 --seed 0x1234`. Other seeds are other calls.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

/** Calls in a run, as in the profile `deep` of `testProfiles.ts`. */
const DEPTH = 256;
const LAWS = "test/invariant/Laws.t.sol";
const HANDLER = "test/invariant/handlers/EverybodyHandler.sol";
const TALLY = "cache/laws.txt";
const HARDHAT = join(dirname(createRequire(import.meta.url).resolve("hardhat/package.json")), "dist/src/cli.js");

interface Count {
  readonly called: number;
  readonly done: number;
}

const { values } = parseArgs({
  options: { calls: { type: "string", default: "1000000" }, seed: { type: "string", default: "0x506f436f" } },
});
const wanted = Number(values.calls);
if (!Number.isSafeInteger(wanted) || wanted < 1) throw new Error(`--calls wants a number, not ${values.calls}`);

const laws = [...(await readFile(LAWS, "utf8")).matchAll(/function invariant_/g)].length;
const runs = Math.ceil(wanted / laws / DEPTH);
await mkdir(dirname(TALLY), { recursive: true });
await rm(TALLY, { force: true });
console.log(`${laws} laws, each in ${runs} runs of ${DEPTH} calls, seed ${values.seed}`);

const start = performance.now();
const child = spawn(process.execPath, [HARDHAT, "test", "solidity", "--test-profile", "deep", LAWS, HANDLER], {
  env: { ...process.env, LAWS_RUNS: `${runs}`, LAWS_SEED: values.seed, LAWS_TALLY: TALLY },
  stdio: "inherit",
});
const [code] = (await once(child, "exit")) as [number | null];
const seconds = (performance.now() - start) / 1000;

const { counts, finished } = await readTally();
const calls = code === 0 ? laws * runs * DEPTH : 0;
console.log(`${"action".padEnd(24)}${"calls".padStart(10)}${"did something".padStart(15)}`);
for (const [action, { called, done }] of counts) {
  console.log(`${action.padEnd(24)}${`${called}`.padStart(10)}${`${done}`.padStart(15)}`);
}
const rate = Math.round(calls / seconds);
console.log(
  `\n${calls} calls, ${finished} different runs (counted above), ${seconds.toFixed(0)} s with compiling, ${rate} calls a second`,
);
process.exitCode = code === 0 && calls >= wanted ? 0 : 1;

/** One line a run; in it, for each action, how often it was called and how often it did something. */
async function readTally(): Promise<{ readonly counts: ReadonlyMap<string, Count>; readonly finished: number }> {
  const text = await readFile(TALLY, "utf8").catch(() => "");
  // Laws share a seed, so the same run is played for several of them, and each law's last run is played again.
  const lines = [...new Set(text.split("\n"))].filter((line) => line !== "");
  const sums = new Map<string, Count>();
  for (const entry of lines.flatMap((line) => line.split(";")).filter((part) => part !== "")) {
    const [action, calledNow, doneNow] = entry.split(" ") as [string, string, string];
    const before = sums.get(action) ?? { called: 0, done: 0 };
    sums.set(action, { called: before.called + Number(calledNow), done: before.done + Number(doneNow) });
  }
  return { counts: sums, finished: lines.length };
}
