import { readFile, writeFile } from "node:fs/promises";

import { tasks } from "hardhat";
import { format } from "prettier";

import { heading, table } from "@poco-marketplace/cli/table.js";
import { BenchError } from "../peer/BenchError.js";
import { explain } from "./explain.js";
import { floorLines, sum } from "./floor.js";
import { type Played, withBench } from "./measure.js";
import { type Explained, pageWith } from "./page.js";
import { openPeerPackage } from "../peer/peerPackage.js";
import { cellsOf, HEADER, missesOf, toJson } from "./report.js";
import { DEPLOYMENT, figuresOf, type Results, resultsOf } from "./results.js";
import type { Scenario } from "./scenario.js";
import { CHAPTERS, SCENARIOS } from "./scenarios.js";
import { SNAPSHOT, writeSnapshot } from "./snapshot.js";

const PEER_FOLDER = "cache/peer";
const PAGE = "docs/reference/gas.md";

/** The calls of a task's life whose gas the page explains. */
const EXPLAINED = new Set([
  "matchOrders, dataset, supply orders reused",
  "contributeAndFinalize, TEE, dataset",
  "pushResultBoost, TEE",
]);

/** Measures both sides and prints the report. */
export async function compare({ json, update }: { json: boolean; update: boolean }): Promise<void> {
  const peerPackage = await openPeerPackage(PEER_FOLDER);
  await build();
  const { results, figures } = await withBench(async ({ measurePeer, measureOurs }) => {
    const [peer, ours] = [await measurePeer(peerPackage), await measureOurs()];
    return { results: resultsOf(peer, ours), figures: figuresOf(ours) };
  });

  console.log(json ? toJson(results) : toText(results));
  const misses = missesOf(results);
  if (!json && misses.length > 0) console.log(`\n${misses.length} of them miss their bar.`);
  if (misses.length > 0) process.exitCode = 1;
  if (!update) return;
  await writeSnapshot(figures);
  const page = await readFile(PAGE, "utf8");
  const written = pageWith(page, results, await explainOnPage());
  await writeFile(PAGE, await format(written, { parser: "markdown", printWidth: 120 }));
  if (!json) console.log(`\nWritten: ${SNAPSHOT}, ${PAGE}`);
}

/** Prints a breakdown of our gas. */
export async function explainOurs(text: string): Promise<void> {
  await eachOf(text, async ({ connection, scenario, call }) => {
    const shares = await explain(connection, call);
    const rows = shares.map(({ what, count, gas }) => [what, String(count), gas.toLocaleString("en")]);
    console.log(heading(`${scenario.name}: ${call.gas.toLocaleString("en")} gas`));
    console.log(table(["", "times", "gas"], rows));
  });
}

/** The breakdown of our gas in the calls that the page explains. */
async function explainOnPage(): Promise<Explained[]> {
  const explained: Explained[] = [];
  await withBench(({ measureOurs }) => measureOurs(), {
    scenarios: SCENARIOS.filter(({ name }) => EXPLAINED.has(name)),
    witness: async ({ connection, scenario, call }) => {
      explained.push({ name: scenario.name, gas: call.gas, shares: await explain(connection, call) });
    },
  });
  return explained;
}

/** Prints how floors add up. */
export async function reckonFloors(text: string): Promise<void> {
  await eachOf(text, ({ scenario, call }) => {
    const lines = floorLines(call, scenario.needs);
    const rows = lines.map(({ what, gas }) => [what, gas.toLocaleString("en")]);
    console.log(heading(`${scenario.name}: at least ${sum(lines.map(({ gas }) => gas)).toLocaleString("en")} gas`));
    console.log(table(["", "gas"], rows));
  });
}

async function eachOf(text: string, look: (at: Played) => Promise<void> | void): Promise<void> {
  const scenarios: readonly Scenario[] = SCENARIOS.filter(({ name }) => name.includes(text));
  if (scenarios.length === 0) throw new BenchError(`No scenario has "${text}" in its name.`);
  await build();
  await withBench(({ measureOurs }) => measureOurs(), {
    scenarios,
    witness: async (at) => {
      await look(at);
    },
  });
}

/** Compiles the contracts that changed. */
async function build(): Promise<void> {
  await tasks.getTask("build").run({ noTests: true, quiet: true });
}

function toText({ scenarios, lives }: Results): string {
  const rowOf = new Map(scenarios.map((row) => [row.name, row]));
  const chapters = Object.entries(CHAPTERS).map(([title, told]) => ({
    title,
    rows: told.map(({ name }) => rowOf.get(name)!),
  }));
  const all = [
    ...chapters,
    { title: "Deployment", rows: [rowOf.get(DEPLOYMENT)!] },
    { title: "Whole tasks", rows: lives },
  ];
  return all.map(({ title, rows }) => `${heading(title)}\n${table(HEADER, rows.map(cellsOf))}`).join("\n");
}
