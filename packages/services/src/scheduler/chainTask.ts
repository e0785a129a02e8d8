import { readClassicDeal } from "@poco-marketplace/sdk/chain/deals.js";
import { dealDeadlines } from "@poco-marketplace/sdk/protocol/category.js";
import type { Address, DealId, Hex, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { TaskStatus, type ContributionStatus } from "@poco-marketplace/sdk/protocol/status.js";
import { requiresTee } from "@poco-marketplace/sdk/protocol/tag.js";
import type { IPoco } from "@poco-marketplace/sdk/typechain.js";
import type { ChainTask, DealTerms } from "./plan.js";

/** A deal, as a scheduler needs it. */
export interface PoolDeal extends DealTerms {
  readonly id: DealId;
  readonly app: Address;
  readonly workerpool: Address;
  /** Who may authorize, reopen and finalize: the pool's owner when the deal was made. */
  readonly scheduler: Address;
  readonly requester: Address;
  /** What a task costs at the pool, in nRLC. */
  readonly price: bigint;
  /** Zero for none. */
  readonly callback: Address;
  readonly isTee: boolean;
  readonly first: bigint;
  readonly size: bigint;
}

/** A task, as the chain has it, and what was revealed. */
export interface RevealedTask extends ChainTask {
  /** Zero before the first reveal. */
  readonly resultDigest: Hex;
  /** Everyone who contributed, also when the task is over. */
  readonly contributors: readonly Address[];
}

/** Reads a deal; nothing when the chain knows none of that id. */
export async function readPoolDeal(hub: IPoco, id: DealId): Promise<PoolDeal | undefined> {
  const deal = await readClassicDeal(hub, id);
  if (deal === undefined) return undefined;
  const { app, workerpool, requester, callback, trust, tag, botFirst, botSize, startTime, category } = deal;
  const { workClockTimeRef } = await hub.viewCategory(category);
  return {
    id,
    app: app.address,
    workerpool: workerpool.address,
    scheduler: workerpool.owner,
    requester,
    price: workerpool.price,
    callback,
    trust,
    isTee: requiresTee(tag),
    first: botFirst,
    size: botSize,
    workClockTimeRef,
    ...dealDeadlines({ startTime, workClockTimeRef }),
  };
}

/** Reads a task; contributions are of interest only while more of them, or reveals, are awaited. */
export async function readTask(hub: IPoco, id: TaskId): Promise<RevealedTask> {
  const task = await hub.viewTask(id);
  const status = task.status as TaskStatus;
  const isOpen = status === TaskStatus.ACTIVE || status === TaskStatus.REVEALING;
  const contributions = await Promise.all(
    (isOpen ? task.contributors : []).map(async (worker) => {
      const [contribution, score] = await Promise.all([hub.viewContribution(id, worker), hub.viewScore(worker)]);
      return {
        worker: worker as Address,
        status: contribution.status as ContributionStatus,
        resultHash: contribution.resultHash as Hex,
        score,
      };
    }),
  );
  return {
    status,
    revealDeadline: task.revealDeadline,
    consensusValue: task.consensusValue as Hex,
    resultDigest: task.resultDigest as Hex,
    contributors: task.contributors as Address[],
    contributions,
  };
}
