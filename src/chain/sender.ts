import { setTimeout as sleep } from "node:timers/promises";

import { isError, Transaction, type Provider, type TransactionReceipt, type Wallet } from "ethers";

import type { Address } from "../protocol/ids.js";
import { decodeRevert } from "./errors.js";
import { findGasLimit } from "./gasLimit.js";
import { TransactionLostError } from "./send.js";

/** A call to make in a transaction. */
export interface Call {
  readonly to: string;
  readonly data: string;
  /** How much gas such a call usually takes: it has more if it needs more. */
  readonly gasLimit?: bigint;
  /** How much more the transaction may use than what was found to do, for what changes until it is in a block: 0 by default. */
  readonly extraGas?: bigint;
}

type MeteredCall = Required<Pick<Call, "to" | "data" | "gasLimit">>;

/** Sends transactions of one account, as many at once as there are, in the order in which they were given. */
export interface Sender {
  readonly address: Address;
  /**
   * Makes a call, and waits until it is in a block.
   *
   * @throws PocoRevertError when the contract refuses it: where it would, nothing is sent. TransactionLostError when it was
   * sent and is in no block after `patienceMs`; what became of it, only the chain can tell.
   */
  send(call: Call): Promise<TransactionReceipt>;
}

/** How long to wait, in milliseconds. */
export interface SenderOptions {
  /** Between looks for a receipt: 50 by default. */
  readonly pollMs?: number;
  /** Until a transaction counts as lost: two minutes by default. */
  readonly patienceMs?: number;
}

interface Fees {
  readonly at: number;
  readonly fields: { gasPrice: bigint } | { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint; type: 2 };
}

/** How long fees that the node told are good for. */
const FEES_MS = 2_000;

/**
 * A sender for a wallet that nobody else sends with: it counts nonces itself, so that transactions need not wait for
 * each other, and asks the chain again whenever one was not taken.
 */
export function openSender(wallet: Wallet, { pollMs = 50, patienceMs = 120_000 }: SenderOptions = {}): Sender {
  const provider = wallet.provider!;
  let nonce: number | undefined;
  let fees: Fees | undefined;
  let last: Promise<void> = Promise.resolve();

  async function broadcast({ to, data, gasLimit }: MeteredCall): Promise<string> {
    fees = await freshFees(provider, fees);
    nonce ??= await provider.getTransactionCount(wallet.address, "pending");
    const { chainId } = await provider.getNetwork();
    const signed = await wallet.signTransaction({ to, data, gasLimit, nonce, chainId, ...fees.fields });
    try {
      const { hash } = await provider.broadcastTransaction(signed);
      nonce++;
      return hash;
    } catch (error) {
      // Whether it counts after all, only the chain knows now.
      nonce = undefined;
      fees = undefined;
      if (isKnown(error)) return Transaction.from(signed).hash!;
      throw error;
    }
  }

  /** One after the other, so that nonces go up in order. */
  async function inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const before = last;
    let pass!: () => void;
    last = new Promise((resolve) => (pass = resolve));
    await before;
    try {
      return await act();
    } finally {
      pass();
    }
  }

  async function broadcastAgain(call: MeteredCall): Promise<string> {
    try {
      return await broadcast(call);
    } catch (error) {
      if (!isError(error, "NONCE_EXPIRED") && !isError(error, "REPLACEMENT_UNDERPRICED")) throw error;
      return broadcast(call);
    }
  }

  async function receiptOf(hash: string): Promise<TransactionReceipt> {
    const deadline = Date.now() + patienceMs;
    while (Date.now() < deadline) {
      const receipt = await provider.getTransactionReceipt(hash).catch(() => null);
      if (receipt !== null) return receipt;
      await sleep(pollMs);
    }
    throw new TransactionLostError(hash);
  }

  return {
    address: wallet.address as Address,
    async send({ to, data, gasLimit: usual, extraGas = 0n }) {
      const asked = { from: wallet.address, to, data };
      try {
        const gasLimit = (await findGasLimit(provider, asked, usual)) + extraGas;
        const receipt = await receiptOf(await inTurn(() => broadcastAgain({ to, data, gasLimit })));
        if (receipt.status !== 0) return receipt;
        await provider.call({ ...asked, gasLimit, blockTag: receipt.blockNumber });
        throw new TransactionLostError(receipt.hash);
      } catch (error) {
        // Those after it would wait for it for ever.
        if (error instanceof TransactionLostError) nonce = undefined;
        throw decodeRevert(error) ?? error;
      }
    },
  };
}

/** A node that has the transaction already. */
function isKnown(error: unknown): boolean {
  return error instanceof Error && /already known|known transaction|already exists/i.test(error.message);
}

async function freshFees(provider: Provider, known: Fees | undefined): Promise<Fees> {
  if (known !== undefined && Date.now() - known.at < FEES_MS) return known;
  const { gasPrice, maxFeePerGas, maxPriorityFeePerGas } = await provider.getFeeData();
  const at = Date.now();
  return maxFeePerGas !== null && maxPriorityFeePerGas !== null
    ? { at, fields: { maxFeePerGas, maxPriorityFeePerGas, type: 2 } }
    : { at, fields: { gasPrice: gasPrice ?? 0n } };
}
