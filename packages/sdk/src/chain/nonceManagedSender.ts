import { setTimeout as sleep } from "node:timers/promises";

import { AbstractProvider, Transaction, type TransactionReceipt, type Wallet } from "ethers";

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
  /** How much gas such a call usually takes: it has more if it needs more. */
  readonly gasLimit?: bigint;
  /** How much more the transaction may use than what was found to do, for what changes until it is in a block: 0 by default. */
  readonly extraGas?: bigint;
}

type MeteredCall = Required<Pick<ContractCall, "to" | "data" | "gasLimit">>;

/** Sends transactions of one account, as many at once as there are, in the order in which they were given. */
export interface NonceManagedSender {
  readonly address: Address;
  /**
   * Makes a call, and waits until it is in a block. One that is not in a block in time is sent again, at a higher fee;
   * one whose number another transaction of the account took is sent under the next.
   *
   * @throws {@link PocoRevertError} when the contract refuses it: where it would, nothing is sent. {@link CoinsMissingError}
   * when the account cannot pay for it. TransactionLostError when it was sent and is in no block after `patienceMs`: an
   * empty transaction is to take its place then, and what became of it, only the chain can tell.
   */
  send(call: ContractCall): Promise<TransactionReceipt>;
}

/** How long to wait, in milliseconds, and how much to pay. */
export interface SenderOptions {
  /** Between looks at the chain: 50 by default. */
  readonly pollMs?: number;
  /** Until a transaction that is next is sent again: 20 seconds by default. */
  readonly retryMs?: number;
  /** Until a transaction counts as lost: two minutes by default. */
  readonly patienceMs?: number;
  /** The most that a unit of gas may cost, in wei: 500 gwei by default. */
  readonly mostFeePerGas?: bigint;
}

/** A transaction that is on its way, with all that were sent in its place: one of them will count. */
interface Flight {
  /** What it is for; nothing if it is only there so that those after it can go on. */
  call: MeteredCall | undefined;
  nonce: number;
  fees: Fees;
  signed: string;
  readonly hashes: string[];
  /** When it was sent last, on the clock of `performance.now()`. */
  sentAt: number;
  readonly lostAt: number;
  /** How often its number was found used without a receipt of it. */
  misses: number;
  settle(outcome: TransactionReceipt | Error): void;
}

/** How long fees that the node told are good for, in milliseconds. */
const FEES_MS = 2_000;
/** Looks at the chain after which what they say is believed. */
const ENOUGH_LOOKS = 3;
/** Tries to hand in a transaction before it is left to be sent again later. */
const TRIES = 20;
const EMPTY_GAS = 21_000n;
const GWEI = 10n ** 9n;

/**
 * A sender for a wallet that nobody else sends with: it counts nonces itself, so that transactions need not wait for
 * each other, and has them one by one reach a block.
 */
