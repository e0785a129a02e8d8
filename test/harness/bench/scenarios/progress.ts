import { ContractFactory } from "ethers";

import type { Address, TaskId } from "@poco-marketplace/sdk/protocol/index.js";
import type { Write } from "../floor.js";
import { type Market, RESULTS, type Terms } from "../market.js";
import { changed, type Stage } from "../scenario.js";

/** How long all of a task may take in the category of these deals, in seconds. */
export const LIFETIME = 10n * 300n;
/** How long its winners have to reveal. */
export const REVEALING = 2n * 300n;

export const WORD = 32;
export const ADDRESS = 20;
/** Length of a 0x string's bytes. */
export const length = (hex: string) => (hex.length - 2) / 2;
/** Flags and one length. */
export const FRAME = 2;

/** Who worked, in which enclave, what for: nothing else keeps it where one call does it all. */
export const SOLO: Write = { fact: "the receipt", bytes: FRAME + 2 * ADDRESS + WORD + length(RESULTS) };
export const SOLO_WITHOUT_ENCLAVE: Write = { fact: "the receipt", bytes: FRAME + ADDRESS + WORD + length(RESULTS) };
export const RECEIPT: Write = { fact: "the results", bytes: FRAME + length(RESULTS) };

export const TASK = changed("the task");
/** Whom paying for a task on a dataset changes, workers aside. */
export const PAID = ["payer's", "app owner's", "dataset owner's", "scheduler's"].map((whose) =>
  changed(`the ${whose} account`),
);
export const HUB = changed("the hub's balance");
export const WORKER = changed("the worker's account");
/** Balance and score, which change together and so fit one slot. */
export const workers = (count: number) => Array.from({ length: count }, (_, i) => changed(`worker ${i + 1}'s account`));

/** How much trust so many workers reach, if all agree and none has a score yet, and one fewer does not. */
const TRUST = [0n, 1n, 3n, 5n, 10n, 20n] as const;

/** A deal with an initialized task. */
export async function task({ market, work }: Stage, terms: Terms = {}): Promise<TaskId> {
  const { dealId } = await market.match(await market.ordersOf(terms));
  await work.initialize(dealId);
  return market.taskOf(dealId);
}

/** A task to which so many workers have contributed the same. */
export async function contributed(stage: Stage, count: number, terms: Terms): Promise<TaskId> {
  const id = await task(stage, terms);
  for (const worker of stage.market.cast.workers.slice(0, count)) await stage.work.contribute(id, worker, terms);
  return id;
}

/** A task that so many workers agree on and have revealed. */
export async function revealed(stage: Stage, count: number, terms: Terms = {}): Promise<TaskId> {
  const id = await contributed(stage, count, { trust: TRUST[count]!, ...terms });
  for (const worker of stage.market.cast.workers.slice(0, count)) await stage.work.reveal(id, worker);
  return id;
}

/** A contract that takes whatever it is told and does nothing: its code is STOP. */
export async function listener({ cast }: Market): Promise<Address> {
  const contract = await new ContractFactory([], "0x6001600c60003960016000f300", cast.stranger).deploy();
  return (await contract.getAddress()) as Address;
}
