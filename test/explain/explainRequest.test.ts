import { expect } from "chai";
import { network } from "hardhat";

import { explainMatch } from "@poco-marketplace/sdk/explain/explainMatch.js";
import { explainRequest, type Candidates, type RequestToMatch } from "@poco-marketplace/sdk/explain/explainRequest.js";
import { NULL_DATASET_ORDER, hashOrder, type Address, type SignedDealOrders } from "@poco-marketplace/sdk/index.js";
import { withChanges } from "../fixtures/deal.js";
import { FUNDS, scenes } from "../fixtures/scenes.js";
import { PRICES, POOL_STAKE, TASK_PRICE, createActors, requestFor } from "../fixtures/actors.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { marketWorld } = scenes(connection);

/** Orders that match, and a second workerpool that is cheaper but restricted. */
async function market() {
  const world = await marketWorld();
  const actors = await createActors(world);
  const good = await actors.orders({ volume: 4n, trust: 3n });
  const { workerpool } = actors.assets;
  const offer = (terms: object) => actors.scheduler.offer({ workerpool, volume: 2n, trust: 3n, ...terms });
  const { sign: _, ...unsigned } = good.request;
  return { ...world, ...actors, good, offer, wanted: unsigned as RequestToMatch };
}

const only = ({ app, dataset, workerpool }: SignedDealOrders): Candidates => ({
  app: [app],
  dataset: [dataset],
  workerpool: [workerpool],
});

describe("A request", () => {
  it("that can be had is told with the cheapest orders and what they cost", async () => {
    const { contracts, good, offer, wanted } = await networkHelpers.loadFixture(market);
    const cheap = await offer({ workerpoolprice: 9_000n });
    const candidates = { ...only(good), workerpool: [good.workerpool, cheap] };

    const { best, matching, rejected, missing } = await explainRequest(contracts, wanted, { candidates });

    expect(best?.orders.workerpool).to.deep.equal(cheap);
    const perTask = PRICES.app + PRICES.dataset + 9_000n;
    expect(best?.cost).to.deep.equal({ volume: 2n, perTask, locked: perTask * 2n, poolStake: 5_400n });
    expect({ matching, rejected, missing }).to.deep.equal({ matching: 2, rejected: [], missing: [] });
  });

  it("costs what the hub then locks", async () => {
    const { contracts, good, requester, accounts } = await networkHelpers.loadFixture(market);
    const { cost } = await explainMatch(contracts, good);

    await requester.match(good);

    expect(cost).to.deep.equal({
      volume: 4n,
      perTask: TASK_PRICE,
      locked: TASK_PRICE * 4n,
      poolStake: POOL_STAKE * 4n,
    });
    expect(await contracts.hub.frozenOf(accounts.requester)).to.equal(cost.locked);
    expect(await contracts.hub.frozenOf(accounts.scheduler)).to.equal(cost.poolStake);
  });

  it("that nobody serves is told why for each order, beside the best of the others", async () => {
    const { contracts, accounts, good, offer, wanted } = await networkHelpers.loadFixture(market);
    const dear = await offer({ workerpoolprice: PRICES.workerpool + 2_000_000_000n });
    const foreign = await offer({ workerpoolprice: 1n, apprestrict: accounts.anyone.address as Address, category: 1n });
    const candidates = { ...only(good), workerpool: [dear, foreign] };

    const { best, rejected } = await explainRequest(contracts, wanted, { candidates });

    expect(best).to.equal(undefined);
    const told = rejected.map(({ kind, hash, obstacles }) => [
      kind,
      hash,
      obstacles.map(({ mismatch }) => mismatch.reason),
    ]);
    const hashOf = (order: typeof dear) => hashOrder("workerpool", order, contracts.domain);
    expect(told.filter(([kind]) => kind === "workerpool")).to.deep.equal([
      ["workerpool", hashOf(foreign), ["CategoryMismatch", "Restricted"]],
      ["workerpool", hashOf(dear), ["PriceTooHigh"]],
    ]);
    const { sentence, remedy } = rejected.at(-1)!.obstacles[0]!;
    expect(sentence).to.equal(
      "The workerpool costs 2.000010001 RLC per task, the request pays 0.000010001 RLC at most.",
    );
    expect(remedy).to.equal(
      "Raise workerpoolmaxprice to 2000010001 (2.000010001 RLC), or pick a workerpool order of 10001 nRLC at most.",
    );
  });

  it("for which the market has nothing says what is missing", async () => {
    const { contracts, wanted } = await networkHelpers.loadFixture(market);
    const candidates = { app: [], dataset: [], workerpool: [] };

    const { missing } = await explainRequest(contracts, wanted, { candidates });

    expect(missing.map(({ kind }) => kind)).to.deep.equal(["app", "dataset", "workerpool"]);
    expect(missing[1]!.sentence).to.equal(
      `The market has no open order for the dataset ${wanted.dataset}: ` +
        "its owner has to grant access by publishing one, to you or to anyone.",
    );
  });

  it("without a dataset needs no order for one", async () => {
    const { contracts, good, assets, requester, wanted } = await networkHelpers.loadFixture(market);
    const { dataset: _, ...others } = requestFor(assets, { trust: 1n });
    const { sign: __, ...request } = await requester.ask(others);
    const candidates = { ...only(good), dataset: [] };

    const { best, missing } = await explainRequest(contracts, { ...wanted, ...request }, { candidates });

    expect(missing).to.deep.equal([]);
    expect(best?.orders.dataset).to.deep.equal(NULL_DATASET_ORDER);
  });

  it("with a bad signature says so, but takes one that is yet to be signed", async () => {
    const { contracts, good, wanted } = await networkHelpers.loadFixture(market);
    const candidates = only(good);
    const forged = { ...wanted, sign: good.app.sign };

    const { rejected } = await explainRequest(contracts, forged, { candidates });

    expect(rejected[0]!.obstacles.map(({ mismatch }) => mismatch.reason)).to.deep.equal(["NotSigned"]);
    expect((await explainRequest(contracts, wanted, { candidates })).matching).to.equal(1);
  });

  it("is held against the means of who pays", async () => {
    const { contracts, accounts, good, wanted } = await networkHelpers.loadFixture(market);
    const payer = accounts.anyone.address as Address;

    const { rejected } = await explainRequest(contracts, wanted, { candidates: only(good), payer });

    const [{ sentence, remedy } = { sentence: "", remedy: "" }] = rejected[0]!.obstacles;
    expect(sentence).to.contain(`The payer ${payer} must lock`);
    expect(remedy).to.contain(`Deposit ${TASK_PRICE * 4n} nRLC more`);
  });

  it("finds the group that lets it in", async () => {
    const { contracts, accounts, good, dataProvider, assets, wanted } = await networkHelpers.loadFixture(market);
    const group = await ethers.deployContract("MemberGroup");
    const requesterrestrict = (await group.getAddress()) as Address;
    const { dataset } = assets;
    const offer = await dataProvider.offer({ dataset, datasetprice: PRICES.dataset, volume: 1n, requesterrestrict });
    const candidates = { ...only(good), dataset: [offer] };

    expect((await explainRequest(contracts, wanted, { candidates })).matching).to.equal(0);
    await group.getFunction("add")(accounts.requester);
    expect((await explainRequest(contracts, wanted, { candidates })).matching).to.equal(1);
  });
});

