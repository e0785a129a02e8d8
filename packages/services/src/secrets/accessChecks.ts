import { authorizationMessage, type Authorization } from "@poco-marketplace/sdk/protocol/authorization.js";
import { signedMessageHash } from "@poco-marketplace/sdk/protocol/authorization.js";
import type { TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { TaskStatus } from "@poco-marketplace/sdk/protocol/status.js";
import { requiresTee } from "@poco-marketplace/sdk/protocol/tag.js";
import type { ChainFacts, TaskFacts } from "./chainFacts.js";
import { assertRequest } from "./refusal.js";

/**
 * Reads a task that an enclave may work on now: it is initialized, ACTIVE, open for contributions, and its deal
 * requires an enclave.
 *
 * @param now - Unix seconds.
 * @throws {@link SecretRefusal}
 */
export async function readOpenTask(chain: ChainFacts, taskId: TaskId, now: bigint): Promise<TaskFacts> {
  const task = await chain.task(taskId);
  assertRequest(task !== undefined, "UnknownTask", { taskId });
  assertRequest(requiresTee(task.tag), "NoEnclaveAsked", { dealId: task.dealId, tag: task.tag });
  const status = Object.entries(TaskStatus).find(([, value]) => value === task.status)?.[0] ?? `${task.status}`;
  assertRequest(task.status === TaskStatus.ACTIVE, "TaskNotActive", { taskId, status });
  const time = [now, await chain.now()].reduce((one, other) => (one > other ? one : other));
  const deadline = task.contributionDeadline;
  assertRequest(time < deadline, "ContributionsClosed", { taskId, deadline, now: time });
  return task;
}

/**
 * Refuses a worker and enclave that neither the pool's owner at deal time nor the hub's TEE broker authorized.
 *
 * @throws {@link SecretRefusal}
 */
export async function assertAuthorized(
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
  assertRequest(answers.includes(true), "NotAuthorized", { ...permit, authorizer });
}
