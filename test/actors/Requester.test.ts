import { expect } from "chai";
import { id } from "ethers";
import { network } from "hardhat";

import { PocoRevertError } from "@poco-marketplace/sdk/chain/errors/decodeRevert.js";
import {
  OrderKind,
  TaskStatus,
  dealId,
  encodeResultLink,
  hashOrder,
  taskId as taskIdOf,
  type Hex,
} from "@poco-marketplace/sdk/index.js";
import { rejection } from "../fixtures/rejection.js";
import { FUNDS, scenes } from "../fixtures/scenes.js";
import { createActors, requestFor, TASK_PRICE } from "../fixtures/actors.js";

const connection = await network.create();
const { networkHelpers } = connection;
const { marketWorld } = scenes(connection);
const DIGEST = id("42") as Hex;

async function market() {
  const world = await marketWorld();
  return { ...world, ...(await createActors(world)) };
}

describe("A requester", () => {
  it("moves RLC into escrow, and all that is free out of it", async () => {
    const { poco, rlc, accounts, requester, orders } = await networkHelpers.loadFixture(market);
    await rlc.connect(accounts.requester).faucet(50n);
    await requester.match(await orders());

    await requester.deposit(50n);
    expect(await poco.balanceOf(accounts.requester)).to.equal(FUNDS + 50n - TASK_PRICE);
    await requester.withdrawAll();

    expect(await poco.viewAccount(accounts.requester)).to.deep.equal([0n, TASK_PRICE]);
    expect(await rlc.balanceOf(accounts.requester)).to.equal(FUNDS + 50n - TASK_PRICE);
  });

  it("asks in its own name", async () => {
    const { poco, accounts, contracts, requester, assets } = await networkHelpers.loadFixture(market);

    const { sign, ...order } = await requester.ask(requestFor(assets, { volume: 2n }));

    expect(order.requester).to.equal(accounts.requester.address);
    expect(order.beneficiary).to.equal(accounts.requester.address);
    const hash = hashOrder(OrderKind.REQUEST, order, contracts.domain);
    expect(await poco.verifySignature(accounts.requester, hash, sign)).to.equal(true);
  });

  it("makes one deal after another of what is left of a request", async () => {
    const { contracts, requester, orders, assets } = await networkHelpers.loadFixture(market);
    const request = await requester.ask(requestFor(assets, { volume: 5n, trust: 1n }));
    const hash = hashOrder(OrderKind.REQUEST, request, contracts.domain);

    const first = await requester.match({ ...(await orders({ volume: 2n })), request });
    const second = await requester.match({ ...(await orders({ volume: 9n })), request });

    expect([first.dealId, first.volume]).to.deep.equal([dealId(hash, 0n), 2n]);
    expect([second.dealId, second.volume]).to.deep.equal([dealId(hash, 2n), 3n]);
  });

  it("pays for another's deal when it sponsors it", async () => {
    const { poco, accounts, requesterAs, orders } = await networkHelpers.loadFixture(market);

    const { dealId: sponsored } = await requesterAs(accounts.sponsor).sponsor(await orders());

    expect((await poco.viewDeal(sponsored)).sponsor).to.equal(accounts.sponsor.address);
    expect(await poco.frozenOf(accounts.sponsor)).to.equal(TASK_PRICE);
    expect(await poco.frozenOf(accounts.requester)).to.equal(0n);
  });

  it("takes back what nobody finished, and what nobody began", async () => {
    const { poco, accounts, requester, scheduler, orders } = await networkHelpers.loadFixture(market);
    const { dealId: made } = await requester.match(await orders({ volume: 2n }));
    const { taskId } = await scheduler.initialize(made, 0n);
    const { finalDeadline } = await poco.viewTask(taskId);
    await networkHelpers.time.increaseTo(finalDeadline);

    await requester.claim(taskId);
    await requester.claimUnopened(made, 1n);

    expect(await poco.viewAccount(accounts.requester)).to.deep.equal([FUNDS, 0n]);
    expect((await poco.viewTask(taskIdOf(made, 1n))).status).to.equal(TaskStatus.FAILED);
  });

  it("is told in words why it cannot take back yet", async () => {
    const { requester, scheduler, orders } = await networkHelpers.loadFixture(market);
    const { dealId: made } = await requester.match(await orders());
    const { taskId } = await scheduler.initialize(made, 0n);

    const error = await rejection(requester.claim(taskId), PocoRevertError);

    expect(error.reason).to.equal("TaskStillRunning");
    expect(error.args["taskId"]).to.equal(taskId);
  });

  it("reads where a result is", async () => {
    const { requester, scheduler, workers, contribute, orders } = await networkHelpers.loadFixture(market);
    const { dealId: made } = await requester.match(await orders());
    const { taskId } = await scheduler.initialize(made, 0n);
    await contribute(0, taskId, DIGEST);
    await workers[0]!.reveal(taskId, DIGEST);
    const results = encodeResultLink({ storage: "ipfs", location: "/ipfs/Qm" });

    expect(await requester.resultsOf(taskId)).to.equal("0x");
    await scheduler.finalize(taskId, results);

    expect(await requester.resultsOf(taskId)).to.equal(results);
  });
});
