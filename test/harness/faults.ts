/**
 * Runs whole networks with one fault in each run, and checks that every requester got a correct result or a refund.
 *
 * `npm run test:faults -- --help` lists options and faults.
 */
import { setTimeout as sleep } from "node:timers/promises";

import { UsageError } from "@poco-marketplace/cli/commandLine.js";
import { FAULTS } from "./faults/inject/faults.js";
import { help, readOptions, type Options } from "./faults/options.js";
import { planRun } from "./faults/plan.js";
import { describe, progress, summarize, tally, type Judged } from "./faults/report.js";
import { openFaultRunner, type PendingRun } from "./faults/faultRunner.js";
import { createWorld } from "./faults/world/createWorld.js";
import type { World } from "./faults/world/world.js";

/** The number of runs on one network: a chain that is started again replays everything. */
const NETWORK_LIFE = 40;

async function main(options: Options): Promise<void> {
  const startedAt = performance.now();
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  const judged: Judged[] = [];
  for (let done = 0; done < options.runs && !stop.signal.aborted;) {
    const portion = Math.min(NETWORK_LIFE, options.runs - done);
    const own = await createWorld(options);
    const { world } = own;
    if (options.keep) console.error(`The logs are in ${world.of("logs")}`);
    try {
      done += await runIn(world, { ...options, first: options.first + done, runs: portion }, judged, stop.signal);
    } finally {
      await own.close();
    }
  }
  const seconds = (performance.now() - startedAt) / 1000;
  if (options.json) console.log(JSON.stringify({ ...options, seconds, faults: tally(judged), runs: judged }, null, 2));
  else console.log(describe(judged, options, seconds));
  if (judged.some(({ violations }) => violations.length > 0)) process.exitCode = 1;
}

/** Runs faults in one world, and judges all runs. Returns their number. */
async function runIn(world: World, options: Options, judged: Judged[], stop: AbortSignal): Promise<number> {
  const { seed, first, runs, fault, json } = options;
  const say = json ? console.error : console.log;
  const runner = await openFaultRunner(world);
  const faults = FAULTS.filter(({ name, needs }) =>
    fault === undefined ? needs === undefined || world[needs] !== undefined : name === fault,
  );
  const waiting: PendingRun[] = [];
  let done = 0;

  async function judgeWaiting(): Promise<void> {
    for (const pending of waiting.slice()) {
      const verdict = await runner.judge(pending);
      if (verdict === undefined) continue;
      waiting.splice(waiting.indexOf(pending), 1);
      const { plan, seconds } = pending;
      const violations = [...pending.violations, ...verdict.violations];
      const run: Judged = {
        index: plan.index,
        fault: plan.fault.name,
        hadEffect: pending.hadEffect,
        seconds,
        endings: verdict.endings,
        violations,
      };
      judged.push(run);
      say(progress(run, summarize(verdict.endings)));
    }
  }

  for (; done < runs && !stop.aborted; done++) {
    const plan = planRun(seed, first + done, faults);
    try {
      waiting.push(await runner.run(plan));
      await judgeWaiting();
    } catch (error) {
      const violations = [{ law: "services", what: (error as Error).message }] as const;
      const run: Judged = {
        index: plan.index,
        fault: plan.fault.name,
        hadEffect: true,
        seconds: 0,
        endings: [],
        violations,
      };
      judged.push(run);
      say(progress(run, "could not be run to its end"));
      // The remains of a failed run would spoil the runs after it.
      done++;
      break;
    }
  }
  if (waiting.length > 0) say(`Waiting for the refunds of ${waiting.length} runs …`);
  while (waiting.length > 0) {
    await sleep(1_000);
    await judgeWaiting();
  }
  return done;
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) console.log(help());
  else await main(options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
