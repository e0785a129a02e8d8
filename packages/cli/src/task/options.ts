import type { TaskName } from "./taskStory.js";
import { InvalidFieldError, readBytes32, readUint } from "@poco-marketplace/sdk/protocol/field.js";
import { taskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { parseCommandLine, UsageError } from "../commandLine.js";
import { NETWORK_FILE, readEndpoints, type Endpoints } from "../endpoints.js";

export const TASK_HELP = `npm run --silent task -- TASK [options]

Says where a task stands: its timeline, deadlines, contributions, payouts and result; for one that failed, why and what to
do; and what workers logged, if it can be had. Sends nothing.

  TASK               the task's id, 32 bytes
  --deal ID --index N
                     instead of TASK, which also names a task that nobody has begun with
  --watch            go on until it is completed or failed, and tell what happens
  --key FILE         a file with the requester's private key, to log in to the workerpool for the logs (default: the
                     network's own accounts)

Where to look
  --network FILE     what \`npm run network\` wrote (default: ${NETWORK_FILE}, if it is there)
  --rpc URL --hub ADDRESS --compass URL
                     the same by hand; each has precedence over the file
  --from-block N     where to begin to look for events (default: 0)

  --json             print one JSON object, amounts in nRLC as strings, moments in unix seconds
  --help             print this

Exit code 0: the task is completed, or on its way. 1: it failed, its workerpool
has given up, or somebody has to act. 2: the options or the services
cannot be used, or there is no such task.`;

/** The parsed command line. */
export interface TaskOptions {
  readonly task: TaskName;
  readonly endpoints: Endpoints;
  readonly network: string | undefined;
  readonly key: string | undefined;
  readonly fromBlock: number;
  readonly watch: boolean;
  readonly json: boolean;
}

/** Reads the command line; returns `undefined` for `--help`. */
export function readTaskOptions(args: readonly string[]): TaskOptions | undefined {
  const { values, positionals } = parse(args);
  if (values.help === true) return undefined;
  if (values.watch === true && values.json === true) {
    throw new UsageError("--watch prints events as they happen, --json prints one object: give only one of them.");
  }
  try {
    return {
      task: readTask(positionals, values),
      endpoints: readEndpoints(values),
      network: values.network,
      key: values.key,
      fromBlock: Number(readUint("--from-block", values["from-block"] ?? "0", BigInt(Number.MAX_SAFE_INTEGER))),
      watch: values.watch === true,
      json: values.json === true,
    };
  } catch (error) {
    if (error instanceof InvalidFieldError) throw new UsageError(`${error.message}.`, { cause: error });
    throw error;
  }
}

function readTask([id, ...more]: readonly string[], { deal, index }: { deal?: string; index?: string }): TaskName {
  if (more.length > 0) throw new UsageError(`Only one task is shown at a time: remove "${more.join(" ")}".`);
  if (id !== undefined && deal === undefined && index === undefined) return { taskId: readBytes32("TASK", id) };
  if (id !== undefined || deal === undefined || index === undefined) {
    throw new UsageError("The task is missing: give its id, or --deal ID --index N.");
  }
  const dealId = readBytes32("--deal", deal);
  const number = readUint("--index", index);
  return { taskId: taskId(dealId, number), dealId, index: number };
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const options = {
    deal: text,
    index: text,
    key: text,
    network: text,
    rpc: text,
    hub: text,
    compass: text,
    "from-block": text,
    watch: flag,
    json: flag,
    help: flag,
  };
  return parseCommandLine("npm run task --", args, { allowPositionals: true, options });
}
