import { setTimeout as sleep } from "node:timers/promises";

import { id } from "ethers";

import type { Buyer } from "./buyer.js";

/** A bag of tasks, done. */
export interface DoneBag {
  readonly tasks: number;
  /** From the match transaction to the block that finalized the last task, as the requester saw it. */
  readonly seconds: number;
  readonly tasksPerMinute: number;
}

const LOOK_EVERY = 250;
/** How long a bag may rest without a task that ends, in milliseconds. */
const TIMEOUT_MS = 120_000;
const FINALIZED = id("TaskFinalize(bytes32,bytes)");

/** Buys a bag of tasks at once, and waits until all are done. */
export async function doBag(
  buyer: Buyer,
  size: number,
  onProgress: (done: number, seconds: number) => void,
): Promise<DoneBag> {
  const { tasks, matchingAt, block } = await buyer.buy(BigInt(size));
  const left = new Set<string>(tasks);
  const address = await buyer.hub.getAddress();
  let next = block;
  let lastAt = Date.now();
  while (left.size > 0) {
    await sleep(LOOK_EVERY);
    const provider = buyer.hub.runner!.provider!;
    const newest = await provider.getBlockNumber();
    if (newest < next) continue;
    const logs = await provider.getLogs({ address, topics: [FINALIZED], fromBlock: next, toBlock: newest });
    next = newest + 1;
    for (const { topics } of logs) if (left.delete(topics[1]!)) lastAt = Date.now();
    if (Date.now() - lastAt > TIMEOUT_MS) throw new Error(`${left.size} of ${size} tasks do not end.`);
    onProgress(size - left.size, (Date.now() - matchingAt) / 1000);
  }
  const seconds = (Date.now() - matchingAt) / 1000;
  // The last one's result is read too: a bag that was not really done would show.
  await buyer.open(await buyer.result(tasks.at(-1)!));
  return { tasks: size, seconds, tasksPerMinute: (size / seconds) * 60 };
}
