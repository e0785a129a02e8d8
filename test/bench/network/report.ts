import { heading, table } from "@poco-marketplace/cli/table.js";
import type { MarketFigures } from "../market/measure.js";
import { writeMarket } from "../market/report.js";
import type { DoneBag } from "./bag.js";
import { PHASES, type Phase } from "./latency.js";
import type { MemoryUse } from "./processes.js";

/** The median from the match transaction to the decrypted result, in milliseconds. */
export const RESULT_BAR_MS = 3_000;

/** What was measured. */
export interface NetworkFigures {
  readonly machine: {
    readonly processors: number;
    readonly model: string;
    readonly memoryBytes: number;
    readonly node: string;
    /** Processes that wanted a processor, on average over a minute. */
    readonly loadBefore: number;
    readonly loadAfter: number;
  };
  readonly workers: number;
  /** Until the network was ready. */
  readonly startSeconds: number;
  readonly latency: {
    readonly samples: number;
    /** The first task of an app, which fetches it. */
    readonly firstMs: number;
    readonly medianMs: number;
    readonly p95Ms: number;
    /** Medians. */
    readonly phasesMs: Readonly<Record<Phase, number>>;
  };
  readonly bag: DoneBag & {
    /** Processor time that each process took for a task; a worker with its enclaves. */
    readonly processorMs: Readonly<Record<string, number>>;
  };
  readonly memory: {
    readonly idle: Readonly<Record<string, MemoryUse>>;
    /** The most while the bag was done. */
    readonly busy: Readonly<Record<string, MemoryUse>>;
  };
  readonly market: MarketFigures;
}

/** The figures as people read them. */
export function writeFigures({ machine, workers, startSeconds, latency, bag, memory, market }: NetworkFigures): string {
  const { processors, model, memoryBytes, node, loadBefore, loadAfter } = machine;
  return [
    `${processors} processors (${model}), ${mebibytes(memoryBytes)}, Node ${node}; load ${loadBefore.toFixed(1)} before, ` +
      `${loadAfter.toFixed(1)} after; ${workers} workers; ready after ${startSeconds.toFixed(1)} s`,
    heading(`From the match transaction to the decrypted result, ${latency.samples} tasks one by one`),
    table(
      ["", "measured", "bar"],
      [
        ["median", seconds(latency.medianMs), seconds(RESULT_BAR_MS)],
        ["p95", seconds(latency.p95Ms), ""],
        ["the first task of an app", seconds(latency.firstMs), ""],
      ],
    ),
    heading("Where the time goes (medians, milliseconds)"),
    table(
      ["until", "ms"],
      PHASES.map(([phase, what]) => [what, `${latency.phasesMs[phase]}`]),
    ),
    heading(`A bag of ${bag.tasks} tasks`),
    `   ${bag.tasksPerMinute.toFixed(0)} tasks per minute; ${bag.seconds.toFixed(1)} s in all`,
    heading("Processor time for each of these tasks, and memory (resident; below: enclaves)"),
    table(
      ["", "ms", "idle", "busy", "busy, below"],
      Object.entries(memory.busy).map(([title, { own, below }]) => [
        title,
        bag.processorMs[title]?.toFixed(0) ?? "",
        mebibytes(memory.idle[title]?.own ?? 0),
        mebibytes(own),
        below === 0 ? "" : mebibytes(below),
      ]),
    ),
    heading("The market"),
    writeMarket(market),
  ].join("\n");
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
