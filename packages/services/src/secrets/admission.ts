import { authorizationMessage, type Authorization } from "@poco-marketplace/sdk/protocol/authorization.js";
import { signedMessageHash } from "@poco-marketplace/sdk/protocol/authorization.js";
import type { TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { TaskStatus } from "@poco-marketplace/sdk/protocol/status.js";
import { requiresTee } from "@poco-marketplace/sdk/protocol/tag.js";
import type { ChainFacts, TaskFacts } from "./chainFacts.js";
import { demand } from "./refusal.js";

/**
 * The task, if an enclave may work on it now: initialized, ACTIVE, open for contributions, of a deal that asks for
 * enclaves.
 *
 * @param now unix seconds
 * @throws SecretRefusal
 */
export async function openTask(chain: ChainFacts, taskId: TaskId, now: bigint): Promise<TaskFacts> {
  const task = await chain.task(taskId);
  demand(task !== undefined, "UnknownTask", { taskId });
  demand(requiresTee(task.tag), "NoEnclaveAsked", { dealId: task.dealId, tag: task.tag });
  const status = Object.entries(TaskStatus).find(([, value]) => value === task.status)?.[0] ?? `${task.status}`;
  demand(task.status === TaskStatus.ACTIVE, "TaskNotActive", { taskId, status });
  const time = [now, await chain.now()].reduce((one, other) => (one > other ? one : other));
  const deadline = task.contributionDeadline;
  demand(time < deadline, "ContributionsClosed", { taskId, deadline, now: time });
  return task;
}

/**
 * Refuses a worker and enclave that neither the pool's owner at deal time nor the hub's TEE broker let in.
 *
 * @throws SecretRefusal
 */
export async function demandAuthorized(
  chain: ChainFacts,
  { poolOwner }: TaskFacts,
  { sign, ...permit }: Authorization,
): Promise<void> {
  const hash = signedMessageHash(authorizationMessage(permit));
  const broker = await chain.broker();
  const authorizers = broker === undefined ? [poolOwner] : [poolOwner, broker.address];
  const answers = await Promise.all(authorizers.map((authorizer) => chain.isSignedBy(authorizer, hash, sign)));
  const names = ["The pool's owner", "the TEE broker"];
  const authorizer = authorizers.map((address, index) => `${names[index]!} ${address}`).join(" or ");
  demand(answers.includes(true), "NotAuthorized", { ...permit, authorizer });
}
