import { ZeroAddress, type TransactionReceipt } from "ethers";

import { readClassicDeal, type ClassicDeal } from "@poco-marketplace/sdk/chain/deals.js";
import type { TransactionSender } from "@poco-marketplace/sdk/chain/nonceManagedSender.js";
import type { Address, DealId, Hex, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { resultHash, resultSeal } from "@poco-marketplace/sdk/protocol/result.js";
import type { IPoco } from "@poco-marketplace/sdk/typechain.js";

/**
 * The usual gas limits of calls, the same as those of the protocol's middleware. Source: docs/reference/services.md
 * section 3.1.
 */
export const WORKER_GAS = { contribute: 500_000n, reveal: 100_000n } as const;

/** A worker's result of a task, as the hub takes it. */
export interface ContributionInput {
  readonly taskId: TaskId;
  readonly digest: Hex;
  /** The permit to contribute, with the enclave's quote where the hub's TEE broker wants it. */
  readonly authorization: Hex;
  /** Zero if no enclave is involved; its signature is then empty. */
  readonly enclave: Address;
  readonly enclaveSignature: Hex;
}

/** The fields of a deal that a worker needs. */
export interface WorkerDeal extends Pick<
  ClassicDeal,
  "id" | "beneficiary" | "callback" | "params" | "tag" | "botFirst" | "botSize" | "workerStake"
> {
  readonly app: Address;
  /** Zero for none. */
  readonly dataset: Address;
}

/** The worker's calls on chain. */
export interface HubCalls {
  deal(id: DealId): Promise<WorkerDeal>;
  contribute(contribution: ContributionInput): Promise<TransactionReceipt>;
  contributeAndFinalize(
    contribution: ContributionInput,
    result: { results: Hex; callbackData: Hex },
  ): Promise<TransactionReceipt>;
  reveal(task: TaskId, digest: Hex): Promise<TransactionReceipt>;
  /** Returns the worker's free balance in escrow, in nRLC. */
  free(): Promise<bigint>;
}

/** Opens the calls for the account of a sender. */
export async function openHubCalls(hub: IPoco, sender: TransactionSender): Promise<HubCalls> {
  const to = await hub.getAddress();
  const call = hub.interface.encodeFunctionData.bind(hub.interface);

  return {
    async deal(id) {
      const deal = await readClassicDeal(hub, id);
      if (deal === undefined) throw new Error(`The node has no deal ${id}: check that it is in sync.`);
      return { ...deal, app: deal.app.address, dataset: deal.dataset?.address ?? (ZeroAddress as Address) };
    },

    async contribute({ taskId, digest, authorization, enclave, enclaveSignature }) {
      const hash = resultHash(taskId, digest);
      const seal = resultSeal(sender.address, taskId, digest);
      const data = call("contribute", [taskId, hash, seal, enclave, enclaveSignature, authorization]);
      return sender.send({ to, data, gasLimit: WORKER_GAS.contribute });
    },

    async contributeAndFinalize({ taskId, digest, authorization, enclave, enclaveSignature }, result) {
      const { results, callbackData } = result;
      const fields = [taskId, digest, results, callbackData, enclave, enclaveSignature, authorization] as const;
      const data = call("contributeAndFinalize", [...fields]);
      return sender.send({ to, data, extraGas: await hub.callbackgas() });
    },

    reveal: (task, digest) => sender.send({ to, data: call("reveal", [task, digest]), gasLimit: WORKER_GAS.reveal }),

    async free() {
      const { stake } = await hub.viewAccount(sender.address);
      return stake;
    },
  };
}
