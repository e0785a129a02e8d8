import { setTimeout as sleep } from "node:timers/promises";

import { Transaction, type JsonRpcProvider } from "ethers";

/** The time to wait for new blocks, in milliseconds. */
const TIMEOUT_MS = 3_000;

/** The fate of the transactions in the replaced blocks: all are in later blocks, or those of some accounts are dropped. */
export interface ReorgOptions {
  /** The accounts whose transactions are dropped, in lower case. */
  readonly lost: ReadonlySet<string>;
}

/**
 * Waits for as many blocks as are to be replaced, and replaces them: the chain continues from the block before them with an
 * empty one, then the transactions that are not dropped.
 */
export async function reorg(provider: JsonRpcProvider, depth: number, { lost }: ReorgOptions): Promise<void> {
  const before = await provider.getBlockNumber();
  const snapshot = (await provider.send("evm_snapshot", [])) as string;
  const deadline = Date.now() + TIMEOUT_MS;
  while ((await provider.getBlockNumber()) < before + depth && Date.now() < deadline) await sleep(20);
  while ((await provider.getBlockNumber()) < before + depth) await provider.send("evm_mine", []);

  const head = await provider.getBlockNumber();
  const raw: string[] = [];
  for (let number = before + 1; number <= head; number++) {
    const block = await provider.getBlock(number, true);
    const transactions = block!.prefetchedTransactions;
    raw.push(
      ...transactions
        .filter(({ from }) => !lost.has(from.toLowerCase()))
        .map((each) => Transaction.from(each).serialized),
    );
  }
  await provider.send("evm_revert", [snapshot]);
  await provider.send("evm_mine", []);
  // A transaction whose nonce is too high now waits, as in any node.
  for (const transaction of raw) await provider.send("eth_sendRawTransaction", [transaction]).catch(() => undefined);
  while ((await provider.getBlockNumber()) <= head) await provider.send("evm_mine", []);
}
