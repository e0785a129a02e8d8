import { ZeroAddress, type TransactionReceipt } from "ethers";

import type { TransactionSender } from "@poco-marketplace/sdk/chain/nonceManagedSender.js";
import type { DealId, Hex, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { callbackDigest, isStorable, resultHash } from "@poco-marketplace/sdk/protocol/result.js";
import type { IPoco } from "@poco-marketplace/sdk/typechain.js";
import type { PoolDeal, RevealedTask } from "./chainTask.js";
import type { AttemptRow } from "./taskHistory.js";

/**
 * Gas that calls usually take, the same as middleware of the protocol gives them. Source: docs/reference/services.md
 * section 3.1.
 */
export const GAS = { initialize: 300_000n, finalize: 500_000n, reopen: 500_000n, other: 1_000_000n } as const;

/** What a scheduler does on chain. */
export interface Actions {
  initialize(deal: DealId, index: bigint): Promise<TransactionReceipt>;
  reopen(task: TaskId): Promise<TransactionReceipt>;
  claim(task: TaskId): Promise<TransactionReceipt>;
  initializeAndClaim(deal: DealId, index: bigint): Promise<TransactionReceipt>;
  /** Completes a task with a result; a callback gets its gas on top. */
  finalize(
    task: TaskId,
    deal: Pick<PoolDeal, "callback">,
    result: { results: Hex; callbackData: Hex },
  ): Promise<TransactionReceipt>;
}

/** The actions of the account of a sender. */
export async function openActions(hub: IPoco, sender: TransactionSender): Promise<Actions> {
  const to = await hub.getAddress();
  const call = hub.interface.encodeFunctionData.bind(hub.interface);
  return {
    initialize: (deal, index) => sender.send({ to, data: call("initialize", [deal, index]), gasLimit: GAS.initialize }),
    reopen: (task) => sender.send({ to, data: call("reopen", [task]), gasLimit: GAS.reopen }),
    claim: (task) => sender.send({ to, data: call("claim", [task]), gasLimit: GAS.other }),
    initializeAndClaim: (deal, index) =>
      sender.send({ to, data: call("initializeAndClaimArray", [[deal], [index]]), gasLimit: GAS.other }),
    async finalize(task, { callback }, { results, callbackData }) {
      const callbackGas = callback === ZeroAddress ? 0n : await hub.callbackgas();
      const data = call("finalize", [task, results, callbackData]);
      return sender.send({ to, data, gasLimit: GAS.finalize + callbackGas });
    },
  };
}

/** What workers delivered for the result that won, and that the chain would take. */
export function usableResults(
  task: TaskId,
  deal: Pick<PoolDeal, "callback">,
  { consensusValue }: Pick<RevealedTask, "consensusValue">,
  attempts: readonly AttemptRow[],
): (AttemptRow & { readonly results: Hex })[] {
  return attempts.filter((row): row is AttemptRow & { results: Hex } => {
    const { digest, results, callback_data: callbackData } = row;
    if (digest === null || results === null || resultHash(task, digest) !== consensusValue) return false;
    if (!isStorable({ results, resultsCallback: callbackData ?? "0x" })) return false;
    if (callbackData === null) return deal.callback === ZeroAddress;
    return callbackDigest(callbackData) === digest;
  });
}

/** The result that most of some workers delivered, of equals the one that came first. */
export function commonResult<Row extends { readonly results: Hex }>(rows: readonly Row[]): Row | undefined {
  const votes = (row: Row) => rows.filter(({ results }) => results === row.results).length;
  return rows.reduce<Row | undefined>((best, row) => {
    return best === undefined || votes(row) > votes(best) ? row : best;
  }, undefined);
}
