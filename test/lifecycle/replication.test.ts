import { expect } from "chai";
import { id } from "ethers";
import { network } from "hardhat";

import {
  ContributionStatus,
  NO_CONTRIBUTIONS,
  TaskStatus,
  consensusValue,
  resultHash,
  scoreAfterFault,
  settleSuccess,
  withContribution,
  type Address,
  type Hex,
} from "@poco-marketplace/sdk/index.js";
import { dealOf, expectMoves } from "../fixtures/holdings.js";
import { scenes } from "../fixtures/scenes.js";
import { createActors } from "../fixtures/actors.js";

const connection = await network.create();
const { networkHelpers } = connection;
const { marketWorld } = scenes(connection);
const TRUTH = id("42") as Hex;
const LIE = id("43") as Hex;

/** A deal of two tasks that ask for trust 3. In the first, workers 1 and 2 told the truth. */
async function replicatedDeal() {
  const market = await marketWorld();
  const actors = await createActors(market);
  const { requester, scheduler, workers, contribute, orders } = actors;
  const { dealId } = await requester.match(await orders({ volume: 2n, trust: 3n }));

  const { taskId: first } = await scheduler.initialize(dealId, 0n);
  for (const index of [0, 1]) await contribute(index, first, TRUTH);
  for (const index of [0, 1]) await workers[index]!.reveal(first, TRUTH);
  await scheduler.finalize(first, "0x");

  const { taskId } = await scheduler.initialize(dealId, 1n);
  return { ...market, ...actors, dealId, taskId };
}

describe("A replicated task with a liar", () => {
  it("ends with the truth; the liar loses its stake and a third of its score", async () => {
    const { poco, accounts, dealId, taskId, workers, contribute, scheduler } =
      await networkHelpers.loadFixture(replicatedDeal);
    const said: [worker: number, digest: Hex][] = [
      [0, LIE],
      [1, TRUTH],
      [2, TRUTH],
      [3, TRUTH],
    ];

    let weights = NO_CONTRIBUTIONS;
    for (const [index, digest] of said) {
      expect((await poco.viewTask(taskId)).status).to.equal(TaskStatus.ACTIVE);
      const score = await poco.viewScore(accounts.workers[index]!);
      weights = withContribution(weights, { resultHash: resultHash(taskId, digest), score });
      await contribute(index, taskId, digest);
      const { consensusValue: reached } = await poco.viewTask(taskId);
      expect(reached).to.equal(consensusValue(weights, 3n) ?? "0x" + "00".repeat(32));
    }
    expect((await poco.viewTask(taskId)).consensusValue).to.equal(resultHash(taskId, TRUTH));
    for (const index of [1, 2, 3]) await workers[index]!.reveal(taskId, TRUTH);

    const contributions = await Promise.all(
      said.map(async ([index]) => {
        const worker = accounts.workers[index]!.address as Address;
        const { status, weight } = await poco.viewContribution(taskId, worker);
        return { worker, proved: status === ContributionStatus.PROVED, weight };
      }),
    );
    expect(contributions.map(({ proved }) => proved)).to.deep.equal([false, true, true, true]);
    const scores = await Promise.all(contributions.map(({ worker }) => poco.viewScore(worker)));
    const { moves, verdicts } = settleSuccess({ deal: await dealOf(poco, dealId), contributions, kitty: 0n });
    await expectMoves({ hub: poco, accounts }, moves, () => scheduler.finalize(taskId, "0x"));

    expect(scores).to.deep.equal([1n, 1n, 0n, 0n]);
    for (const { worker, scoreAfter } of verdicts) {
      const before = scores[contributions.findIndex((contribution) => contribution.worker === worker)]!;
      expect(await poco.viewScore(worker)).to.equal(scoreAfter(before));
    }
    expect(await poco.viewScore(accounts.worker1)).to.equal(scoreAfterFault(1n));
    expect(await poco.viewScore(accounts.worker2)).to.equal(2n);
  });

  it("ends with the lie when the liars are the majority: it takes trust to tell", async () => {
    const { poco, taskId, workers, contribute, scheduler, accounts } = await networkHelpers.loadFixture(replicatedDeal);
    for (const index of [2, 3]) await contribute(index, taskId, LIE);

    await workers[2]!.reveal(taskId, LIE);
    await workers[3]!.reveal(taskId, LIE);
    await scheduler.finalize(taskId, "0x");

    expect((await poco.viewTask(taskId)).resultDigest).to.equal(LIE);
    expect(await poco.viewScore(accounts.worker3)).to.equal(1n);
  });
});
