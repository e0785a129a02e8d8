import { randomBytes } from "node:crypto";

import { expect } from "chai";
import type { IExec } from "iexec";

import { eventually } from "../fixtures/eventually.js";
import { accountOf, clientOf, theNetwork, type RunningNetwork } from "./network.js";

const CHECKSUM = `0x${"5e".repeat(32)}`;
const TEE = ["tee", "tdx"];

/** What can be done with the orders of one kind. */
interface Book {
  /** Signs another order, at a price. */
  sign(price: number): Promise<unknown>;
  hash(order: never): Promise<string>;
  publish(order: never): Promise<string>;
  unpublish(hash: string): Promise<string>;
  unpublishLast(): Promise<string>;
  unpublishAll(): Promise<string[]>;
  cancel(order: never): Promise<{ txHash: string }>;
  fetch(hash: string): Promise<{ remaining: number; status: string; signer: string }>;
  fetchAll(): Promise<{ count: number; orders: { orderHash: string }[] }>;
}

describe("The official client, of orders of every kind,", () => {
  let network: RunningNetwork;
  let provider: IExec;
  let poolOwner: IExec;
  let requester: IExec;
  let [dataset, pool, app] = ["", "", ""];

  before(async () => {
    network = await theNetwork();
    [provider, poolOwner, requester] = ["data provider", "beneficiary", "requester"].map((role) =>
      clientOf(network, role),
    ) as [IExec, IExec, IExec];
    const name = randomBytes(4).toString("hex");
    const code = { name, type: "DOCKER" as const, multiaddr: "registry.example/x:1", checksum: CHECKSUM };
    const data = { name, multiaddr: "/ipfs/QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ", checksum: CHECKSUM };
    [{ address: dataset }, { address: pool }] = await Promise.all([
      provider.dataset.deployDataset({ owner: addressOf("data provider"), ...data }),
      poolOwner.workerpool.deployWorkerpool({ owner: addressOf("beneficiary"), description: name }),
    ]);
    ({ address: app } = await poolOwner.app.deployApp({ owner: addressOf("beneficiary"), ...code }));
    await provider.dataset.pushDatasetSecret(dataset, provider.dataset.generateEncryptionKey());
    await poolOwner.account.deposit(1_000);
    await requester.account.deposit(1_000);
  });

  const addressOf = (role: string) => accountOf(network, role).address;

  const books: Record<string, () => Book> = {
    dataset: () => ({
      sign: async (price) => {
        const order = await provider.order.createDatasetorder({ dataset, datasetprice: price, tag: TEE });
        return provider.order.signDatasetorder(order);
      },
      hash: (order) => provider.order.hashDatasetorder(order),
      publish: (order) => provider.order.publishDatasetorder(order),
      unpublish: (hash) => provider.order.unpublishDatasetorder(hash),
      unpublishLast: () => provider.order.unpublishLastDatasetorder(dataset),
      unpublishAll: () => provider.order.unpublishAllDatasetorders(dataset),
      cancel: (order) => provider.order.cancelDatasetorder(order),
      fetch: (hash) => requester.orderbook.fetchDatasetorder(hash),
      fetchAll: () => requester.orderbook.fetchDatasetOrderbook({ dataset }),
    }),
    workerpool: () => ({
      sign: async (price) => {
        const terms = { workerpool: pool, workerpoolprice: price, category: 0, tag: TEE };
        return poolOwner.order.signWorkerpoolorder(await poolOwner.order.createWorkerpoolorder(terms));
      },
      hash: (order) => poolOwner.order.hashWorkerpoolorder(order),
      publish: (order) => poolOwner.order.publishWorkerpoolorder(order),
      unpublish: (hash) => poolOwner.order.unpublishWorkerpoolorder(hash),
      unpublishLast: () => poolOwner.order.unpublishLastWorkerpoolorder(pool),
      unpublishAll: () => poolOwner.order.unpublishAllWorkerpoolorders(pool),
      cancel: (order) => poolOwner.order.cancelWorkerpoolorder(order),
      fetch: (hash) => requester.orderbook.fetchWorkerpoolorder(hash),
      fetchAll: () => requester.orderbook.fetchWorkerpoolOrderbook({ workerpool: pool, category: 0 }),
    }),
    request: () => ({
      sign: async (price) => {
        const wish = { app, workerpool: pool, workerpoolmaxprice: price, category: 0 };
        return requester.order.signRequestorder(await requester.order.createRequestorder(wish));
      },
      hash: (order) => requester.order.hashRequestorder(order),
      publish: (order) => requester.order.publishRequestorder(order),
      unpublish: (hash) => requester.order.unpublishRequestorder(hash),
      unpublishLast: () => requester.order.unpublishLastRequestorder(),
      unpublishAll: () => requester.order.unpublishAllRequestorders(),
      cancel: (order) => requester.order.cancelRequestorder(order),
      fetch: (hash) => poolOwner.orderbook.fetchRequestorder(hash),
      fetchAll: () =>
        poolOwner.orderbook.fetchRequestOrderbook({ requester: addressOf("requester"), app, workerpool: pool }),
    }),
  };

  for (const [kind, open] of Object.entries(books)) {
    it(`publishes ${kind} orders, finds them, and takes them back from the market and on chain`, async () => {
      const book = open();
      const signed = (await Promise.all([1, 2, 3].map((price) => book.sign(price)))) as never[];
      const hashes = await Promise.all(signed.map((order) => book.hash(order)));
      for (const order of signed) expect(hashes).to.include(await book.publish(order));
      const { count, orders } = await book.fetchAll();
      expect(count).to.equal(3);
      expect(orders.map(({ orderHash }) => orderHash)).to.have.members(hashes);
      const [first, second, last] = hashes as [string, string, string];
      expect(await book.fetch(first)).to.include({ remaining: 1, status: "open" });

      expect(await book.unpublish(first)).to.equal(first);
      expect(await book.unpublishLast()).to.equal(last);
      expect(await book.unpublishAll()).to.deep.equal([second]);
      expect((await book.fetchAll()).count).to.equal(0);

      expect(await book.publish(signed[1]!)).to.equal(second);
      await book.cancel(signed[1]!);
      await eventually("the market lists it no longer", async () => (await book.fetchAll()).count === 0);
      expect((await book.fetch(second)).remaining).to.equal(0);
    });
  }
});
