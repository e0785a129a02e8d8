import { setTimeout as sleep } from "node:timers/promises";

import type { Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { diagnoseGivenUp } from "./diagnosis.js";
import { UnknownTaskError, readTaskStory, type TaskStory } from "./taskStory.js";
import { UsageError, type CommandOutcome } from "../commandLine.js";
import { withContracts } from "../endpoints.js";
import type { TaskValues } from "../commands/task.js";
import { readTaskOptions, type TaskOptions } from "./options.js";
import { storyToJson, writeDiagnosis, writeEvent, writeStory } from "./report.js";
import { askPool, readerOf, type PoolStory } from "./poolStory.js";

/** The interval at which a watched task is polled, in milliseconds. */
const INTERVAL = 500;

/** Tells about a task, and prints as it goes. */
export async function runTaskCommand(
  id: string | undefined,
  values: TaskValues,
  print: (text: string) => void,
): Promise<CommandOutcome> {
  try {
    const options = readTaskOptions(id, values);
    const { diagnosis } = await withContracts(options.endpoints, (contracts) => tell(contracts, options, print));
    return { code: diagnosis.state === "failed" || diagnosis.state === "stuck" ? 1 : 0, stdout: "", stderr: "" };
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof UnknownTaskError)) throw error;
    if (values.json) print(JSON.stringify({ error: error.message }, null, 2));
    return { code: 2, stdout: "", stderr: error.message };
  }
}

async function tell(contracts: Contracts, options: TaskOptions, print: (text: string) => void): Promise<TaskStory> {
  let seen = await look(contracts, options);
  print(options.json ? storyToJson(seen.story, seen.pool) : writeStory(seen.story, seen.pool));
  while (options.watch && !isOver(seen)) {
    await sleep(INTERVAL);
    const next = await look(contracts, options);
    for (const event of next.story.timeline.slice(seen.story.timeline.length)) print(writeEvent(event));
    const [before, after] = [seen, next].map(({ story }) => writeDiagnosis(story).join("\n"));
    if (before !== after) print(after!);
    seen = next;
  }
  return seen.story;
}

/** A task's story from the chain and from its workerpool. */
interface Seen {
  readonly story: TaskStory;
  readonly pool: PoolStory | undefined;
  readonly isGivenUp: boolean;
}

/** Reads the chain and asks the workerpool, which reports that it has given up long before the chain shows it. */
async function look(contracts: Contracts, options: TaskOptions): Promise<Seen> {
  const story = await readTaskStory(contracts, options.task, options.fromBlock);
  const pool = await poolOf(contracts, story, options);
  if (pool?.givenUp === undefined || story.diagnosis.state !== "waiting") return { story, pool, isGivenUp: false };
  const { now, sponsor, deadlines } = story;
  const diagnosis = diagnoseGivenUp({ finalDeadline: deadlines.final, sponsor }, { now, cause: pool.givenUp });
  return { story: { ...story, diagnosis }, pool, isGivenUp: true };
}

function isOver({ story: { diagnosis }, isGivenUp }: Seen): boolean {
  return isGivenUp || diagnosis.state === "done" || diagnosis.state === "failed";
}

async function poolOf(
  { domain }: Contracts,
  { requester, workerpool, taskId }: TaskStory,
  { endpoints: { compass }, key, network }: TaskOptions,
): Promise<PoolStory | undefined> {
  if (compass === undefined) return undefined;
  const reader = readerOf(requester, { key, network });
  return askPool(compass, { chainId: domain.chainId, workerpool, taskId, reader });
}
