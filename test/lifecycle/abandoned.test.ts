import { expect } from "chai";
import { id } from "ethers";
import { network } from "hardhat";

import {
  KITTY_ADDRESS,
  TaskStatus,
  kittyShare,
  settleClaim,
  settleSuccess,
  taskId as taskIdOf,
  type Address,
  type Hex,
} from "@poco-marketplace/sdk/index.js";
import { dealOf, expectMoves } from "../fixtures/holdings.js";
import { scenes } from "../fixtures/scenes.js";
import { createActors, POOL_STAKE } from "../fixtures/actors.js";

const connection = await network.create();
const { networkHelpers } = connection;
const { marketWorld } = scenes(connection);
const DIGEST = id("42") as Hex;

/**
 * Two abandoned deals of two tasks. Of the first, one task was contributed to and one only opened; of the second, which
 * is sponsored, one was agreed on and never revealed, and one was never opened.
 */
async function abandonedDeals() {
  const market = await marketWorld();
  const actors = await createActors(market);
  const { requester, requesterAs, scheduler, contribute, orders } = actors;
  const terms = { volume: 2n, trust: 3n };
  const { dealId: first } = await requester.match(await orders(terms));
  const { dealId: second } = await requesterAs(market.accounts.sponsor).sponsor(await orders(terms));

  const { taskId: contributed } = await scheduler.initialize(first, 0n);
  await contribute(0, contributed, DIGEST);
  const { taskId: opened } = await scheduler.initialize(first, 1n);
  const { taskId: agreed } = await scheduler.initialize(second, 0n);
  for (const index of [1, 2]) await contribute(index, agreed, DIGEST);
  const { finalDeadline } = await market.poco.viewTask(agreed);
  return { ...market, ...actors, first, second, tasks: [contributed, opened, agreed], finalDeadline };
}

describe("Abandoned deals", () => {
  it("are claimed many at once: payers and workers get back all, and the pool's stakes go to the kitty", async () => {
    const scene = await networkHelpers.loadFixture(abandonedDeals);
    const { poco, accounts, first, second, tasks, finalDeadline } = scene;
    const [deal, sponsored] = [await dealOf(poco, first), await dealOf(poco, second)];
    const asAnyone = poco.connect(accounts.anyone);
    const [worker1, worker2, worker3] = accounts.workers.map(({ address }) => address as Address);
    await networkHelpers.time.increaseTo(finalDeadline);

    const claims = [
      settleClaim({ deal, workers: [worker1!] }),
      settleClaim({ deal, workers: [] }),
      settleClaim({ deal: sponsored, workers: [worker2!, worker3!] }),
    ];
    await expectMoves(
      { hub: poco, accounts },
      claims.flatMap(({ moves }) => moves),
      () => asAnyone.claimArray([...tasks]),
    );
    const { moves } = settleClaim({ deal: sponsored, workers: [] });
    await expectMoves({ hub: poco, accounts }, moves, () => asAnyone.initializeAndClaimArray([second], [1n]));

    for (const task of [...tasks, taskIdOf(second, 1n)]) {
      expect((await poco.viewTask(task)).status).to.equal(TaskStatus.FAILED);
    }
    expect(await poco.viewAccount(KITTY_ADDRESS)).to.deep.equal([0n, 4n * POOL_STAKE]);
    expect(await poco.viewScore(accounts.worker1)).to.equal(0n);
  });

  it("are claimed all or none: one task that still runs keeps the others", async () => {
    const { poco, accounts, tasks, finalDeadline, first } = await networkHelpers.loadFixture(abandonedDeals);
    const { finalDeadline: sooner } = await poco.viewTask(taskIdOf(first, 0n));
    expect(sooner < finalDeadline).to.equal(true);
    await networkHelpers.time.setNextBlockTimestamp(sooner);

    await expect(poco.connect(accounts.anyone).claimArray([...tasks]))
      .to.be.revertedWithCustomError(poco, "TaskStillRunning")
      .withArgs(tasks[2], finalDeadline);
    expect((await poco.viewTask(tasks[0]!)).status).to.equal(TaskStatus.ACTIVE);
  });

  it("feed the kitty, which the next finished task draws on", async () => {
    const scene = await networkHelpers.loadFixture(abandonedDeals);
    const { poco, accounts, requester, scheduler, workers, contribute, orders, tasks, finalDeadline } = scene;
    await networkHelpers.time.increaseTo(finalDeadline);
    await poco.claimArray([...tasks]);
    const kitty = await poco.frozenOf(KITTY_ADDRESS);

    const { dealId } = await requester.match(await orders());
    const { taskId } = await scheduler.initialize(dealId, 0n);
    await contribute(4, taskId, DIGEST);
    await workers[4]!.reveal(taskId, DIGEST);
    const contributions = [{ worker: accounts.worker5.address as Address, proved: true, weight: 1n }];
    const { moves } = settleSuccess({ deal: await dealOf(poco, dealId), contributions, kitty });
    await expectMoves({ hub: poco, accounts }, moves, () => scheduler.finalize(taskId, "0x"));

    expect(kitty).to.equal(3n * POOL_STAKE);
    expect(await poco.frozenOf(KITTY_ADDRESS)).to.equal(kitty - kittyShare(kitty));
  });
});
