import { expect } from "chai";
import { ZeroAddress, id } from "ethers";
import { network } from "hardhat";

import { PocoRevertError } from "@poco-marketplace/sdk/chain/errors/decodeRevert.js";
import {
  OrderKind,
  TaskStatus,
  authorizationMessage,
  callbackDigest,
  hashOrder,
  recoverSigner,
  signedMessageHash,
  taskId as taskIdOf,
  type Address,
  type Hex,
} from "@poco-marketplace/sdk/index.js";
import { addressOf } from "../fixtures/addresses.js";
import { rejection } from "../fixtures/rejection.js";
import { scenes } from "../fixtures/scenes.js";
import { createActors } from "../fixtures/actors.js";

const connection = await network.create();
const { networkHelpers } = connection;
const { marketWorld } = scenes(connection);

async function openTask() {
  const world = await marketWorld();
  const actors = await createActors(world);
  const { dealId } = await actors.requester.match(await actors.orders({ trust: 1n }));
  const { taskId } = await actors.scheduler.initialize(dealId, 0n);
  return { ...world, ...actors, dealId, taskId };
}

describe("A pool's owner", () => {
  it("registers a workerpool of its own", async () => {
    const { accounts, scheduler, workerpoolRegistry } = await networkHelpers.loadFixture(openTask);

    const { workerpool } = await scheduler.register("second pool");

    expect(await workerpoolRegistry.ownerOf(BigInt(workerpool))).to.equal(accounts.scheduler.address);
  });

  it("signs offers that the hub takes for its own", async () => {
    const { poco, accounts, contracts, scheduler } = await networkHelpers.loadFixture(openTask);

    const { sign, ...order } = await scheduler.offer({ workerpool: addressOf(9), workerpoolprice: 5, trust: 3 });

    const hash = hashOrder(OrderKind.WORKERPOOL, order, contracts.domain);
    expect(await poco.verifySignature(accounts.scheduler, hash, sign)).to.equal(true);
  });

  it("initializes tasks", async () => {
    const { poco, dealId, taskId } = await networkHelpers.loadFixture(openTask);

    expect(taskId).to.equal(taskIdOf(dealId, 0n));
    expect((await poco.viewTask(taskId)).status).to.equal(TaskStatus.ACTIVE);
  });

  it("lets one worker into one task, from within one enclave or none", async () => {
    const { accounts, scheduler, taskId } = await networkHelpers.loadFixture(openTask);
    const worker = accounts.worker1.address as Address;

    const outside = await scheduler.authorize(worker, taskId);
    const inside = await scheduler.authorize(worker, taskId, addressOf(77));

    expect(outside).to.include({ worker, taskId, enclave: ZeroAddress });
    for (const permit of [outside, inside]) {
      const hash = signedMessageHash(authorizationMessage(permit));
      expect(recoverSigner(hash, permit.sign)).to.equal(accounts.scheduler.address);
    }
    expect(inside.sign).not.to.equal(outside.sign);
  });

  it("lets nobody in with another's permit", async () => {
    const { accounts, scheduler, workers, taskId } = await networkHelpers.loadFixture(openTask);
    const permit = await scheduler.authorize(accounts.worker1.address as Address, taskId);

    const { reason, args } = await rejection(workers[1]!.contribute(taskId, id("42") as Hex, permit), PocoRevertError);

    expect(reason).to.equal("WorkerNotAuthorized");
    expect(args).to.deep.equal({ taskId, worker: accounts.worker2.address, authorizer: accounts.scheduler.address });
  });

  it("completes a task with what its callback contract is told", async () => {
    const { poco, scheduler, workers, contribute, taskId } = await networkHelpers.loadFixture(openTask);
    const told = "0x1234";
    await contribute(0, taskId, callbackDigest(told));
    await workers[0]!.reveal(taskId, callbackDigest(told));

    const { reason } = await rejection(scheduler.finalize(taskId, "0x", "0x99"), PocoRevertError);
    await scheduler.finalize(taskId, "0x", told);

    expect(reason).to.equal("CallbackMismatch");
    expect(await poco.resultFor(taskId)).to.equal(told);
  });

  it("gives up a consensus that nobody revealed", async () => {
    const { poco, scheduler, contribute, taskId } = await networkHelpers.loadFixture(openTask);
    await contribute(0, taskId, id("42") as Hex);
    const { revealDeadline } = await poco.viewTask(taskId);
    await networkHelpers.time.increaseTo(revealDeadline);

    await scheduler.reopen(taskId);

    expect((await poco.viewTask(taskId)).status).to.equal(TaskStatus.ACTIVE);
  });
});