export function openNonceManagedSender(wallet: Wallet, options: SenderOptions = {}): NonceManagedSender {
  const { pollMs = 50, retryMs = 20_000, patienceMs = 120_000, mostFeePerGas = 500n * GWEI } = options;
  const provider = wallet.provider!;
  /** In the order of their nonces. */
  let flights: readonly Flight[] = [];
  let known: { readonly at: number; readonly fees: Fees } | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let looking: Promise<void> | undefined;
  let isTending = false;
  /** Which nonce is next on chain, how often it was seen to be, and since when. */
  let head = { count: -1, looks: 0, since: 0 };

  async function fees(): Promise<Fees> {
    if (known === undefined || performance.now() - known.at >= FEES_MS)
      known = { fees: await currentFees(provider, mostFeePerGas), at: performance.now() };
    return known.fees;
  }

  /** One after the other, so that nonces go up in order. */
  function inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const turn = follow(last, act);
    last = turn;
    void Promise.allSettled([turn]);
    return turn;
  }

  /** Signs what a flight is for, and hands it in. */
  async function hand(flight: Flight): Promise<Reception> {
    const { nonce, call } = flight;
    const { chainId } = await provider.getNetwork();
    const what = call ?? { to: wallet.address, data: "0x", gasLimit: EMPTY_GAS };
    flight.signed = await wallet.signTransaction({ ...what, nonce, chainId, ...flight.fees });
    flight.hashes.push(Transaction.from(flight.signed).hash!);
    flight.sentAt = performance.now();
    return broadcast(provider, wallet.address, flight.signed);
  }

  /** Gives a flight the next nonce, and hands it in. */
  async function launch(flight: Flight): Promise<void> {
    flight.fees = await fees();
    flight.nonce = afterAll(await countNow());
    flights = [...flights, flight];
    try {
      for (let tries = 0; tries < TRIES; tries++) {
        const reception = await hand(flight);
        if (reception === "taken" || reception === "unknown") break;
        flight.hashes.pop();
        if (reception === "underpriced") {
          const raised = raisedFees(flight.fees, await fees(), mostFeePerGas);
          // Another transaction of that number pays more than this one may: it will be in a block.
          if (raised === undefined) break;
          flight.fees = raised;
        } else if (reception === "numberUsed") {
          flight.nonce = afterAll(await countNow(), flight);
        } else {
          // Something before it is missing.
          await look();
          await sleep(pollMs);
        }
      }
    } catch (error) {
      // Those after it go on without it.
      flights = flights.filter((each) => each !== flight);
      throw error;
    }
    void tend();
  }

  /** The first nonce that is used neither on chain nor by another flight. */
  const afterAll = (count: number, own?: Flight) =>
    Math.max(count, ...flights.filter((each) => each !== own).map(({ nonce }) => nonce + 1));
  const isClosed = () => provider instanceof AbstractProvider && provider.destroyed;
  const countNow = () => provider.getTransactionCount(wallet.address, "latest");

  /** Watches over what is on its way, until all has arrived. */
  async function tend(): Promise<void> {
    if (isTending) return;
    isTending = true;
    while (flights.length > 0 && !isClosed()) {
      // A node that does not answer is asked again.
      await look().catch(() => undefined);
      const isAwaited = flights.some(({ call }) => call !== undefined);
      if (flights.length > 0) await sleep(pollMs, undefined, { ref: isAwaited });
    }
    isTending = false;
    for (const flight of flights) flight.settle(new TransactionLostError(flight.hashes.at(-1) ?? ""));
    flights = [];
  }

  function look(): Promise<void> {
    looking ??= forgetWhenDone(lookNow());
    return looking;
  }

  async function forgetWhenDone(work: Promise<void>): Promise<void> {
    try {
      await work;
    } finally {
      looking = undefined;
    }
  }

  async function lookNow(): Promise<void> {
    giveUpLost();
    const count = await countNow();
    const looks = count === head.count ? head.looks + 1 : 1;
    head = { count, looks, since: looks === 1 ? performance.now() : head.since };
    for (const flight of flights.filter(({ nonce }) => nonce < count)) await arrive(flight);
    const next = flights.find(({ nonce }) => nonce >= count);
    if (next === undefined) return;
    if (next.nonce > count) {
      if (looks >= ENOUGH_LOOKS) await fillGap(count);
      return;
    }
    const waited = performance.now() - Math.max(next.sentAt, head.since);
    if (waited >= retryMs || next.sentAt === 0) await sendAgain(next);
  }

  /** A flight whose nonce was used: by itself, or by another transaction of the account, so that it needs another nonce. */
  async function arrive(flight: Flight): Promise<void> {
    for (const hash of flight.hashes) {
      const receipt = await provider.getTransactionReceipt(hash);
      if (receipt === null) continue;
      flights = flights.filter((each) => each !== flight);
      flight.settle(receipt);
      return;
    }
    if (++flight.misses < ENOUGH_LOOKS) return;
    flights = flights.filter((each) => each !== flight);
    if (flight.call === undefined) return;
    flight.misses = 0;
    flight.hashes.length = 0;
    void relaunch(flight);
  }

  async function relaunch(flight: Flight): Promise<void> {
    try {
      await inTurn(() => launch(flight));
    } catch (error) {
      flight.settle(error as Error);
    }
  }

  /** Sends the next transaction again: at a higher fee, if there is one, else as it was, since the node may have dropped it. */
  async function sendAgain(flight: Flight): Promise<void> {
    const raised = raisedFees(flight.fees, await fees(), mostFeePerGas);
    if (raised === undefined) {
      flight.sentAt = performance.now();
      await broadcast(provider, wallet.address, flight.signed);
      return;
    }
    flight.fees = raised;
    await hand(flight);
  }

  /** An empty transaction for a nonce that is missing, without which none after it can be in a block. */
  async function fillGap(nonce: number): Promise<void> {
    const filler: Flight = { ...newFlight(undefined), nonce, fees: await fees() };
    flights = [filler, ...flights];
    await hand(filler);
  }

  /** What took too long is not waited for any more: an empty transaction is to take its place. */
  function giveUpLost(): void {
    for (const flight of flights) {
      if (flight.call === undefined || performance.now() < flight.lostAt) continue;
      flight.call = undefined;
      flight.sentAt = 0;
      flight.settle(new TransactionLostError(flight.hashes.at(-1) ?? ""));
    }
  }

  function newFlight(call: MeteredCall | undefined, settle: Flight["settle"] = () => undefined): Flight {
    const lostAt = performance.now() + patienceMs;
    const none: Fees = { gasPrice: 0n, type: 0 };
    return { call, nonce: -1, fees: none, signed: "", hashes: [], sentAt: 0, lostAt, misses: 0, settle };
  }

  async function fly(call: MeteredCall): Promise<TransactionReceipt> {
    const { promise, resolve, reject } = Promise.withResolvers<TransactionReceipt>();
    const settle: Flight["settle"] = (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome));
    await inTurn(() => launch(newFlight(call, settle)));
    return promise;
  }

  return {
    address: wallet.address as Address,
    async send({ to, data, gasLimit: usual, extraGas = 0n }) {
      const asked = { from: wallet.address, to, data };
      try {
        const gasLimit = (await findGasLimit(provider, asked, usual)) + extraGas;
        const receipt = await fly({ to, data, gasLimit });
        if (receipt.status !== 0) return receipt;
        await provider.call({ ...asked, gasLimit, blockTag: receipt.blockNumber });
        throw new TransactionLostError(receipt.hash);
      } catch (error) {
        throw decodeRevert(error) ?? error;
      }
    },
  };
}

async function follow<Result>(before: Promise<unknown>, act: () => Promise<Result>): Promise<Result> {
  await Promise.allSettled([before]);
  return act();
}
