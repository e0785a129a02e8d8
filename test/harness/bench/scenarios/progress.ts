import { ContractFactory } from "ethers";

import type { Address, TaskId } from "@poco-marketplace/sdk/protocol/index.js";
import type { Write } from "../floor.js";
import { type Market, RESULTS, type Terms } from "../market.js";
import { changed, type Stage } from "../scenario.js";

/** The maximal duration of a task in the category of these deals, in seconds. */
export const LIFETIME = 10n * 300n;
/** The time for winners to reveal, in seconds. */
export const REVEALING = 2n * 300n;

export const WORD = 32;
export const ADDRESS = 20;
/** The number of bytes of a 0x string. */
export const length = (hex: string) => (hex.length - 2) / 2;
/** Flags and one length. */
export const FRAME = 2;

/** The worker, the enclave and the result: nothing else stores them where one call does everything. */
export const SOLO: Write = { fact: "the receipt", bytes: FRAME + 2 * ADDRESS + WORD + length(RESULTS) };
export const SOLO_WITHOUT_ENCLAVE: Write = { fact: "the receipt", bytes: FRAME + ADDRESS + WORD + length(RESULTS) };
export const RECEIPT: Write = { fact: "the results", bytes: FRAME + length(RESULTS) };

export const TASK = changed("the task");
/** The accounts that paying for a task on a dataset changes, without workers. */
export const PAID = ["payer's", "app owner's", "dataset owner's", "scheduler's"].map((whose) =>
  changed(`the ${whose} account`),
);
export const HUB = changed("the hub's balance");
export const WORKER = changed("the worker's account");
/** Balance and score, which change together and so fit into one slot. */
export const workers = (count: number) => Array.from({ length: count }, (_, i) => changed(`worker ${i + 1}'s account`));

/** The largest trust that this many workers reach, and one fewer does not, if all agree and none has a score. */
const TRUST = [0n, 1n, 3n, 5n, 10n, 20n] as const;

/** Makes a deal with an initialized task. */
export async function task({ market, work }: Stage, terms: Terms = {}): Promise<TaskId> {
  const { dealId } = await market.match(await market.ordersOf(terms));
  await work.initialize(dealId);
  return market.taskOf(dealId);
}

/** Makes a task to which this many workers have contributed the same result. */
export async function contributed(stage: Stage, count: number, terms: Terms): Promise<TaskId> {
  const id = await task(stage, terms);
  for (const worker of stage.market.accounts.workers.slice(0, count)) await stage.work.contribute(id, worker, terms);
  return id;
}

/** Makes a task on which this many workers agree and which they have revealed. */
export async function revealed(stage: Stage, count: number, terms: Terms = {}): Promise<TaskId> {
  const id = await contributed(stage, count, { trust: TRUST[count]!, ...terms });
  for (const worker of stage.market.accounts.workers.slice(0, count)) await stage.work.reveal(id, worker);
  return id;
}

/** A contract that accepts every call and does nothing: its code is STOP. */
export async function listener({ accounts }: Market): Promise<Address> {
  const contract = await new ContractFactory([], "0x6001600c60003960016000f300", accounts.stranger).deploy();
  return (await contract.getAddress()) as Address;
}
