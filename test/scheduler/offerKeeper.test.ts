import { expect } from "chai";
import { Wallet } from "ethers";
import { network } from "hardhat";

import { openProvider } from "@poco-marketplace/sdk/chain/openProvider.js";
import { NonceManagedSender } from "@poco-marketplace/sdk/chain/nonceManagedSender.js";
import { openDatabase } from "@poco-marketplace/services/database/openDatabase.js";
import { buildOrder, hashOrder, orderDomain, OrderKind, signOrder, type Address } from "@poco-marketplace/sdk/index.js";
import { openDenials } from "@poco-marketplace/services/scheduler/denials.js";
import { OfferKeeper } from "@poco-marketplace/services/scheduler/offers/offerKeeper.js";
import type { OfferTerms } from "@poco-marketplace/services/scheduler/offers/offerTargets.js";
import type { MarketClient, PublishedOrder } from "@poco-marketplace/sdk/client/market.js";
import { openOfferBook } from "@poco-marketplace/services/scheduler/offers/offerBook.js";
import { SCHEDULER_DATABASE, type PoolDatabase, type PoolTables } from "@poco-marketplace/services/scheduler/tables.js";
import { IPoco__factory } from "../../typechain-types/index.js";
import { freshDatabase, type TestDatabase } from "../database/databases.js";
import { serveChain } from "../fixtures/chainServer.js";
import { eventually, keyAt } from "../fixtures/pool.js";
import { scenes } from "../fixtures/scenes.js";

const connection = await network.create();
const PRICE = 1_000_000_000n;
const PRICED: OfferTerms = { price: PRICE, admits: "everyone", categories: [0] };
const SCHEDULER = 6;

function line(problem: string) {
  return { level: "warn", facts: { problem }, message: "order update failed; retrying" };
}

/** What is looked at of an order on the market. */
type ListedOffer = Pick<PublishedOrder<"workerpool">, "hash" | "order" | "remaining">;

