import type { TransactionReceipt } from "ethers";

import type { TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { WorkerContext } from "./context.js";

/** Reveals on chain the result of a task that this worker contributed to. */
export async function revealResult(
  task: TaskId,
  { hub, reveals }: Pick<WorkerContext, "hub" | "reveals">,
): Promise<TransactionReceipt> {
  const kept = await reveals.read(task);
  if (kept === undefined) throw new Error(`What it takes to reveal task ${task} is not in ${reveals.folder}.`);
  return hub.reveal(task, kept.digest);
}
