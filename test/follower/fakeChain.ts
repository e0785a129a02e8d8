import { id } from "ethers";

import type { ChainSource, FollowedBlock, FollowedLog } from "@poco-marketplace/services/follower/chainSource.js";

/** A chain whose blocks a test writes, and whose node it lets fail. */
export interface FakeChain extends ChainSource {
  /** Adds a block in which these words are logged. */
  mine(...words: string[]): void;
  /** Replaces the newest blocks by as many others as there are lists of words. */
  replace(depth: number, ...blocks: string[][]): void;
  /** Lets the next requests fail, each for one of these reasons. */
  failWith(...reasons: string[]): void;
  /** Pretends that a block is not there yet, until the next request for it. */
  hide(number: number): void;
  /** Shows only blocks up to this one from now on, as a node does that lags; all without a number. */
  lag(number?: number): void;
  /** What was asked so far. */
  readonly requests: string[];
}

interface FakeBlock {
  readonly block: FollowedBlock;
  readonly logs: readonly FollowedLog[];
}

/** A chain with an empty block 0. */
export function fakeChain(): FakeChain {
  let forks = 0;
  const blocks: FakeBlock[] = [];
  const replaced: FakeBlock[] = [];
  const reasons: string[] = [];
  const hidden = new Set<number>();
  const requests: string[] = [];
  let shown = Infinity;

  function add(words: readonly string[]): void {
    const number = blocks.length;
    const hash = id(`${number} ${forks}`);
    const parentHash = blocks.at(-1)?.block.hash ?? id("nothing");
    const logs = words.map((word, index) => ({
      address: "0x01",
      topics: [],
      data: word,
      blockNumber: number,
      blockHash: hash,
      transactionHash: id(word),
      index,
    }));
    blocks.push({ block: { number, hash, parentHash, timestamp: 1_000 + number }, logs: logs.toReversed() });
  }

  async function request(what: string): Promise<FakeBlock[]> {
    requests.push(what);
    await Promise.resolve();
    const reason = reasons.shift();
    if (reason !== undefined) throw new Error(reason);
    return blocks.filter(({ block }) => block.number <= shown);
  }

  add([]);
  return {
    requests,
    mine: (...words) => add(words),
    replace(depth, ...lists) {
      forks++;
      replaced.push(...blocks.splice(blocks.length - depth));
      for (const words of lists) add(words);
    },
    failWith: (...more) => void reasons.push(...more),
    hide: (number) => void hidden.add(number),
    lag(number = Infinity) {
      shown = number;
    },
    async getBlock(tag) {
      const visible = await request(`block ${tag}`);
      if (typeof tag === "number" && hidden.delete(tag)) return null;
      return (tag === "latest" ? visible.at(-1) : visible.find(({ block }) => block.number === tag))?.block ?? null;
    },
    async getLogs(filter) {
      if ("blockHash" in filter) {
        const all = [...(await request("logs of a block")), ...replaced];
        const found = all.find(({ block }) => block.hash === filter.blockHash);
        if (found === undefined) throw new Error("unknown block");
        return found.logs;
      }
      const { fromBlock, toBlock } = filter;
      const visible = await request(`logs ${fromBlock}-${toBlock}`);
      return visible
        .filter(({ block }) => block.number >= fromBlock && block.number <= toBlock)
        .flatMap(({ logs }) => logs);
    },
  };
}
