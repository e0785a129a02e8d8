import { setTimeout as sleep } from "node:timers/promises";

import type { Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { diagnoseGivenUp } from "./diagnosis.js";
import { askPool, type LogReader, type PoolStory } from "./poolStory.js";
import { writeDiagnosis, writeEvent } from "./report.js";
import { readTaskStory, type TaskName, type TaskStory } from "./taskStory.js";

/** The interval at which a watched task is polled, in milliseconds. */
const INTERVAL = 500;

/** The sources about a task. */
export interface TaskSources {
  readonly contracts: Contracts;
  /** The directory of schedulers; without it, only the chain is asked. */
  readonly compass: string | undefined;
  /** Returns the wallet that logs in to the scheduler for the logs of a requester. */
  readonly readerOf: (story: TaskStory) => LogReader;
  /** The first block that is searched for events. */
  readonly fromBlock: number;
}

/** A task's story from the chain and from its workerpool. */
export interface TaskView {
  readonly story: TaskStory;
  readonly pool: PoolStory | undefined;
  readonly isGivenUp: boolean;
}

/** Reads the chain and asks the workerpool, which reports that it has given up long before the chain shows it. */
export async function viewTask(sources: TaskSources, task: TaskName): Promise<TaskView> {
  const story = await readTaskStory(sources.contracts, task, sources.fromBlock);
  const pool = await poolOf(sources, story);
  if (pool?.givenUp === undefined || story.diagnosis.state !== "waiting") return { story, pool, isGivenUp: false };
  const { now, sponsor, deadlines } = story;
  const diagnosis = diagnoseGivenUp({ finalDeadline: deadlines.final, sponsor }, { now, cause: pool.givenUp });
  return { story: { ...story, diagnosis }, pool, isGivenUp: true };
}

/** Prints what happens to a task until it is completed, failed or given up, from what was seen before. */
export async function watchTask(
  sources: TaskSources,
  task: TaskName,
  before: TaskView,
  print: (text: string) => void,
): Promise<TaskView> {
  let seen = before;
  while (!isOver(seen)) {
    await sleep(INTERVAL);
    const next = await viewTask(sources, task);
    for (const event of next.story.timeline.slice(seen.story.timeline.length)) print(writeEvent(event));
    const [was, is] = [seen, next].map(({ story }) => writeDiagnosis(story).join("\n"));
    if (was !== is) print(is!);
    seen = next;
  }
  return seen;
}

function isOver({ story: { diagnosis }, isGivenUp }: TaskView): boolean {
  return isGivenUp || diagnosis.state === "done" || diagnosis.state === "failed";
}

async function poolOf({ contracts, compass, readerOf }: TaskSources, story: TaskStory): Promise<PoolStory | undefined> {
  if (compass === undefined) return undefined;
  const { workerpool, taskId } = story;
  return askPool(compass, { chainId: contracts.domain.chainId, workerpool, taskId, reader: readerOf(story) });
}
