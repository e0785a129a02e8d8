import { expect } from "chai";
import { hexlify, toUtf8Bytes, ZeroAddress } from "ethers";
import { network } from "hardhat";

import {
  NULL_DATASET_ORDER,
  TaskStatus,
  dealLocks,
  parseTag,
  settleSolo,
  type Address,
} from "@poco-marketplace/sdk/index.js";
import { findApp } from "@poco-marketplace/enclave/app/moduleApp.js";
import { Enclave } from "@poco-marketplace/enclave/task/enclave.js";
import { dealOf, expectMoves, holdings } from "../fixtures/holdings.js";
import { programFolder, script } from "../fixtures/program.js";
import { scenes } from "../fixtures/scenes.js";
import { createActors, PRICES, requestFor, TASK_PRICE } from "../fixtures/actors.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { marketWorld } = scenes(connection);
const VOLUME = 3n;
const TEE = parseTag(["tee"]);

describe("A sponsored bag of tasks with a callback", () => {
  let programs: Awaited<ReturnType<typeof programFolder>>;

  before(async () => {
    programs = await programFolder();
  });
  after(() => programs.remove());

  /** A deal about a program that answers a contract, for a requester without any money. */
  async function sponsoredDeal() {
    const market = await marketWorld();
    const { accounts, poco } = market;
    const path = await programs.write(
      "answer.mjs",
      script(`
        const answer = "answer " + process.env.IEXEC_TASK_INDEX;
        computed({ "callback-data": "0x" + Buffer.from(answer).toString("hex") });
      `),
    );
    const actors = await createActors(market);
    const { app } = await actors.appProvider.publish("answer", await findApp(path));
    const consumer = await ethers.deployContract("RecordingConsumer");
    await actors.requester.withdrawAll();

    const terms = { volume: VOLUME, tag: TEE, callback: (await consumer.getAddress()) as Address };
    const orders = await actors.orders(terms);
    const signed = {
      app: await actors.appProvider.offer({ app, appprice: PRICES.app, volume: VOLUME, tag: TEE }),
      dataset: NULL_DATASET_ORDER,
      workerpool: orders.workerpool,
      request: await actors.requester.ask({
        ...requestFor({ ...actors.assets, app, dataset: ZeroAddress as Address }, terms),
        params: `{"iexec_args":""}`,
      }),
    };
    const before = await holdings(poco, accounts);
    const { dealId } = await actors.requesterAs(accounts.sponsor).sponsor(signed);
    return { ...market, ...actors, consumer, dealId, before, path };
  }

  it("is paid by the sponsor, task by task, and tells the contract each answer", async () => {
    const { poco, accounts, scheduler, workers, consumer, dealId, before, path } =
      await networkHelpers.loadFixture(sponsoredDeal);
    const deal = await dealOf(poco, dealId);
    expect(deal.sponsor).to.equal(accounts.sponsor.address);
    expect((await poco.viewDeal(dealId)).requester).to.equal(accounts.requester.address);
    const locks = dealLocks({ ...PRICES, dataset: 0n }, VOLUME);
    expect(await poco.frozenOf(accounts.sponsor)).to.equal(before["sponsor"]!.frozen + locks.payer);
    expect(await poco.frozenOf(accounts.scheduler)).to.equal(before["scheduler"]!.frozen + locks.poolOwner);

    for (let index = 0n; index < VOLUME; index++) {
      const worker = workers[Number(index)]!;
      const { taskId } = await scheduler.initialize(dealId, index);
      const enclave = new Enclave();
      const permit = await scheduler.authorize(worker.address, taskId, enclave.challenge);
      const task = { taskId, dealId, index, worker: worker.address, botFirst: 0n, botSize: VOLUME, program: path };
      const done = await enclave.run(task);

      const { moves } = settleSolo({ deal, worker: worker.address, kitty: 0n });
      const contribution = { ...done, taskId, authorization: permit.sign };
      const result = { results: "0x", callbackData: done.callbackData! } as const;
      await expectMoves({ hub: poco, accounts }, moves, () => worker.contributeAndFinalize(contribution, result));

      const answer = hexlify(toUtf8Bytes(`answer ${index}`));
      expect(await consumer.getFunction("result")()).to.equal(answer);
      expect(await consumer.getFunction("id")()).to.equal(taskId);
      expect(await poco.resultFor(taskId)).to.equal(answer);
      expect((await poco.viewTask(taskId)).status).to.equal(TaskStatus.COMPLETED);
    }
    expect(await consumer.getFunction("calls")()).to.equal(VOLUME);
    expect(await poco.viewAccount(accounts.requester)).to.deep.equal([0n, 0n]);
    expect(await poco.viewAccount(accounts.sponsor)).to.deep.equal([
      before["sponsor"]!.free - VOLUME * (TASK_PRICE - PRICES.dataset),
      0n,
    ]);
  });
});
