import { setTimeout as sleep } from "node:timers/promises";

import { AbstractProvider, Transaction, type Provider, type TransactionReceipt, type Wallet } from "ethers";

import { handledLater } from "../handledLater.js";
import type { Address } from "../protocol/ids.js";
import { broadcast, type Reception } from "./broadcast.js";
import { decodeRevert } from "./errors/decodeRevert.js";
import { currentFees, raisedFees, type Fees } from "./fees.js";
import { findGasLimit } from "./gasLimit.js";
import { TransactionLostError } from "./sendAndWait.js";

/** A call to make in a transaction. */
export interface ContractCall {
  readonly to: string;
  readonly data: string;
  /** The gas that such a call usually uses; it gets more if it needs more. */
  readonly gasLimit?: bigint;
  /** Gas on top of the estimate, for what may change until the transaction is in a block: 0 by default. */
  readonly extraGas?: bigint;
}

type MeteredCall = Required<Pick<ContractCall, "to" | "data" | "gasLimit">>;

/** Sends transactions of one account. */
export interface TransactionSender {
  readonly address: Address;
  /**
   * Makes a call and waits until it is in a block.
   *
   * @throws {@link PocoRevertError} when the contract reverts; where it would, nothing is sent. {@link CoinsMissingError}
   * when the account cannot pay for the gas. {@link TransactionLostError} when the transaction was sent and is in no block
   * after `cancelAfterMs`: an empty transaction then takes its nonce, and only the chain can tell which of the two won.
   */
  send(call: ContractCall): Promise<TransactionReceipt>;
}

/** Times in milliseconds, and the maximum fee. */
export interface SenderOptions {
  /** The interval of polling the chain: 50 by default. */
  readonly pollMs?: number;
  /** The time after which the next transaction is sent again if it is in no block: 20 seconds by default. */
  readonly retryMs?: number;
  /** The time after which a transaction counts as lost: two minutes by default. */
  readonly cancelAfterMs?: number;
  /** The maximum price of a unit of gas in wei: 500 gwei by default. */
  readonly mostFeePerGas?: bigint;
}

/** A transaction that is in no block yet, with all that were sent in its place: one of them will count. */
interface PendingTransaction {
  /** The call that it makes; undefined for an empty transaction that only uses up its nonce. */
  call: MeteredCall | undefined;
  nonce: number;
  fees: Fees;
  signed: string;
  readonly hashes: string[];
  /** When it was last sent, on the clock of `performance.now()`. */
  sentAt: number;
  readonly lostAt: number;
  /** How often its nonce was found used without a receipt of it. */
  misses: number;
  settle(outcome: TransactionReceipt | Error): void;
}

/** How long the fees that the node told are used, in milliseconds. */
const FEES_MS = 2_000;
/** The number of polls that must agree before a nonce counts as missing, or as used by another transaction. */
const AGREEING_POLLS = 3;
/** The number of attempts to submit a transaction before it is left to be sent again later. */
const MAX_ATTEMPTS = 20;
const EMPTY_GAS = 21_000n;
const GWEI = 10n ** 9n;

/**
 * A sender for a wallet that nothing else sends with. It counts nonces itself, so that transactions need not wait for
 * each other, and are included in the order in which they were given. A transaction that is in no block in time is sent
 * again at a higher fee; one whose nonce was used by another transaction of the account is sent under the next.
 */
export class NonceManagedSender implements TransactionSender {
  readonly address: Address;
  readonly #wallet: Wallet;
  readonly #provider: Provider;
  readonly #options: Required<SenderOptions>;
  /** In the order of their nonces. */
  #pending: readonly PendingTransaction[] = [];
  #fees: { readonly at: number; readonly fees: Fees } | undefined;
  /** The last submission, after which the next one begins. */
  #submitted: Promise<unknown> = Promise.resolve();
  #poll: Promise<void> | undefined;
  #isWatching = false;
  /** The next nonce on chain, how many polls in a row found it, and since when. */
  #head = { count: -1, polls: 0, since: 0 };

  constructor(
    wallet: Wallet,
    { pollMs = 50, retryMs = 20_000, cancelAfterMs = 120_000, mostFeePerGas = 500n * GWEI }: SenderOptions = {},
  ) {
    this.address = wallet.address as Address;
    this.#wallet = wallet;
    this.#provider = wallet.provider!;
    this.#options = { pollMs, retryMs, cancelAfterMs, mostFeePerGas };
  }

