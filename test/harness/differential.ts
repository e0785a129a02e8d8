/**
 * Compares the deployed peer with these contracts on random sequences of calls.
 *
 * `npm run test:diff -- --help` lists the options.
 */
import { BenchError } from "./peer/BenchError.js";
import { UsageError } from "@poco-marketplace/cli/commandLine.js";
import { DifferentialError } from "./differential/DifferentialError.js";
import { HELP, type Options, readOptions } from "./differential/options.js";
import type { Witness } from "./differential/generate/generate.js";
import type { Difference, Pair } from "./differential/run.js";
import type { Sequence } from "./differential/sequence.js";
import { describeDifference, describeRun, jsonOfDifference, jsonOfRun } from "./differential/report.js";
import { freshTally, tally } from "./differential/tally.js";
import { showProgress } from "./progress.js";

const PEER_FOLDER = "cache/peer";
/** The number of sequences after which the scene is set up again: chains keep reverted state in memory, some 5 MB a sequence. */
const SCENE_LIFE = 100;

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) return console.log(HELP);
  // Loaded late, since Hardhat takes a while to load.
  const { setScene } = await import("./differential/scene.js");
  const { drawAndPlay } = await import("./differential/generate/generate.js");
  const began = performance.now();
  let scene = await setScene(PEER_FOLDER);
  try {
    const counted = freshTally();
    const stop = new AbortController();
    process.once("SIGINT", () => stop.abort());
    let played = 0;
    for (; played < options.sequences && !stop.signal.aborted; played++) {
      if (played > 0 && played % SCENE_LIFE === 0) {
        await scene.close();
        scene = await setScene(PEER_FOLDER);
      }
      const index = options.first + played;
      const witness: Witness = (step, outcome) => tally(counted, step, outcome);
      const drawn = await drawAndPlay(scene, { ...options, index }, witness).catch((cause: unknown) => {
        const failure = `Sequence ${index} of seed ${options.seed} cannot be played.`;
        if (cause instanceof DifferentialError) throw new DifferentialError(`${failure} ${cause.message}`, { cause });
        throw new Error(failure, { cause });
      });
      if (drawn.difference !== undefined) return await part(scene, options, index, drawn.sequence, drawn.difference);
      if (drawn.reached !== undefined) counted.reached.add(drawn.reached);
      showProgress(played + 1, options.sequences, "sequences");
    }
    const ran = { ...options, sequences: played };
    console.log((options.json ? jsonOfRun : describeRun)(ran, counted, (performance.now() - began) / 1000));
  } finally {
    await scene.close();
  }
}

/** Describes a difference briefly. */
async function part(scene: Pair, options: Options, index: number, ...found: [Sequence, Difference]): Promise<void> {
  process.exitCode = 1;
  const { seed, json } = options;
  console.error(`Sequence ${index} of seed ${seed}: a difference in ${found[1].what}. Looking for a shorter sequence.`);
  const { shrink } = await import("./differential/shrink.js");
  const { printTest } = await import("./differential/printTest.js");
  const { sequence, difference } = await shrink(scene, ...found);
  const test = await printTest(sequence, difference);
  console.log(json ? jsonOfDifference(options, index, difference, test) : describeDifference(difference, test));
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError || error instanceof BenchError || error instanceof DifferentialError)) throw error;
  console.error(error.message);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