describe("Remedies", () => {
  it("help: raising the price as told, then depositing as told, makes orders match", async () => {
    const { contracts, good, scheduler, requester, assets, accounts, rlc } = await networkHelpers.loadFixture(market);
    const price = FUNDS;
    const workerpool = await scheduler.offer({ workerpool: assets.workerpool, workerpoolprice: price, trust: 3n });
    const asked = withChanges({}, { ...good, workerpool }) as SignedDealOrders;

    const first = await explainMatch(contracts, { ...good, workerpool: asked.workerpool });
    const raised = /Raise workerpoolmaxprice to (\d+)/.exec(first.obstacles[0]!.remedy)![1]!;
    const request = await requester.ask({ ...requestFor(assets, { trust: 3n }), workerpoolmaxprice: BigInt(raised) });
    const second = await explainMatch(contracts, { ...good, workerpool, request });
    const missing = BigInt(/Deposit (\d+) nRLC more/.exec(second.obstacles[0]!.remedy)![1]!);
    await rlc.connect(accounts.requester).faucet(missing);
    await requester.deposit(missing);

    expect(first.obstacles.map(({ mismatch }) => mismatch.reason)).to.include("PriceTooHigh");
    expect(second.obstacles.map(({ mismatch }) => mismatch.reason)).to.deep.equal(["ERC20InsufficientBalance"]);
    expect((await explainMatch(contracts, { ...good, workerpool, request })).matches).to.equal(true);
    expect(await contracts.hub.balanceOf(accounts.requester)).to.equal(FUNDS + missing);
  });
});
