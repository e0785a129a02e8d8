import { expect } from "chai";
import { type Provider } from "ethers";

import type { IPoco } from "@poco-marketplace/sdk/typechain.js";
import { PoolEvents } from "@poco-marketplace/services/scheduler/poolEvents.js";

const HUB = { getAddress: () => Promise.resolve(`0x${"11".repeat(20)}`) } as unknown as IPoco;
const WORKERPOOL = `0x${"22".repeat(20)}` as const;

/** A node whose newest block has this number, and which records of which blocks logs are read. */
function nodeAt(head: { number: number }) {
  const ranges: [from: number, to: number][] = [];
  const provider = {
    getBlock: () => Promise.resolve({ number: head.number, hash: `block ${head.number}`, timestamp: 0 }),
    getLogs({ fromBlock, toBlock }: { fromBlock: number; toBlock: number }) {
      ranges.push([fromBlock, toBlock]);
      return Promise.resolve([]);
    },
  } as unknown as Provider;
  return { provider, ranges };
}

describe("The events of a pool", () => {
  it("are read from the deployment's block on, and each block once", async () => {
    const head = { number: 100 };
    const { provider, ranges } = nodeAt(head);
    const events = new PoolEvents(provider, { hub: HUB, workerpool: WORKERPOOL }, { first: 90 });

    events.confirm((await events.read())!.head);
    expect(await events.read()).to.equal(undefined);
    head.number = 101;
    // The block that was confirmed is asked for again, to notice a reorg.
    provider.getBlock = ((tag: number | "latest") =>
      Promise.resolve({ number: 101, hash: `block ${tag === "latest" ? 101 : tag}`, timestamp: 0 })) as never;
    await events.read();

    expect(ranges).to.deep.equal([
      [90, 100],
      [101, 101],
    ]);
  });

  it("are read again after a restart as far back as a reorg reaches, which may have happened meanwhile", async () => {
    const { provider, ranges } = nodeAt({ number: 1_000 });
    const pool = { hub: HUB, workerpool: WORKERPOOL };

    await new PoolEvents(provider, pool, { first: 10, cursor: 1_000 }).read();
    await new PoolEvents(provider, pool, { first: 990, cursor: 1_000 }).read();
    // The chain is shorter than it was.
    await new PoolEvents(provider, pool, { first: 10, cursor: 1_005 }).read();

    expect(ranges).to.deep.equal([
      [937, 1_000],
      [990, 1_000],
      [937, 1_000],
    ]);
  });
});
