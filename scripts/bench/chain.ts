import type { ContractTransactionReceipt } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { Hex } from "../../src/protocol/ids.js";

/** What one transaction cost, and what of it a floor is reckoned from. */
export interface Call {
  readonly gas: bigint;
  readonly calldata: Hex;
  readonly logs: readonly { readonly topics: number; readonly bytes: number }[];
}

/** What of a mined transaction a benchmark looks at. */
export async function callOf(receipt: ContractTransactionReceipt): Promise<Call> {
  const transaction = await receipt.getTransaction();
  return {
    gas: receipt.gasUsed,
    calldata: transaction.data as Hex,
    logs: receipt.logs.map(({ topics, data }) => ({ topics: topics.length, bytes: (data.length - 2) / 2 })),
  };
}

/** The gas of all transactions after block `from`. */
export async function gasSince(connection: NetworkConnection, from: number): Promise<bigint> {
  const { provider } = connection.ethers;
  let gas = 0n;
  for (let number = from + 1; number <= (await provider.getBlockNumber()); number++) {
    gas += (await provider.getBlock(number))!.gasUsed;
  }
  return gas;
}

/** Does something and takes the chain back to where it was. */
export async function aside<Result>(connection: NetworkConnection, action: () => Promise<Result>): Promise<Result> {
  const snapshot = await connection.provider.request({ method: "evm_snapshot" });
  try {
    return await action();
  } finally {
    await connection.provider.request({ method: "evm_revert", params: [snapshot] });
  }
}
