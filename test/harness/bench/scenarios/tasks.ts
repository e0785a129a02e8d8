import { callbackDigest } from "@poco-marketplace/sdk/protocol/index.js";
import { RESULTS, TOLD } from "../market.js";
import { added, changed, type Scenario } from "../scenario.js";
import { FRAME, HUB, LIFETIME, PAID, SOLO, SOLO_WITHOUT_ENCLAVE, TASK, WORD, WORKER } from "./progress.js";
import { contributed, length, listener, task, workers } from "./progress.js";

const TEE = { tee: true } as const;

const INITIALIZING: readonly Scenario[] = [
  {
    name: "initialize",
    setting: "the first task of a deal",
    bar: 0.27,
    needs: { writes: [added("the task")] },
    play: async ({ market, work }) => work.initialize((await market.match(await market.ordersOf(TEE))).dealId),
  },
  {
    name: "initializeArray, 3 tasks",
    setting: "three tasks of one deal",
    needs: { writes: ["first", "second", "third"].map((which) => added(`the ${which} task`)) },
    play: async ({ market }) => {
      const { dealId } = await market.match(await market.ordersOf({ ...TEE, volume: 3n }));
      const indexes = [0n, 1n, 2n];
      return market.call(
        market.hub.connect(market.accounts.scheduler).initializeArray(
          indexes.map(() => dealId),
          indexes,
        ),
      );
    },
  },
];

const SOLOS: readonly Scenario[] = [
  {
    name: "contributeAndFinalize, TEE, dataset",
    setting: "payees have balances",
    bar: 0.34,
    needs: { signatures: 2, writes: [TASK, HUB, ...PAID, WORKER, SOLO] },
    play: async (stage) => stage.work.contributeAndFinalize(await task(stage, TEE), stage.market.accounts.worker1, TEE),
  },
  {
    name: "contributeAndFinalize, TEE, no dataset",
    setting: "payees have balances",
    needs: { signatures: 2, writes: [TASK, HUB, ...PAID.slice(1), WORKER, SOLO] },
    play: async (stage) => {
      const id = await task(stage, { ...TEE, dataset: false });
      return stage.work.contributeAndFinalize(id, stage.market.accounts.worker1, TEE);
    },
  },
  {
    name: "contributeAndFinalize, dataset",
    setting: "no enclave; payees have balances",
    needs: { signatures: 1, writes: [TASK, HUB, ...PAID, WORKER, SOLO_WITHOUT_ENCLAVE] },
    play: async (stage) => stage.work.contributeAndFinalize(await task(stage), stage.market.accounts.worker1),
  },
  {
    name: "contributeAndFinalize, a new worker",
    setting: "TEE, dataset; the worker never had anything in escrow",
    needs: { signatures: 2, writes: [TASK, HUB, ...PAID, added("the worker's account"), SOLO] },
    play: async (stage) =>
      stage.work.contributeAndFinalize(await task(stage, TEE), stage.market.accounts.newcomer, TEE),
  },
  {
    name: "contributeAndFinalize, zero prices",
    setting: "TEE, dataset; all prices are zero",
    needs: { signatures: 2, writes: [TASK, SOLO] },
    play: async (stage) => {
      const id = await task(stage, { ...TEE, free: true });
      return stage.work.contributeAndFinalize(id, stage.market.accounts.worker1, TEE);
    },
  },
  {
    name: "contributeAndFinalize, callback",
    setting: "TEE, dataset; a callback contract that does nothing receives one word",
    needs: {
      signatures: 2,
      writes: [TASK, HUB, ...PAID, WORKER, { fact: "receipt", bytes: FRAME + 40 + 2 * WORD + length(RESULTS) }],
    },
    play: async (stage) => {
      const { market, work } = stage;
      const id = await task(stage, { ...TEE, callback: await listener(market) });
      const manner = { ...TEE, told: TOLD, digest: callbackDigest(TOLD) };
      return work.contributeAndFinalize(id, market.accounts.worker1, manner);
    },
  },
];

/** The kitty is a part of the hub's frozen amount, so it can share a slot with it. */
const REFUNDED = [TASK, changed("the payer's account"), changed("the scheduler's account"), HUB];

const CLAIMING: readonly Scenario[] = [
  {
    name: "claim",
    setting: "nobody contributed, the kitty is empty",
    bar: 0.5,
    needs: { writes: REFUNDED },
    play: async (stage) => {
      const id = await task(stage, TEE);
      await stage.market.wait(LIFETIME);
      return stage.work.claim(id);
    },
  },
  {
    name: "claim, kitty filled",
    setting: "nobody contributed, a task was claimed before",
    needs: { writes: REFUNDED },
    play: async (stage) => {
      const [first, second] = [await task(stage, TEE), await task(stage, TEE)];
      await stage.market.wait(LIFETIME);
      await stage.work.claim(first);
      return stage.work.claim(second);
    },
  },
  {
    name: "claim, 5 contributors",
    setting: "five workers contributed, the kitty is empty",
    needs: { writes: [...REFUNDED, ...workers(5)] },
    play: async (stage) => {
      const id = await contributed(stage, 5, { trust: 1_000n });
      await stage.market.wait(LIFETIME);
      return stage.work.claim(id);
    },
  },
  {
    name: "claimArray, 3 tasks",
    setting: "three tasks of one deal, nobody contributed, the kitty is empty",
    needs: {
      writes: [...REFUNDED, changed("the second task"), changed("the third task")],
    },
    play: async ({ market, work }) => {
      const { dealId } = await market.match(await market.ordersOf({ ...TEE, volume: 3n }));
      const indexes = [0n, 1n, 2n];
      for (const index of indexes) await work.initialize(dealId, index);
      await market.wait(LIFETIME);
      const tasks = indexes.map((index) => market.taskOf(dealId, index));
      return market.call(market.hub.connect(market.accounts.requester).claimArray(tasks));
    },
  },
  {
    name: "initializeAndClaimArray, 3 tasks",
    setting: "three tasks of one deal that nobody initialized, the kitty is empty",
    needs: {
      writes: [...["first", "second", "third"].map((which) => added(`the ${which} task`)), ...REFUNDED.slice(1)],
    },
    play: async ({ market }) => {
      const { dealId } = await market.match(await market.ordersOf({ ...TEE, volume: 3n }));
      const indexes = [0n, 1n, 2n];
      await market.wait(LIFETIME);
      const { hub, accounts } = market;
      return market.call(
        hub.connect(accounts.requester).initializeAndClaimArray(
          indexes.map(() => dealId),
          indexes,
        ),
      );
    },
  },
];

/**
 * The start of a task, and its end by one worker or without one; by default one task of a deal with a dataset, at
 * prices above zero.
 */
export const TASKS: readonly Scenario[] = [...INITIALIZING, ...SOLOS, ...CLAIMING];
