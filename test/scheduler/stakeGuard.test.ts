import { expect } from "chai";
import { id, type Provider } from "ethers";

import { openDatabase } from "@poco-marketplace/services/database/openDatabase.js";
import type { DealId, TaskId } from "@poco-marketplace/sdk/index.js";
import type { PoolDeal } from "@poco-marketplace/services/scheduler/chainTask.js";
import { dealCost } from "@poco-marketplace/services/scheduler/dealCost.js";
import { openDenials } from "@poco-marketplace/services/scheduler/denials.js";
import { StakeGuard } from "@poco-marketplace/services/scheduler/stakeGuard.js";
import { SCHEDULER_DATABASE, type PoolDatabase, type PoolTables } from "@poco-marketplace/services/scheduler/tables.js";
import type { IPoco } from "../../typechain-types/index.js";
import { freshDatabase, type TestDatabase } from "../database/databases.js";
import { addressOf } from "../fixtures/addresses.js";
import { rejection } from "../fixtures/rejection.js";

const [OWNER, APP, REQUESTER] = [addressOf(1), addressOf(2), addressOf(3)];
const DEAL: PoolDeal = {
  id: id("deal") as DealId,
  app: APP,
  workerpool: addressOf(4),
  scheduler: OWNER,
  requester: REQUESTER,
  price: 1_000_000_000n,
  callback: addressOf(5),
  isTee: true,
  first: 0n,
  size: 4n,
  trust: 2n,
  contributionDeadline: 2_000n,
  finalDeadline: 3_000n,
  workClockTimeRef: 100n,
};
const FEE = 3n;
const CALLBACK_GAS = 200_000n;
const COST = dealCost(DEAL, { callbackGas: CALLBACK_GAS, feePerGas: FEE });
const TASK = id("task") as TaskId;

describe("The guard of a pool's stake", () => {
  let place: TestDatabase;
  let database: PoolDatabase;
  let coins: bigint;
  let losses: number;
  let log: string[];
  let guard: StakeGuard;
  let boostDeal: object;

  beforeEach(async () => {
    place = await freshDatabase();
    database = await openDatabase<PoolTables>(place.location, SCHEDULER_DATABASE);
    [coins, losses, log] = [COST.fees, 0, []];
    const write = (level: string) => (facts: object, message: string) =>
      void log.push(`${level} ${JSON.stringify(facts)} ${message}`);
    guard = new StakeGuard({
      hub: {
        callbackgas: () => Promise.resolve(CALLBACK_GAS),
        viewDealBoost: () => Promise.resolve(boostDeal),
      } as unknown as IPoco,
      provider: {
        getFeeData: () => Promise.resolve({ maxFeePerGas: FEE, gasPrice: 1n }),
        getBalance: (account: string) => Promise.resolve(account === OWNER ? coins : 0n),
      } as unknown as Provider,
      scheduler: OWNER,
      denials: openDenials(database),
      inspectApp: undefined,
      onLoss: () => losses++,
      log: { info: write("info"), warn: write("warn"), error: write("error") },
    });
  });

  afterEach(async () => {
    await database.destroy();
    await place.remove();
  });

  it("says once for each deal what it can cost", async () => {
    for (let times = 0; times < 2; times++) expect(await guard.refusalOf(DEAL)).to.equal(undefined);
    const facts = { deal: DEAL.id, stakeAtRisk: "1200000000", feesAtMost: `${COST.fees}` };
    expect(log).to.deep.equal([`info ${JSON.stringify(facts)} deal cost estimated`]);
  });

  it("alerts the owner where the account has a coin too few for a deal's transactions, and takes the deal all the same", async () => {
    coins -= 1n;
    expect(await guard.refusalOf(DEAL)).to.equal(undefined);
    expect(log).to.have.lengthOf(1);
    expect(log[0])
      .to.match(/^error /)
      .and.contain(
        `The pool's owner ${OWNER} has ${coins} wei, and the transactions of deal ${DEAL.id} may take ${COST.fees}: ` +
          "send it more, or tasks stay undone and up to 1.2 RLC of its stake go to the kitty.",
      );
  });

  it("says nothing of deals without a price, at which nothing is at stake", async () => {
    coins = 0n;
    expect(await guard.refusalOf({ ...DEAL, price: 0n })).to.equal(undefined);
    expect(log).to.deep.equal([]);
  });

  it("tells once of a task that is given up, what of the stake it costs and from when on it is claimed", async () => {
    expect(await guard.gaveUp(TASK, DEAL, "3 attempts failed")).to.equal(true);
    expect(await guard.gaveUp(TASK, DEAL, "3 attempts failed")).to.equal(false);
    expect(losses).to.equal(1);
    expect(log).to.have.lengthOf(1);
    expect(log[0]).to.contain(
      `Task ${TASK} is given up: 3 attempts failed. It is claimed from 1970-01-01T00:50:00.000Z on: its payer has all money ` +
        "back then, and 0.3 RLC of the pool's stake go to the kitty.",
    );
  });

  it("forgets neither a failure nor a boost deal that the database did not take at first", async () => {
    const tasks = ["first", "second", "third"].map((name) => id(name) as TaskId);
    const [other, boosted] = [addressOf(6), id("boost deal") as DealId];
    boostDeal = { requester: other, workerpoolPrice: 1n, botSize: 1n, deadline: 3_000n };
    for (const task of tasks.slice(1)) await guard.gaveUp(task, DEAL, "3 attempts failed");

    await database.schema.alterTable("conduct").renameTo("away").execute();
    await rejection(guard.gaveUp(tasks[0]!, DEAL, "3 attempts failed"), Error);
    await rejection(guard.sawBoostDeal({ id: boosted, app: APP }), Error);
    await database.schema.alterTable("away").renameTo("conduct").execute();

    expect(await guard.gaveUp(tasks[0]!, DEAL, "3 attempts failed")).to.equal(true);
    await guard.sawBoostDeal({ id: boosted, app: APP });
    const denied = (await openDenials(database).current()).map(({ requester }) => requester);
    expect(denied).to.have.members([REQUESTER, other]);
  });
});
