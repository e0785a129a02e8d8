/**
 * Runs the invariants of `test/invariant/`, all on the same calls: a million different ones, or as many as requested; and counts how
 * often each action was called and had an effect. Calls are in portions with seeds of their own, counted up from the first.
 *
 * `npm run test:deep -- --calls 50000 --seed 0x1234`. Other seeds are other calls.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

/** The number of calls in a run, as in the profile `deep` of `testProfiles.ts`. */
const DEPTH = 256;
/** The number of runs with one seed. */
const PORTION = 100;
const FILES = ["test/invariant/Laws.t.sol", "test/invariant/handlers/EverybodyHandler.sol"];
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

const counts = new Map<string, Count>();
const start = performance.now();
let runs = 0;
let held = true;
await mkdir("cache", { recursive: true });
for (let seed = BigInt(values.seed); held && runs * DEPTH < wanted; ++seed) {
  const portion = Math.min(PORTION, Math.ceil(wanted / DEPTH) - runs);
  held = await play(`0x${seed.toString(16)}`, portion);
  if (held) runs += portion;
  console.log(`seed 0x${seed.toString(16)}: ${portion} runs, ${runs * DEPTH} calls so far, ${elapsed()} s`);
}

console.log(`\n${"action".padEnd(24)}${"calls".padStart(10)}${"did something".padStart(15)}`);
for (const [action, { called, done }] of counts) {
  console.log(`${action.padEnd(24)}${`${called}`.padStart(10)}${`${done}`.padStart(15)}`);
}
console.log(`\n${runs * DEPTH} calls in ${runs} runs, ${elapsed()} s; ${held ? "the laws held" : "a law was broken"}`);
process.exitCode = held ? 0 : 1;

/** Whether the invariants held in `portion` runs. */
async function play(seed: string, portion: number): Promise<boolean> {
  const tally = `cache/laws-${seed}.txt`;
  await rm(tally, { force: true });
  const args = ["test", "solidity", "--test-profile", "deep", "--grep", "invariant_AllLaws", ...FILES];
  const child = spawn(process.execPath, [HARDHAT, ...args], {
    env: { ...process.env, LAWS_RUNS: `${portion}`, LAWS_SEED: seed, LAWS_TALLY: tally },
    stdio: "inherit",
  });
  const [code] = (await once(child, "exit")) as [number | null];
  const finished = await addTally(tally);
  await rm(tally, { force: true });
  if (code === 0 && finished < portion) throw new Error(`${portion} runs were asked for, ${finished} were made`);
  return code === 0;
}

/** Counts how often each action was called and had an effect, one line a run, and returns the number of runs. */
async function addTally(file: string): Promise<number> {
  const text = await readFile(file, "utf8").catch(() => "");
  // The last run is executed twice.
  const lines = [...new Set(text.split("\n"))].filter((line) => line !== "");
  for (const entry of lines.flatMap((line) => line.split(";")).filter((part) => part !== "")) {
    const [action, calledNow, doneNow] = entry.split(" ") as [string, string, string];
    const before = counts.get(action) ?? { called: 0, done: 0 };
    counts.set(action, { called: before.called + Number(calledNow), done: before.done + Number(doneNow) });
  }
  return lines.length;
}

function elapsed(): string {
  return ((performance.now() - start) / 1000).toFixed(0);
}
