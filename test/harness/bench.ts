/**
 * Measures the gas of every call, next to the deployed peer and to the least that the call can cost.
 *
 * `npm run bench:gas -- --help` lists the options.
 */
import { parseArgs } from "node:util";

import { BenchError } from "./peer/BenchError.js";

const HELP = `Usage: npm run bench:gas -- [options]

Runs every scenario on the deployed peer and on our contracts, on one embedded chain, with the same arguments, and fails
if a bar is missed or anything is dearer than there. The peer is fetched from npm once, into cache/peer.

  --json            print {"scenarios":[{"name","peer","ours","floor",…}],"lives":[…]} and nothing else
  --update          accept our figures: write gas.snapshot.json and the tables of docs/reference/gas.md
  --explain TEXT    where the gas goes, instruction by instruction, in the scenarios whose name has TEXT in it
  --floor TEXT      how their floor adds up
  --help            print this`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: "boolean", default: false },
      update: { type: "boolean", default: false },
      explain: { type: "string" },
      floor: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  // Loaded late, since Hardhat takes a while to load.
  const { compare, explainOurs, reckonFloors } = await import("./bench/commands.js");
  if (values.explain !== undefined) return explainOurs(values.explain);
  if (values.floor !== undefined) return reckonFloors(values.floor);
  return compare(values);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof BenchError || (error instanceof TypeError && "code" in error))) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
