import { setTimeout as sleep } from "node:timers/promises";

import type { Contracts } from "../../src/chain/contracts.js";
import { UnknownTaskError, readTaskStory, type TaskStory } from "../../src/explain/taskStory.js";
import { UsageError } from "../commandLine.js";
import { withContracts } from "../places.js";
import { HELP, readOptions, type Options } from "./options.js";
import { storyToJson, writeDiagnosis, writeEvent, writeStory } from "./report.js";
import { askPool, readerOf, type PoolStory } from "./schedulerApi.js";

/** How often a watched task is looked at, in milliseconds. */
const INTERVAL = 500;

/** The exit code of the command, and what goes to stderr. */
export type Answer = { readonly code: 0 | 1 | 2; readonly stderr: string };

/** Does what the command line asks for, and prints as it goes. */
export async function answer(args: readonly string[], print: (text: string) => void): Promise<Answer> {
  try {
    const options = readOptions(args);
    if (options === undefined) {
      print(HELP);
      return { code: 0, stderr: "" };
    }
    const { diagnosis } = await withContracts(options.places, (contracts) => tell(contracts, options, print));
    return { code: diagnosis.state === "failed" || diagnosis.state === "stuck" ? 1 : 0, stderr: "" };
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof UnknownTaskError)) throw error;
    if (args.includes("--json")) print(JSON.stringify({ error: error.message }, null, 2));
    return { code: 2, stderr: error.message };
  }
}

async function tell(contracts: Contracts, options: Options, print: (text: string) => void): Promise<TaskStory> {
  const { task, fromBlock } = options;
  let story = await readTaskStory(contracts, task, fromBlock);
  const pool = await poolOf(contracts, story, options);
  print(options.json ? storyToJson(story, pool) : writeStory(story, pool));
  while (options.watch && !isOver(story)) {
    await sleep(INTERVAL);
    const next = await readTaskStory(contracts, task, fromBlock);
    for (const event of next.timeline.slice(story.timeline.length)) print(writeEvent(event));
    const [before, after] = [story, next].map((one) => writeDiagnosis(one).join("\n"));
    if (before !== after) print(after!);
    story = next;
  }
  return story;
}

function isOver({ diagnosis: { state } }: TaskStory): boolean {
  return state === "done" || state === "failed";
}

async function poolOf(
  { domain }: Contracts,
  { requester, workerpool, taskId }: TaskStory,
  { places: { compass }, key, network }: Options,
): Promise<PoolStory | undefined> {
  if (compass === undefined) return undefined;
  const reader = readerOf(requester, { key, network });
  return askPool(compass, { chainId: domain.chainId, workerpool, taskId, reader });
}
