import { id } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";

import { callbackDigest, resultHash, type Address, type Hex } from "@poco-marketplace/sdk/index.js";
import { IDataProtector__factory } from "../../typechain-types/index.js";
import { scenes } from "../fixtures/scenes.js";
import { createActors } from "../fixtures/actors.js";

/** What a task's callback is told. */
export const CALLBACK_DATA = `0x${"00".repeat(31)}03` as Hex;
/** Where a task's result is said to be. */
export const RESULTS = "0x697066733a2f2f726573756c74";
/** The list of lists of datasets that the bulk deal names. */
export const BULK_CID = "QmVWsgd9VhH3PWv3kNdZxjDzFr2d6LJPNBPkXxdpVqYTd5";

/** A market with protected data, a deal with a callback of which one of two tasks is done, and a bulk deal. */
export async function createVillage(connection: NetworkConnection) {
  const market = await scenes(connection, { parameters: { dataProtector: true } }).marketWorld();
  const { accounts, manifest } = market;
  const actors = await createActors(market);
  const protector = IDataProtector__factory.connect(manifest.dataProtector!, accounts.anyone);

  async function protect(owner: HardhatEthersSigner, name: string, schema: object | string) {
    const fields = [owner.address, name, typeof schema === "string" ? schema : JSON.stringify(schema)] as const;
    const dataset = (await protector.createDatasetWithSchema.staticCall(...fields, "0xa503", id(name))) as Address;
    await protector.connect(owner).createDatasetWithSchema(...fields, "0xa503", id(name));
    return dataset.toLowerCase();
  }

  async function dealOf(terms: Parameters<typeof actors.orders>[0]) {
    const orders = await actors.orders(terms);
    const { dealId, receipt } = await actors.requester.match(orders);
    const event = receipt.logs
      .map((log) => market.poco.interface.parseLog(log))
      .find((log) => log?.name === "OrdersMatched");
    return { dealId, requestorder: String(event!.args["requestHash"]) };
  }

  /** Has a task of trust 1 done by one worker. */
  async function finish(task: Hex) {
    const digest = callbackDigest(CALLBACK_DATA);
    await actors.contribute(0, task, digest);
    await market.poco.connect(accounts.worker1).reveal(task, digest);
    await market.poco.connect(accounts.scheduler).finalize(task, RESULTS, CALLBACK_DATA);
    return { digest, consensus: resultHash(task, digest) };
  }

  const emails = await protect(accounts.requester, "emails", { email: "string", nested: { deep: "f64" } });
  const photo = await protect(accounts.requester, "photo", { photo: "image/png", nested: { deep: "bool" } });
  const riddle = await protect(accounts.sponsor, "riddle", "no JSON");
  const deal = await dealOf({ volume: 2n, callback: market.accounts.anyone.address as Address });
  const { taskId: done } = await actors.scheduler.initialize(deal.dealId, 0n);
  const { taskId: open } = await actors.scheduler.initialize(deal.dealId, 1n);
  const { digest, consensus } = await finish(done);
  const bulk = await dealOf({ params: JSON.stringify({ bulk_cid: BULK_CID }) });
  const { taskId: bulkTask } = await actors.scheduler.initialize(bulk.dealId, 0n);

  return {
    ...market,
    actors,
    protect,
    protector,
    dealOf,
    finish,
    data: { emails, photo, riddle },
    deal: { ...deal, done, open, digest, consensus },
    bulk: { ...bulk, task: bulkTask },
    lower: {
      app: actors.assets.app.toLowerCase(),
      dataset: actors.assets.dataset.toLowerCase(),
      workerpool: actors.assets.workerpool.toLowerCase(),
      requester: accounts.requester.address.toLowerCase(),
    },
  };
}

export type Village = Awaited<ReturnType<typeof createVillage>>;
