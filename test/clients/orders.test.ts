import { randomBytes } from "node:crypto";

import { expect } from "chai";
import { JsonRpcProvider, Wallet } from "ethers";
import { IExecHubModule, type IExec } from "iexec";

import { IPoco__factory } from "../../typechain-types/index.js";
import { eventually } from "../fixtures/eventually.js";
import { accountOf, clientOf, theNetwork, type RunningNetwork } from "./network.js";

const CHECKSUM = `0x${"5c".repeat(32)}`;
const PRICE = 1_000;
/** The final deadline of the quickest category, ten times its second, in milliseconds. */
const GIVEN_UP_AFTER = 11_000;

describe("The official client, of orders and deals,", () => {
  let network: RunningNetwork;
  let developer: IExec;
  let poolOwner: IExec;
  let requester: IExec;
  let app: string;
  let pool: string;
  let category: number;

  before(async () => {
    network = await theNetwork();
    developer = clientOf(network, "app developer");
    // A pool that nobody works for, so that these deals stay as they are.
    poolOwner = clientOf(network, "data provider");
    requester = clientOf(network, "requester");

    const name = `app ${randomBytes(4).toString("hex")}`;
    const owner = addressOf("app developer");
    const appForm = { owner, name, type: "DOCKER" as const, multiaddr: "registry.example/x:1", checksum: CHECKSUM };
    ({ address: app } = await developer.app.deployApp(appForm));
    ({ address: pool } = await poolOwner.workerpool.deployWorkerpool({
      owner: addressOf("data provider"),
      description: `idle ${name}`,
    }));
    await poolOwner.account.deposit(100_000);
    await requester.account.deposit(100_000);
    const hub = IExecHubModule.fromConfig(clientOf(network, "protocol owner").config);
    const created = await hub.createCategory({ name: "1 s", description: "for claims", workClockTimeRef: "1" });
    category = Number(created.catid);
  });

  const addressOf = (role: string) => accountOf(network, role).address;

  /** Initializes the first task of a deal, as its scheduler would. */
  async function begin(dealid: string): Promise<void> {
    const provider = new JsonRpcProvider(network.rpc);
    const wallet = new Wallet(accountOf(network, "protocol owner").privateKey, provider);
    await (await IPoco__factory.connect(network.hub, wallet).initialize(dealid, 0)).wait();
    provider.destroy();
  }

  const signedApp = async (price: number, volume = 10) =>
    developer.order.signApporder(await developer.order.createApporder({ app, appprice: price, volume }), {
      preflightCheck: false,
    });
  const signedPool = async (price: number) =>
    poolOwner.order.signWorkerpoolorder(
      await poolOwner.order.createWorkerpoolorder({
        workerpool: pool,
        workerpoolprice: price,
        category,
        tag: ["tee", "tdx"],
        volume: 10,
      }),
    );
  const signedRequest = async (volume = 2) =>
    requester.order.signRequestorder(
      await requester.order.createRequestorder({
        app,
        appmaxprice: PRICE,
        workerpoolmaxprice: PRICE,
        workerpool: pool,
        category,
        volume,
        params: "--hello",
      }),
      { preflightCheck: false },
    );

  it("publishes orders, and finds them cheapest first", async () => {
    const dear = await developer.order.publishApporder(await signedApp(PRICE), { preflightCheck: false });
    const cheap = await developer.order.publishApporder(await signedApp(1), { preflightCheck: false });

    const book = await requester.orderbook.fetchAppOrderbook({ app });

    expect(book.count).to.equal(2);
    expect(book.orders.map(({ orderHash }) => orderHash)).to.deep.equal([cheap, dear]);
    expect((await requester.orderbook.fetchApporder(dear)).remaining).to.equal(10);
  });

  it("takes orders off the market, one, the last, and all", async () => {
    const one = await developer.order.publishApporder(await signedApp(5), { preflightCheck: false });
    expect(await developer.order.unpublishApporder(one)).to.equal(one);
    const last = await developer.order.publishApporder(await signedApp(6), { preflightCheck: false });
    expect(await developer.order.unpublishLastApporder(app)).to.equal(last);
    expect(await developer.order.unpublishAllApporders(app)).to.have.length(2);
    expect((await requester.orderbook.fetchAppOrderbook({ app })).count).to.equal(0);
  });

  it("cannot publish what is not its own", async () => {
    const order = await signedApp(PRICE);
    const error = await refusalOf(requester.order.publishApporder(order, { preflightCheck: false }));
    expect(error.message).to.contain(app);
  });

  it("cancels an order on chain, which takes it off the market", async () => {
    const order = await signedApp(PRICE);
    const hash = await developer.order.publishApporder(order, { preflightCheck: false });

    await developer.order.cancelApporder(order);

    await eventually(
      "the end of the order",
      async () => (await requester.orderbook.fetchAppOrderbook({ app })).count === 0,
    );
    expect((await requester.orderbook.fetchApporder(hash)).remaining).to.equal(0);
  });

  it("publishes pools' and requesters' orders, makes a deal of them, follows it, and claims it", async () => {
    const apporder = await signedApp(PRICE);
    const workerpoolorder = await signedPool(PRICE);
    const requestorder = await signedRequest();
    await poolOwner.order.publishWorkerpoolorder(workerpoolorder);
    await requester.order.publishRequestorder(requestorder, { preflightCheck: false });
    const offers = await requester.orderbook.fetchWorkerpoolOrderbook({ workerpool: pool, category });
    expect(offers.count).to.equal(1);
    const wishes = { requester: addressOf("requester"), workerpool: pool };
    expect((await poolOwner.orderbook.fetchRequestOrderbook(wishes)).count).to.equal(1);
    const orders = { apporder, workerpoolorder, requestorder };
    expect((await requester.order.estimateMatchOrders(orders)).total.toNumber()).to.equal(2 * 2 * PRICE);

    const { dealid, volume } = await requester.order.matchOrders(orders, { preflightCheck: false });
    const matchedAt = Date.now();

    expect(await firstWord(requester, dealid)).to.equal("DEAL_UPDATED");
    expect(volume.toNumber()).to.equal(2);
    const deal = await requester.deal.show(dealid);
    expect(deal.workerpool.pointer).to.equal(pool);
    const mine = await requester.deal.fetchRequesterDeals(addressOf("requester"), { appAddress: app });
    expect(mine.deals.map(({ dealid: id }) => id)).to.deep.equal([dealid]);
    const hash = await requester.order.hashWorkerpoolorder(workerpoolorder);
    expect((await requester.deal.fetchDealsByWorkerpoolorder(hash)).count).to.equal(1);
    await eventually(
      "the end of the request",
      async () => (await poolOwner.orderbook.fetchRequestOrderbook(wishes)).count === 0,
    );

    // One task that was begun, one that was not.
    const taskid = await requester.deal.computeTaskId(dealid, 0);
    const other = await requester.deal.computeTaskId(dealid, 1);
    await begin(dealid);
    const before = await requester.account.checkBalance(addressOf("requester"));
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, matchedAt + GIVEN_UP_AFTER - Date.now())));
    expect((await requester.task.show(taskid)).taskTimedOut).to.equal(true);
    await requester.task.claim(taskid);
    const { claimed } = await requester.deal.claim(dealid);
    expect(Object.values(claimed)).to.deep.equal([other]);
    expect((await requester.task.show(taskid)).statusName).to.equal("FAILED");
    const after = await requester.account.checkBalance(addressOf("requester"));
    expect(after.stake.sub(before.stake).toNumber()).to.equal(2 * 2 * PRICE);
  });
});

/** What an observer of a deal hears first. */
async function firstWord(client: IExec, dealid: string): Promise<string> {
  const observable = await client.deal.obsDeal(dealid);
  return new Promise((resolve, reject) => {
    const stop = observable.subscribe({
      next({ message }: { message: string }) {
        stop();
        resolve(message);
      },
      error: reject,
    });
  });
}

async function refusalOf(attempt: Promise<unknown>): Promise<Error> {
  try {
    await attempt;
  } catch (error) {
    return error as Error;
  }
  throw new Error("it was not refused");
}
