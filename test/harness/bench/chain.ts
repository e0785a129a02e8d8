import type { ContractTransactionReceipt, TransactionReceipt } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";

/** The gas of one transaction, and the facts from which its floor is computed. */
export interface Call {
  readonly hash: Hex;
  readonly gas: bigint;
  readonly calldata: Hex;
  readonly logs: readonly { readonly topics: number; readonly bytes: number }[];
}

/** The fields of a mined transaction that a benchmark reads. */
export async function callOf(receipt: ContractTransactionReceipt | TransactionReceipt): Promise<Call> {
  const transaction = await receipt.getTransaction();
  return {
    hash: receipt.hash as Hex,
    gas: receipt.gasUsed,
    calldata: transaction.data as Hex,
    logs: receipt.logs.map(({ topics, data }) => ({ topics: topics.length, bytes: (data.length - 2) / 2 })),
  };
}

/** A transaction, and the size of the code that it created, if any. */
export interface Step extends Call {
  readonly created?: number;
}

/** Reads all transactions after block `from`. */
export async function stepsSince(connection: NetworkConnection, from: number): Promise<Step[]> {
  const { provider } = connection.ethers;
  const steps: Step[] = [];
  for (let number = from + 1; number <= (await provider.getBlockNumber()); number++) {
    for (const hash of (await provider.getBlock(number))!.transactions) {
      const receipt = (await provider.getTransactionReceipt(hash))!;
      const { contractAddress } = receipt;
      const call = await callOf(receipt);
      if (contractAddress === null) steps.push(call);
      else steps.push({ ...call, created: ((await provider.getCode(contractAddress)).length - 2) / 2 });
    }
  }
  return steps;
}

/** Runs an action, and reverts the chain to the state before it. */
export async function aside<Result>(connection: NetworkConnection, action: () => Promise<Result>): Promise<Result> {
  const snapshot: unknown = await connection.provider.request({ method: "evm_snapshot" });
  try {
    return await action();
  } finally {
    await connection.provider.request({ method: "evm_revert", params: [snapshot] });
  }
}
