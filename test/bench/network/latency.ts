import { setTimeout as sleep } from "node:timers/promises";

import type { NetworkDescription } from "@poco-marketplace/cli/network/descriptor.js";
import type { TaskId } from "@poco-marketplace/sdk/protocol/index.js";
import type { Buyer } from "./buyer.js";

/** What happens on the way from the match to the decrypted result, in its order, and what it is made of. */
export const PHASES = [
  ["match", "the match transaction is in a block (its sender simulates it first)"],
  ["notice", "the scheduler has read the deal"],
  ["initialize", "the task is initialized on chain, and given to a worker"],
  ["start", "the worker has heard of it, and read the deal"],
  ["enclave", "an enclave runs, has made its keys, and has a quote"],
  ["authorize", "the scheduler has authorized it, at the secret service too, and the chain would take its quote"],
  ["compute", "the secret service verified the quote, the app ran on opened secrets, the result is encrypted"],
  ["upload", "the result is in the content store"],
  ["finalize", "contributeAndFinalize is in a block, and its worker knows"],
  ["result", "the requester has seen it, fetched it and decrypted it"],
] as const;

export type Phase = (typeof PHASES)[number][0];

/** One task, from the match transaction to the decrypted result. Milliseconds. */
export interface Journey {
  readonly total: number;
  readonly phases: Readonly<Record<Phase, number>>;
}

/** What a scheduler tells of a task. */
interface TaskReport {
  readonly dateStatusList: readonly Dated[];
  readonly replicates: readonly { readonly statusUpdateList: readonly Dated[] }[];
}

interface Dated {
  readonly date: string;
  readonly status: string;
}

/** How often the scheduler is asked whether it knows that a task is over, and how long between, in milliseconds. */
const ATTEMPTS = 200;
const ASK_EVERY = 50;

/** Buys one task, and follows it to its decrypted result. */
export async function travel(network: NetworkDescription, buyer: Buyer): Promise<Journey> {
  const { tasks, matchingAt, matchedAt } = await buyer.buy(1n);
  const [task] = tasks as [TaskId];
  const results = await buyer.result(task);
  await buyer.open(results);
  const openedAt = Date.now();

  const { dateStatusList, replicates } = await reportOf(network, task);
  const attempts = replicates.length;
  if (attempts !== 1) throw new Error(`Task ${task} took ${attempts} attempts: its times say nothing.`);
  const at = (list: readonly Dated[], ...statuses: string[]): number => {
    const found = list.find(({ status }) => statuses.includes(status));
    if (found === undefined) throw new Error(`The scheduler does not say when task ${task} was ${statuses[0]}.`);
    return new Date(found.date).getTime();
  };
  const worker = replicates[0]!.statusUpdateList;
  const moments = [
    matchingAt,
    matchedAt,
    // It may know before the requester does.
    Math.max(matchedAt, at(dateStatusList, "RECEIVED")),
    at(worker, "CREATED"),
    at(worker, "APP_DOWNLOADING"),
    at(worker, "APP_DOWNLOADED"),
    at(worker, "COMPUTING"),
    at(worker, "COMPUTED"),
    at(worker, "RESULT_UPLOADED"),
    // Whoever sees it first, the worker or the scheduler; the requester may be earlier still.
    Math.min(openedAt, at(worker, "CONTRIBUTE_AND_FINALIZE_DONE", "COMPLETED")),
    openedAt,
  ];
  const phases = PHASES.map(([phase], index) => [phase, moments[index + 1]! - moments[index]!] as const);
  return { total: openedAt - matchingAt, phases: Object.fromEntries(phases) as Record<Phase, number> };
}

/** What the scheduler tells, once it knows that the task is over. */
async function reportOf({ scheduler }: NetworkDescription, task: TaskId): Promise<TaskReport> {
  for (let attempt = 0; ; attempt++) {
    const answer = await fetch(`${scheduler}/tasks/${task}`);
    const report = (await answer.json()) as TaskReport;
    if (attempt === ATTEMPTS || report.dateStatusList.some(({ status }) => status === "COMPLETED")) return report;
    await sleep(ASK_EVERY);
  }
}
