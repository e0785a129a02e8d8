import type { TransactionReceipt, TransactionResponse } from "ethers";

import { decodeRevert, orRevertReason } from "./errors/decodeRevert.js";

/**
 * A transaction that was sent and then vanished, as after a reorg.
 *
 * @example
 * ```ts
 * const error = new TransactionLostError(ZeroHash);
 * error.transactionHash; // → ZeroHash
 * ```
 */
export class TransactionLostError extends Error {
  override readonly name = "TransactionLostError";
  readonly transactionHash: string;

  constructor(hash: string) {
    super(`Transaction ${hash} was sent but is in no block: look it up, and send it again if it is unknown.`);
    this.transactionHash = hash;
  }
}

/** A transaction that was sent, and that ends in a receipt of some kind. */
type Pending<Receipt> = Omit<TransactionResponse, "wait"> & { wait(): Promise<Receipt | null> };

/**
 * Waits until a transaction is in a block.
 *
 * @returns The receipt.
 * @throws {@link PocoRevertError} when the contract refused it, before it was sent or in its block.
 * @throws {@link TransactionLostError} when it was sent and is in no block any more.
 * @example
 * ```ts
 * const receipt = await sendAndWait(contracts.token.faucet(parseRlc("5")));
 * receipt.status; // → 1
 * await sendAndWait(contracts.hub.withdraw(parseRlc("1000000"))); // throws PocoRevertError
 * ```
 */
export async function sendAndWait<Receipt extends TransactionReceipt>(
  pending: Promise<Pending<Receipt>>,
): Promise<Receipt> {
  const transaction = await orRevertReason(pending);
  const receipt = await receiptOf(transaction);
  if (receipt === null) throw new TransactionLostError(transaction.hash);
  return receipt;
}

async function receiptOf<Receipt>(transaction: Pending<Receipt>): Promise<Receipt | null> {
  try {
    return await transaction.wait();
  } catch (error) {
    throw (await replay(transaction)) ?? decodeRevert(error) ?? error;
  }
}

/** A receipt does not say why a transaction reverted: the same call, made again in its block, does. */
async function replay({ provider, hash, from, to, data, value, gasLimit }: Pending<unknown>) {
  const receipt = await provider.getTransactionReceipt(hash);
  if (receipt === null || receipt.status !== 0) return undefined;
  try {
    await provider.call({ from, to, data, value, gasLimit, blockTag: receipt.blockNumber });
    return undefined;
  } catch (error) {
    return decodeRevert(error);
  }
}
