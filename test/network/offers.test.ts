import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";
import { Wallet } from "ethers";

import { keepOffers } from "../../scripts/network/pool/offers.js";
import type { MarketClient } from "../../scripts/network/pool/marketClient.js";
import { addressOf } from "../fixtures/addresses.js";

const OFFER = { chainId: 421_614, hub: addressOf(1), workerpool: addressOf(2), categories: 3, price: 7n };

/** What is published and said by the time that a market was asked once. */
async function lookOnce(offered: () => Promise<number>): Promise<{ published: bigint[]; said: string }> {
  const published: bigint[] = [];
  let said = "";
  const market: MarketClient = {
    offered,
    publish: async (_kind, order) => {
      await sleep(1);
      published.push((order as unknown as { category: bigint }).category);
    },
  };
  const wallet = new Wallet(Wallet.createRandom().privateKey);
  const offers = keepOffers(market, wallet, OFFER, { write: (line) => (said += line) });
  await offers.looked;
  const seen = { published: [...published], said };
  await offers.stop();
  return seen;
}

describe("A pool's offers", () => {
  it("are on the market for each category once it was asked", async () => {
    const { published } = await lookOnce(() => Promise.resolve(0));

    expect(published).to.deep.equal([0n, 1n, 2n]);
  });

  it("are not published again while enough is left of them", async () => {
    const { published } = await lookOnce(() => Promise.resolve(1_000));

    expect(published).to.deep.equal([]);
  });

  it("do not hold up a pool whose market is away, and its log says so", async () => {
    const { said } = await lookOnce(() => Promise.reject(new Error("away")));

    expect(said).to.contain("orders could not be looked after").and.contain("away");
  });
});
