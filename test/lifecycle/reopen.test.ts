import { expect } from "chai";
import { id } from "ethers";
import { network } from "hardhat";

import { PocoRevertError } from "@poco-marketplace/sdk/chain/errors/decodeRevert.js";
import {
  ContributionStatus,
  TaskStatus,
  resultHash,
  settleSuccess,
  type Address,
  type Hex,
} from "@poco-marketplace/sdk/index.js";
import { dealOf, expectMoves } from "../fixtures/holdings.js";
import { rejection } from "../fixtures/rejection.js";
import { scenes } from "../fixtures/scenes.js";
import { createActors } from "../fixtures/actors.js";

const connection = await network.create();
const { networkHelpers } = connection;
const { marketWorld } = scenes(connection);
const FORGOTTEN = id("forgotten") as Hex;
const TRUTH = id("42") as Hex;

/** Workers 1 and 2 agree on a result, and never reveal it. */
async function unrevealedTask() {
  const market = await marketWorld();
  const actors = await createActors(market);
  const { requester, scheduler, contribute, orders } = actors;
  const { dealId } = await requester.match(await orders({ trust: 3n }));
  const { taskId } = await scheduler.initialize(dealId, 0n);
  for (const index of [0, 1]) await contribute(index, taskId, FORGOTTEN);
  return { ...market, ...actors, dealId, taskId };
}

describe("A consensus that nobody reveals", () => {
  it("is reopened, and a second one settles the task at the cost of the first", async () => {
    const scene = await networkHelpers.loadFixture(unrevealedTask);
    const { poco, accounts, dealId, taskId, scheduler, workers, contribute } = scene;
    const { revealDeadline, consensusValue } = await poco.viewTask(taskId);
    expect(consensusValue).to.equal(resultHash(taskId, FORGOTTEN));

    await networkHelpers.time.increaseTo(revealDeadline);
    await scheduler.reopen(taskId);
    const reopened = await poco.viewTask(taskId);
    expect(reopened.status).to.equal(TaskStatus.ACTIVE);
    expect(reopened.revealDeadline).to.equal(0n);
    expect(reopened.contributors).to.deep.equal([accounts.worker1.address, accounts.worker2.address]);
    const tooLate = await rejection(workers[0]!.reveal(taskId, FORGOTTEN), PocoRevertError);
    expect(tooLate.reason).to.equal("UnexpectedTaskStatus");
    expect(tooLate.args).to.deep.equal({ taskId, status: TaskStatus.ACTIVE });

    for (const index of [2, 3]) await contribute(index, taskId, TRUTH);
    expect((await poco.viewTask(taskId)).consensusValue).to.equal(resultHash(taskId, TRUTH));
    for (const index of [2, 3]) await workers[index]!.reveal(taskId, TRUTH);

    const contributions = await Promise.all(
      accounts.workers.slice(0, 4).map(async ({ address }) => {
        const { status, weight } = await poco.viewContribution(taskId, address);
        return { worker: address as Address, proved: status === ContributionStatus.PROVED, weight, status };
      }),
    );
    const { REJECTED, PROVED } = ContributionStatus;
    expect(contributions.map(({ status }) => status)).to.deep.equal([REJECTED, REJECTED, PROVED, PROVED]);
    const { moves, verdicts } = settleSuccess({ deal: await dealOf(poco, dealId), contributions, kitty: 0n });
    await expectMoves({ hub: poco, accounts }, moves, () => scheduler.finalize(taskId, "0x"));
    expect(verdicts).to.have.lengthOf(4);
    for (const { worker, scoreAfter } of verdicts) expect(await poco.viewScore(worker)).to.equal(scoreAfter(0n));
  });

  it("cannot be reopened while somebody may still reveal, nor by anyone but the scheduler", async () => {
    const { poco, accounts, taskId } = await networkHelpers.loadFixture(unrevealedTask);
    const { revealDeadline } = await poco.viewTask(taskId);
    const asScheduler = poco.connect(accounts.scheduler);

    await networkHelpers.time.setNextBlockTimestamp(revealDeadline - 1n);
    await expect(asScheduler.reopen(taskId))
      .to.be.revertedWithCustomError(poco, "RevealsStillOpen")
      .withArgs(taskId, revealDeadline);
    await networkHelpers.time.increaseTo(revealDeadline);
    await expect(poco.connect(accounts.anyone).reopen(taskId))
      .to.be.revertedWithCustomError(poco, "CallerIsNotTheScheduler")
      .withArgs(taskId, accounts.anyone.address, accounts.scheduler.address);
    await expect(asScheduler.reopen(taskId)).to.emit(poco, "TaskReopen").withArgs(taskId);
  });
});