  async send({ to, data, gasLimit: usual, extraGas = 0n }: ContractCall): Promise<TransactionReceipt> {
    const request = { from: this.address, to, data };
    try {
      const gasLimit = (await findGasLimit(this.#provider, request, usual)) + extraGas;
      const receipt = await this.#include({ to, data, gasLimit });
      if (receipt.status !== 0) return receipt;
      // The same call at that block tells why it reverted.
      await this.#provider.call({ ...request, gasLimit, blockTag: receipt.blockNumber });
      throw new TransactionLostError(receipt.hash);
    } catch (error) {
      throw decodeRevert(error) ?? error;
    }
  }

  /** Submits a call after those before it, and returns its receipt once it is in a block. */
  async #include(call: MeteredCall): Promise<TransactionReceipt> {
    const { promise, resolve, reject } = Promise.withResolvers<TransactionReceipt>();
    await this.#submitInTurn(
      this.#newTransaction(call, (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome))),
    );
    return promise;
  }

  #newTransaction(
    call: MeteredCall | undefined,
    settle: PendingTransaction["settle"] = () => undefined,
  ): PendingTransaction {
    const lostAt = performance.now() + this.#options.cancelAfterMs;
    const fees: Fees = { gasPrice: 0n, type: 0 };
    return { call, nonce: -1, fees, signed: "", hashes: [], sentAt: 0, lostAt, misses: 0, settle };
  }

  /** Submits one transaction after the other, so that nonces rise in order. */
  #submitInTurn(transaction: PendingTransaction): Promise<void> {
    const turn = handledLater(submitAfter(this.#submitted, () => this.#submit(transaction)));
    this.#submitted = turn;
    return turn;
  }

  /** Gives a transaction the next nonce, and broadcasts it until the node takes it. */
  async #submit(transaction: PendingTransaction): Promise<void> {
    transaction.fees = await this.#currentFees();
    transaction.nonce = this.#nextNonce(await this.#count());
    this.#pending = [...this.#pending, transaction];
    try {
      for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts++) {
        const reception = await this.#broadcast(transaction);
        if (reception === "taken" || reception === "unknown") break;
        transaction.hashes.pop();
        if (reception === "underpriced") {
          const raised = await this.#raisedFees(transaction);
          // Another transaction of that nonce pays more than this one may: it will be in a block.
          if (raised === undefined) break;
          transaction.fees = raised;
        } else if (reception === "numberUsed") {
          transaction.nonce = this.#nextNonce(await this.#count(), transaction);
        } else {
          // A transaction before it is missing.
          await this.#pollOnce();
          await sleep(this.#options.pollMs);
        }
      }
    } catch (error) {
      // Those after it go on without it.
      this.#remove(transaction);
      throw error;
    }
    void this.#watch();
  }

  /** Signs a transaction under its nonce and fees, and broadcasts it. */
  async #broadcast(transaction: PendingTransaction): Promise<Reception> {
    const { nonce, call, fees } = transaction;
    const { chainId } = await this.#provider.getNetwork();
    const content = call ?? { to: this.address, data: "0x", gasLimit: EMPTY_GAS };
    transaction.signed = await this.#wallet.signTransaction({ ...content, nonce, chainId, ...fees });
    transaction.hashes.push(Transaction.from(transaction.signed).hash!);
    transaction.sentAt = performance.now();
    return broadcast(this.#provider, this.address, transaction.signed);
  }

  /** Polls the chain until every pending transaction is in a block or lost. */
  async #watch(): Promise<void> {
    if (this.#isWatching) return;
    this.#isWatching = true;
    while (this.#pending.length > 0 && !this.#isClosed()) {
      // A node that does not answer is asked again.
      await this.#pollOnce().catch(() => undefined);
      const isAwaited = this.#pending.some(({ call }) => call !== undefined);
      if (this.#pending.length > 0) await sleep(this.#options.pollMs, undefined, { ref: isAwaited });
    }
    this.#isWatching = false;
    for (const transaction of this.#pending) settleAsLost(transaction);
    this.#pending = [];
  }

  /** Polls the chain, or joins the poll that is under way. */
  #pollOnce(): Promise<void> {
    this.#poll ??= this.#pollChainOnce();
    return this.#poll;
  }

  async #pollChainOnce(): Promise<void> {
    try {
      await this.#pollChain();
    } finally {
      this.#poll = undefined;
    }
  }

  async #pollChain(): Promise<void> {
    this.#replaceLost();
    const count = await this.#count();
    const polls = count === this.#head.count ? this.#head.polls + 1 : 1;
    this.#head = { count, polls, since: polls === 1 ? performance.now() : this.#head.since };
    for (const transaction of this.#pending.filter(({ nonce }) => nonce < count)) await this.#settleUsed(transaction);
    const next = this.#pending.find(({ nonce }) => nonce >= count);
    if (next === undefined) return;
    if (next.nonce > count) {
      if (polls >= AGREEING_POLLS) await this.#fillGap(count);
      return;
    }
    const waited = performance.now() - Math.max(next.sentAt, this.#head.since);
    if (waited >= this.#options.retryMs || next.sentAt === 0) await this.#sendAgain(next);
  }

  /** Stops waiting for lost transactions: empty ones will take their nonces. */
  #replaceLost(): void {
    for (const transaction of this.#pending) {
      if (transaction.call === undefined || performance.now() < transaction.lostAt) continue;
      transaction.call = undefined;
      transaction.sentAt = 0;
      settleAsLost(transaction);
    }
  }

  /** Settles a transaction whose nonce was used, or submits it again if another transaction of the account used it. */
  async #settleUsed(transaction: PendingTransaction): Promise<void> {
    for (const hash of transaction.hashes) {
      const receipt = await this.#provider.getTransactionReceipt(hash);
      if (receipt === null) continue;
      this.#remove(transaction);
      transaction.settle(receipt);
      return;
    }
    if (++transaction.misses < AGREEING_POLLS) return;
    this.#remove(transaction);
    if (transaction.call === undefined) return;
    transaction.misses = 0;
    transaction.hashes.length = 0;
    void this.#submitAgain(transaction);
  }

  async #submitAgain(transaction: PendingTransaction): Promise<void> {
    try {
      await this.#submitInTurn(transaction);
    } catch (error) {
      transaction.settle(error as Error);
    }
  }

  /** Sends the next transaction again, at a higher fee if it may pay one; else as it was, since the node may have dropped it. */
  async #sendAgain(transaction: PendingTransaction): Promise<void> {
    const raised = await this.#raisedFees(transaction);
    if (raised === undefined) {
      transaction.sentAt = performance.now();
      await broadcast(this.#provider, this.address, transaction.signed);
      return;
    }
    transaction.fees = raised;
    await this.#broadcast(transaction);
  }

  /** Sends an empty transaction under a missing nonce, without which none after it can be in a block. */
  async #fillGap(nonce: number): Promise<void> {
    const filler = { ...this.#newTransaction(undefined), nonce, fees: await this.#currentFees() };
    this.#pending = [filler, ...this.#pending];
    await this.#broadcast(filler);
  }

  /** Returns the first nonce that is used neither on chain nor by another pending transaction. */
  #nextNonce(count: number, own?: PendingTransaction): number {
    return Math.max(count, ...this.#pending.filter((each) => each !== own).map(({ nonce }) => nonce + 1));
  }

  #remove(transaction: PendingTransaction): void {
    this.#pending = this.#pending.filter((each) => each !== transaction);
  }

  #count(): Promise<number> {
    return this.#provider.getTransactionCount(this.address, "latest");
  }

  #isClosed(): boolean {
    return this.#provider instanceof AbstractProvider && this.#provider.destroyed;
  }

  async #currentFees(): Promise<Fees> {
    const isFresh = this.#fees !== undefined && performance.now() - this.#fees.at < FEES_MS;
    if (!isFresh)
      this.#fees = { fees: await currentFees(this.#provider, this.#options.mostFeePerGas), at: performance.now() };
    return this.#fees!.fees;
  }

  /** Returns higher fees for a transaction, or undefined if they would exceed the maximum. */
  async #raisedFees({ fees }: PendingTransaction): Promise<Fees | undefined> {
    return raisedFees(fees, await this.#currentFees(), this.#options.mostFeePerGas);
  }
}

function settleAsLost(transaction: PendingTransaction): void {
  transaction.settle(new TransactionLostError(transaction.hashes.at(-1) ?? ""));
}

/** Submits once the submission before has succeeded or failed. */
async function submitAfter(before: Promise<unknown>, submit: () => Promise<void>): Promise<void> {
  await Promise.allSettled([before]);
  return submit();
}