describe("The orders that a pool keeps on the market", () => {
  let world: Awaited<ReturnType<ReturnType<typeof scenes>["marketWorld"]>>;
  let chain: Awaited<ReturnType<typeof serveChain>>;
  let provider: ReturnType<typeof openProvider>;
  let wallet: Wallet;
  let workerpool: Address;
  let place: TestDatabase;
  let database: PoolDatabase;
  let keeper: OfferKeeper | undefined;
  /** What is in the market's book. */
  let listed: ListedOffer[];
  /** What goes wrong, where something does. */
  let fault: { publish?: Error; workload?: Error };
  let asked: number;
  let lines: { level: string; facts: object; message: string }[];

  before(async () => {
    world = await scenes(connection).marketWorld();
    chain = await serveChain(connection);
    provider = openProvider(chain.url, world.manifest.chainId);
    wallet = new Wallet(keyAt(SCHEDULER), provider);
    workerpool = (await world.workerpool.getAddress()) as Address;
  });

  after(async () => {
    provider.destroy();
    await chain.close();
  });

  beforeEach(async () => {
    place = await freshDatabase();
    database = await openDatabase<PoolTables>(place.location, SCHEDULER_DATABASE);
    [listed, fault, asked, lines] = [[], {}, 0, []];
  });

  afterEach(async () => {
    await keeper?.stop();
    keeper = undefined;
    await database.destroy();
    await place.remove();
  });

  const log = (level: string) => (facts: object, message: string) => void lines.push({ level, facts, message });
  const warnings = () => lines.filter(({ level }) => level === "warn");
  const domain = () => orderDomain({ chainId: BigInt(world.manifest.chainId), hub: world.manifest.poco });

  /** A market that does as it is told. */
  function market(): Pick<MarketClient, "openOrders" | "publish"> {
    return {
      openOrders: () => Promise.resolve([...listed] as never),
      publish: (kind, order) => {
        asked++;
        if (fault.publish !== undefined) return Promise.reject(fault.publish);
        const hash = hashOrder(kind, order, domain());
        listed.push({ hash, order, remaining: order.volume } as unknown as ListedOffer);
        return Promise.resolve(hash);
      },
    };
  }

  function keep(terms: OfferTerms): OfferKeeper {
    return (keeper = new OfferKeeper(terms, {
      hub: IPoco__factory.connect(world.manifest.poco, provider),
      domain: domain(),
      workerpool,
      wallet,
      sender: new NonceManagedSender(wallet, { pollMs: 20 }),
      market: market(),
      book: openOfferBook(database),
      denials: openDenials(database),
      workload: async () => {
        asked++;
        if (fault.workload !== undefined) throw fault.workload;
        return { slots: 1, taskSeconds: [], asOf: await provider.getBlockNumber() };
      },
      inspectApp: undefined,
      everyMs: 20,
      log: { info: log("info"), warn: log("warn"), error: log("error") },
    }));
  }

  /** An order that another scheduler of the pool left on the market. */
  async function leave(terms: { workerpoolprice?: bigint; apprestrict?: Address; requesterrestrict?: Address } = {}) {
    const order = await signOrder(wallet, {
      kind: OrderKind.WORKERPOOL,
      order: buildOrder(OrderKind.WORKERPOOL, { workerpool, workerpoolprice: PRICE, volume: 1_000n, ...terms }),
      domain: domain(),
    });
    const offer = { hash: hashOrder(OrderKind.WORKERPOOL, order, domain()), order, remaining: 900n };
    listed.push(offer);
    return offer;
  }

  const consumed = ({ hash }: ListedOffer) => world.poco.viewConsumed(hash);

  it("are none that admit everybody at a price and that it did not sign: those of before are closed on chain", async () => {
    const [unrestricted, free] = [await leave(), await leave({ workerpoolprice: 0n })];
    await keep(PRICED).firstUpdate;

    expect(await consumed(unrestricted)).to.equal(1_000n);
    expect(lines).to.deep.include({
      level: "info",
      facts: { order: unrestricted.hash },
      message: "order closed on chain: it admits everybody, to 270 RLC of stake, and is not of this scheduler",
    });
    expect(await consumed(free)).to.equal(0n);
    const own = listed.at(-1)!;
    expect(own.order.workerpoolprice).to.equal(PRICE);
    expect(await consumed(own)).to.equal(0n);
    expect(lines.filter(({ facts }) => "order" in facts && facts.order === own.hash)).to.have.lengthOf(1);
  });

  it("are those, too, that another scheduler restricted: of each it says what is at risk, once", async () => {
    const app = (await world.app.getAddress()) as Address;
    const restricted = [
      await leave({ apprestrict: app }),
      await leave({ requesterrestrict: world.accounts.requester.address as Address }),
    ];
    await keep(PRICED).firstUpdate;
    const before = asked;
    await eventually("it looked again", async () => asked > before + 2);

    for (const offer of restricted) {
      expect(await consumed(offer)).to.equal(0n);
      expect(warnings()).to.deep.include({
        level: "warn",
        facts: { order: offer.hash },
        message: `Order ${offer.hash} is not of this scheduler, and puts 270 RLC of stake at risk: close it if you do not mean it.`,
      });
    }
    expect(warnings()).to.have.lengthOf(2);
  });

  it("are published when a market that is away comes back, and the log says once each time why they cannot be looked after", async () => {
    const away = "The market does not answer";
    fault = { publish: new Error(away) };
    keep({ ...PRICED, price: 0n });
    await eventually("the market was asked several times", async () => asked > 6);
    expect(warnings()).to.deep.equal([line(away)]);

    fault = {};
    await eventually("the order is on the market", async () => listed.length === 1);
    await eventually("the log says so", async () => lines.some(({ message }) => message === "order published"));

    const node = "The node does not answer";
    for (let times = 2; times <= 3; times++) {
      fault = { workload: new Error(node) };
      await eventually("it is in the log", async () => warnings().length === times);
      fault = {};
      const before = asked;
      await eventually("it looked again, and could", async () => asked > before + 2);
    }
    expect(warnings()).to.deep.equal([line(away), line(node), line(node)]);
    expect(listed).to.have.lengthOf(1);
  });
});
