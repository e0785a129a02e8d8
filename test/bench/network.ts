/**
 * How fast a network is: `npm run bench:network`. It starts one as `npm run network` does, and measures the way from the
 * match transaction to the decrypted result of a trivial app in an attested enclave, a bag of tasks, the memory of each
 * process, and the market with many orders in its book.
 *
 * `npm run --silent bench:network -- --json` prints the figures and nothing else; `--help` lists the options. Fails if a bar
 * is missed.
 */
import { cpus, loadavg, totalmem } from "node:os";
import { parseArgs } from "node:util";

import { startNetwork } from "../clients/startNetwork.js";
import { measureMarket, type MarketFigures } from "./market/measure.js";
import { MARKET_BAR_MS } from "./market/report.js";
import { doBag } from "./network/bag.js";
import { openBuyer, type Buyer } from "./network/buyer.js";
import { PHASES, travel, type Journey, type Phase } from "./network/latency.js";
import { memoryOf, processorTimeOf, watchMemory } from "./network/processes.js";
import { RESULT_BAR_MS, writeFigures, type NetworkFigures } from "./network/report.js";
import { openProgress } from "./progress.js";
import { quantile } from "./quantile.js";

const HELP = `npm run bench:network -- [options]
  --samples N    tasks bought one by one, for the way to the result (default: 20)
  --tasks N      size of the bag (default: 100)
  --workers N    how many workers (default: 2)
  --orders N     in the market's book (default: 100000)
  --queries N    asked of the market (default: 2000)
  --json         print the figures and nothing else
  --help         print this`;

const OPTIONS = {
  samples: { type: "string", default: "20" },
  tasks: { type: "string", default: "100" },
  workers: { type: "string", default: "2" },
  orders: { type: "string", default: "100000" },
  queries: { type: "string", default: "2000" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const progress = openProgress();

async function journeys(network: Parameters<typeof travel>[0], buyer: Buyer, count: number): Promise<Journey[]> {
  const all: Journey[] = [];
  // The first fetches the app; those after it find an enclave's process ready, as people do who try something out.
  const first = await travel(network, buyer);
  progress(`the first task took ${(first.total / 1000).toFixed(1)} s`);
  while (all.length < count) {
    const journey = await travel(network, buyer);
    all.push(journey);
    progress(`${all.length} of ${count} tasks one by one, the last within ${(journey.total / 1000).toFixed(2)} s`);
  }
  return [first, ...all];
}

function phasesOf(all: readonly Journey[]): Record<Phase, number> {
  const medians = PHASES.map(([phase]) => [
    phase,
    quantile(
      all.map(({ phases }) => phases[phase]),
      0.5,
    ),
  ]);
  return Object.fromEntries(medians) as Record<Phase, number>;
}

async function measure({ samples, tasks, workers }: Readonly<Record<"samples" | "tasks" | "workers", number>>) {
  progress("a network starts");
  const load = loadavg()[0]!;
  const startedAt = Date.now();
  const network = await startNetwork(`--workers=${workers}`);
  const startSeconds = (Date.now() - startedAt) / 1000;
  try {
    const pids = { ...network.processes, "npm run network": network.pid };
    const idle = await memoryOf(pids);
    const buyer = await openBuyer(network);
    try {
      const [first, ...others] = await journeys(network, buyer, samples);
      const watched = watchMemory(pids);
      const before = processorTimeOf(network.processes);
      const bag = await doBag(buyer, tasks, (done, seconds) =>
        progress(`${done} of ${tasks} tasks of the bag after ${seconds.toFixed(0)} s`),
      );
      const after = processorTimeOf(network.processes);
      const processorMs = Object.fromEntries(
        Object.entries(after).map(([title, seconds]) => [title, ((seconds - before[title]!) / tasks) * 1000]),
      );
      const busy = await watched.stop();
      return { load, workers, startSeconds, first: first!, others, bag, processorMs, idle, busy };
    } finally {
      buyer.close();
    }
  } finally {
    await network.stop();
  }
}

function figuresOf(measured: Awaited<ReturnType<typeof measure>>, market: MarketFigures): NetworkFigures {
  const { load, workers, startSeconds, first, others, bag, processorMs, idle, busy } = measured;
  const [cpu] = cpus();
  const totals = others.map(({ total }) => total);
  return {
    machine: {
      processors: cpus().length,
      model: cpu?.model ?? "unknown",
      memoryBytes: totalmem(),
      node: process.version,
      loadBefore: load,
      loadAfter: loadavg()[0]!,
    },
    workers,
    startSeconds,
    latency: {
      samples: totals.length,
      firstMs: first.total,
      medianMs: quantile(totals, 0.5),
      p95Ms: quantile(totals, 0.95),
      phasesMs: phasesOf(others),
    },
    bag: { ...bag, processorMs },
    memory: { idle, busy },
    market,
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return console.log(HELP);
  const { json } = values;
  const [samples, tasks, workers, orders, queries] = (
    ["samples", "tasks", "workers", "orders", "queries"] as const
  ).map((name) => countOf(name, values[name])) as [number, number, number, number, number];
  const network = await measure({ samples, tasks, workers });
  const figures = figuresOf(network, await measureMarket({ orders, queries }, progress));
  console.log(json ? JSON.stringify(figures, null, 2) : writeFigures(figures));
  const isMissed = figures.latency.medianMs > RESULT_BAR_MS || figures.market.all.p95Ms > MARKET_BAR_MS;
  if (isMissed) process.exitCode = 1;
}

function countOf(name: string, text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new Error(`--${name} is ${text}: give a whole number above 0.`);
}

if (import.meta.main) await main();
