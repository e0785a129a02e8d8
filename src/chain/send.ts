import type { ContractTransactionReceipt, ContractTransactionResponse } from "ethers";

/** A transaction that was sent and then vanished, as after a reorganisation. */
export class TransactionLostError extends Error {
  override readonly name = "TransactionLostError";

  constructor(hash: string) {
    super(`Transaction ${hash} was sent but is in no block: look it up, and send it again if it is unknown.`);
  }
}

/** Waits until a transaction is in a block. */
export async function send(pending: Promise<ContractTransactionResponse>): Promise<ContractTransactionReceipt> {
  const transaction = await pending;
  const receipt = await transaction.wait();
  if (receipt === null) throw new TransactionLostError(transaction.hash);
  return receipt;
}
