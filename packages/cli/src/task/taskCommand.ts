import type { Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { UnknownTaskError, type TaskStory } from "./taskStory.js";
import { UsageError, type CommandOutcome } from "../commandLine.js";
import { withContracts } from "../endpoints.js";
import type { TaskValues } from "../commands/task.js";
import { readTaskOptions, type TaskOptions } from "./options.js";
import { storyToJson, writeStory } from "./report.js";
import { readerOf } from "./poolStory.js";
import { viewTask, watchTask } from "./taskView.js";

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
  const { task, endpoints, key, network, fromBlock } = options;
  const reader = ({ requester }: TaskStory) => readerOf(requester, { key, network });
  const sources = { contracts, compass: endpoints.compass, readerOf: reader, fromBlock };
  const seen = await viewTask(sources, task);
  print(options.json ? storyToJson(seen.story, seen.pool) : writeStory(seen.story, seen.pool));
  if (!options.watch) return seen.story;
  return (await watchTask(sources, task, seen, print)).story;
}
