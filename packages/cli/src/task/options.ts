import type { TaskName } from "./taskStory.js";
import { readBytes32, readUint } from "@poco-marketplace/sdk/protocol/field.js";
import { taskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { UsageError } from "../commandLine.js";
import type { TaskValues } from "../commands/task.js";
import { readCommandLine } from "../readCommandLine.js";
import { readEndpoints, type Endpoints } from "../endpoints.js";

/** The options, read. */
export interface TaskOptions {
  readonly task: TaskName;
  readonly endpoints: Endpoints;
  readonly network: string | undefined;
  readonly key: string | undefined;
  readonly fromBlock: number;
  readonly watch: boolean;
  readonly json: boolean;
}

/**
 * Reads the options of `poco task`.
 *
 * @throws {@link UsageError}
 */
export function readTaskOptions(id: string | undefined, values: TaskValues): TaskOptions {
  if (values.watch === true && values.json === true) {
    throw new UsageError("--watch prints events as they happen, --json prints one object: give only one of them.");
  }
  return readCommandLine(() => ({
    task: readTask(id, values),
    endpoints: readEndpoints(values),
    network: values.network,
    key: values.key,
    fromBlock: Number(readUint("--from-block", values.fromBlock, BigInt(Number.MAX_SAFE_INTEGER))),
    watch: values.watch === true,
    json: values.json === true,
  }));
}

function readTask(id: string | undefined, { deal, index }: Pick<TaskValues, "deal" | "index">): TaskName {
  if (id !== undefined && deal === undefined && index === undefined) return { taskId: readBytes32("TASK", id) };
  if (id !== undefined || deal === undefined || index === undefined) {
    throw new UsageError("The task is missing: give its id, or --deal ID --index N.");
  }
  const dealId = readBytes32("--deal", deal);
  const number = readUint("--index", index);
  return { taskId: taskId(dealId, number), dealId, index: number };
}
