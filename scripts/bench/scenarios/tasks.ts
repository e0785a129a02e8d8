import { ContractFactory } from "ethers";

import { callbackDigest, type Address, type TaskId } from "../../../src/protocol.js";
import type { Write } from "../floor.js";
import { type Market, RESULTS, type Terms, TOLD } from "../market.js";
import { added, changed, type Scenario, type Stage } from "../scenario.js";

const TEE = { tee: true } as const;
/** How long all of a task may take in the category of these deals, in seconds. */
export const LIFETIME = 10n * 300n;
/** How long its winners have to reveal. */
const REVEALING = 2n * 300n;

const WORD = 32;
const ADDRESS = 20;
/** Length of a 0x string's bytes. */
const length = (hex: string) => (hex.length - 2) / 2;
/** Flags and one length. */
const FRAME = 2;

/** Who worked, in which enclave, what for: nothing else keeps it where one call does it all. */
const SOLO: Write = { fact: "the receipt", bytes: FRAME + 2 * ADDRESS + WORD + length(RESULTS) };
const SOLO_WITHOUT_ENCLAVE: Write = { fact: "the receipt", bytes: FRAME + ADDRESS + WORD + length(RESULTS) };
const RECEIPT: Write = { fact: "the results", bytes: FRAME + length(RESULTS) };

const TASK = changed("the task");
/** Whom paying for a task on a dataset changes, workers aside. */
const PAID = ["payer's", "app owner's", "dataset owner's", "scheduler's"].map((whose) =>
  changed(`the ${whose} account`),
);
const HUB = changed("the hub's balance");
const WORKER = changed("the worker's account");
const workers = (count: number) => Array.from({ length: count }, (_, i) => changed(`worker ${i + 1}'s account`));
const scores = (count: number) => Array.from({ length: count }, (_, i) => added(`worker ${i + 1}'s score`));

/** How much trust so many workers reach, if all agree and none has a score yet, and one fewer does not. */
const TRUST = [0n, 1n, 3n, 5n, 10n, 20n] as const;

/** A deal with an initialized task. */
export async function task({ market, work }: Stage, terms: Terms = {}): Promise<TaskId> {
  const { dealId } = await market.match(await market.ordersOf(terms));
  await work.initialize(dealId);
  return market.taskOf(dealId);
}

/** A task to which so many workers have contributed the same. */
async function contributed(stage: Stage, count: number, terms: Terms): Promise<TaskId> {
  const id = await task(stage, terms);
  for (const worker of stage.market.cast.workers.slice(0, count)) await stage.work.contribute(id, worker, terms);
  return id;
}

/** A task that so many workers agree on and have revealed. */
async function revealed(stage: Stage, count: number, terms: Terms = {}): Promise<TaskId> {
  const id = await contributed(stage, count, { trust: TRUST[count]!, ...terms });
  for (const worker of stage.market.cast.workers.slice(0, count)) await stage.work.reveal(id, worker);
  return id;
}

/** A contract that takes whatever it is told and does nothing: its code is STOP. */
export async function listener({ cast }: Market): Promise<Address> {
  const contract = await new ContractFactory([], "0x6001600c60003960016000f300", cast.stranger).deploy();
  return (await contract.getAddress()) as Address;
}

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
        market.hub.connect(market.cast.scheduler).initializeArray(
          indexes.map(() => dealId),
          indexes,
        ),
      );
    },
  },
];

const CONTRIBUTING: readonly Scenario[] = [
  {
    name: "contribute, TEE, first of several",
    setting: "trust 3, so that no consensus is reached yet",
    bar: 0.57,
    needs: {
      signatures: 2,
      writes: [WORKER, HUB, ...["result hash", "result seal", "enclave, weight and status", "crowd"].map(added)],
    },
    play: async (stage) => {
      const id = await task(stage, { ...TEE, trust: 3n });
      return stage.work.contribute(id, stage.market.cast.worker1, TEE);
    },
  },
  {
    name: "contribute, first of several",
    setting: "no enclave, trust 5, so that no consensus is reached yet",
    bar: 0.57,
    needs: { signatures: 1, writes: [WORKER, HUB, ...["result hash", "result seal", "status", "crowd"].map(added)] },
    play: async (stage) => stage.work.contribute(await task(stage, { trust: 5n }), stage.market.cast.worker1),
  },
  {
    name: "contribute, second, same result",
    setting: "no enclave, trust 5, so that no consensus is reached yet",
    needs: {
      signatures: 1,
      writes: [WORKER, HUB, changed("crowd"), ...["result seal", "status and list"].map(added)],
    },
    play: async (stage) => {
      const id = await contributed(stage, 1, { trust: 5n });
      return stage.work.contribute(id, stage.market.cast.worker2);
    },
  },
  {
    name: "contribute, second, another result",
    setting: "no enclave, trust 5",
    needs: {
      signatures: 1,
      writes: [
        ...[WORKER, HUB, changed("crowd")],
        ...["result hash", "group's weight", "result seal", "status and list"].map(added),
      ],
    },
    play: async (stage) => {
      const id = await contributed(stage, 1, { trust: 5n });
      return stage.work.contribute(id, stage.market.cast.worker2, { digest: callbackDigest("0x00") });
    },
  },
  {
    name: "contribute, third, reaching consensus",
    setting: "no enclave, trust 5, two workers have contributed the same",
    needs: {
      signatures: 1,
      writes: [WORKER, HUB, TASK, changed("crowd"), ...["result seal", "status and list"].map(added)],
    },
    play: async (stage) => {
      const id = await contributed(stage, 2, { trust: 5n });
      return stage.work.contribute(id, stage.market.cast.worker3);
    },
  },
  {
    name: "contribute, trust 1, reaching consensus",
    setting: "no enclave, the only contribution",
    needs: {
      signatures: 1,
      writes: [WORKER, HUB, TASK, ...["result hash", "result seal", "status", "crowd"].map(added)],
    },
    play: async (stage) => stage.work.contribute(await task(stage), stage.market.cast.worker1),
  },
];

const REVEALING_AND_REOPENING: readonly Scenario[] = [
  {
    name: "reveal, first",
    setting: "three workers have contributed the same",
    bar: 0.6,
    needs: { writes: [changed("status"), changed("counter"), changed("result hash, by its digest")] },
    play: async (stage) => stage.work.reveal(await contributed(stage, 3, { trust: 5n }), stage.market.cast.worker1),
  },
  {
    name: "reveal, later",
    setting: "three workers have contributed the same, one has revealed",
    needs: { writes: [changed("status"), changed("counter")] },
    play: async (stage) => {
      const id = await contributed(stage, 3, { trust: 5n });
      await stage.work.reveal(id, stage.market.cast.worker1);
      return stage.work.reveal(id, stage.market.cast.worker2);
    },
  },
  {
    name: "reopen",
    setting: "three workers have contributed the same, nobody revealed in time",
    needs: { writes: [changed("the task"), changed("crowd")] },
    play: async (stage) => {
      const id = await contributed(stage, 3, { trust: 5n });
      await stage.market.wait(REVEALING);
      return stage.work.reopen(id);
    },
  },
  {
    name: "contribute to a reopened task",
    setting: "no enclave, trust 5; the three contributions of the first round were rejected",
    needs: {
      signatures: 1,
      writes: [
        ...[WORKER, HUB, changed("crowd")],
        ...["result hash", "group's weight", "result seal", "status and list"].map(added),
      ],
    },
    play: async (stage) => {
      const id = await contributed(stage, 3, { trust: 5n });
      await stage.market.wait(REVEALING);
      await stage.work.reopen(id);
      return stage.work.contribute(id, stage.market.cast.worker4);
    },
  },
];

const FINALIZING: readonly Scenario[] = [
  ...[1, 2, 3, 4, 5].map((count) => ({
    name: `finalize, ${count} contributor${count === 1 ? "" : "s"}`,
    setting: `dataset; all agree and have revealed${count === 1 ? "" : ", none has a score yet"}`,
    bar: 0.55,
    needs: {
      writes: [TASK, HUB, ...PAID, ...workers(count), ...(count === 1 ? [] : scores(count)), RECEIPT],
    },
    play: async (stage: Stage) => stage.work.finalize(await revealed(stage, count)),
  })),
  {
    name: "finalize, 3 contributors with scores",
    setting: "dataset; all agree, have revealed, and were right once before",
    needs: { writes: [TASK, HUB, ...PAID, ...workers(3), ...[1, 2, 3].map((n) => changed(`score ${n}`)), RECEIPT] },
    play: async (stage) => {
      await stage.work.finalize(await revealed(stage, 3));
      return stage.work.finalize(await revealed(stage, 3));
    },
  },
  {
    name: "finalize, 3 winners and a loser",
    setting: "dataset; the first contribution lost, the others have revealed, none has a score yet",
    needs: { writes: [TASK, HUB, ...PAID, ...workers(4), ...scores(3), RECEIPT] },
    play: async (stage) => {
      const { market, work } = stage;
      const id = await task(stage, { trust: 3n });
      const [loser, ...winners] = market.cast.workers.slice(0, 4);
      await work.contribute(id, loser!, { digest: callbackDigest("0x00") });
      for (const winner of winners) await work.contribute(id, winner);
      for (const winner of winners) await work.reveal(id, winner);
      return work.finalize(id);
    },
  },
  {
    name: "finalize, callback",
    setting: "dataset, one contributor; a callback contract that does nothing is told one word",
    needs: { writes: [TASK, HUB, ...PAID, ...workers(1), { fact: "results", bytes: FRAME + length(RESULTS) + WORD }] },
    play: async (stage) => {
      const { market, work } = stage;
      const digest = callbackDigest(TOLD);
      const id = await task(stage, { callback: await listener(market) });
      await work.contribute(id, market.cast.worker1, { digest });
      await work.reveal(id, market.cast.worker1, digest);
      return work.finalize(id, RESULTS, TOLD);
    },
  },
];

const SOLOS: readonly Scenario[] = [
  {
    name: "contributeAndFinalize, TEE, dataset",
    setting: "payees have balances",
    bar: 0.34,
    needs: { signatures: 2, writes: [TASK, HUB, ...PAID, WORKER, SOLO] },
    play: async (stage) => stage.work.contributeAndFinalize(await task(stage, TEE), stage.market.cast.worker1, TEE),
  },
  {
    name: "contributeAndFinalize, TEE, no dataset",
    setting: "payees have balances",
    needs: { signatures: 2, writes: [TASK, HUB, ...PAID.slice(1), WORKER, SOLO] },
    play: async (stage) => {
      const id = await task(stage, { ...TEE, dataset: false });
      return stage.work.contributeAndFinalize(id, stage.market.cast.worker1, TEE);
    },
  },
  {
    name: "contributeAndFinalize, dataset",
    setting: "no enclave; payees have balances",
    needs: { signatures: 1, writes: [TASK, HUB, ...PAID, WORKER, SOLO_WITHOUT_ENCLAVE] },
    play: async (stage) => stage.work.contributeAndFinalize(await task(stage), stage.market.cast.worker1),
  },
  {
    name: "contributeAndFinalize, a new worker",
    setting: "TEE, dataset; the worker never had anything in escrow",
    needs: { signatures: 2, writes: [TASK, HUB, ...PAID, added("the worker's account"), SOLO] },
    play: async (stage) => stage.work.contributeAndFinalize(await task(stage, TEE), stage.market.cast.newcomer, TEE),
  },
  {
    name: "contributeAndFinalize, zero prices",
    setting: "TEE, dataset; nobody is owed anything",
    needs: { signatures: 2, writes: [TASK, SOLO] },
    play: async (stage) => {
      const id = await task(stage, { ...TEE, free: true });
      return stage.work.contributeAndFinalize(id, stage.market.cast.worker1, TEE);
    },
  },
  {
    name: "contributeAndFinalize, callback",
    setting: "TEE, dataset; a callback contract that does nothing is told one word",
    needs: {
      signatures: 2,
      writes: [TASK, HUB, ...PAID, WORKER, { fact: "receipt", bytes: FRAME + 40 + 2 * WORD + length(RESULTS) }],
    },
    play: async (stage) => {
      const { market, work } = stage;
      const id = await task(stage, { ...TEE, callback: await listener(market) });
      const manner = { ...TEE, told: TOLD, digest: callbackDigest(TOLD) };
      return work.contributeAndFinalize(id, market.cast.worker1, manner);
    },
  },
];

/** The kitty is a part of what the hub holds frozen, so it can share a slot with that. */
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
      return market.call(market.hub.connect(market.cast.requester).claimArray(tasks));
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
      const { hub, cast } = market;
      return market.call(
        hub.connect(cast.requester).initializeAndClaimArray(
          indexes.map(() => dealId),
          indexes,
        ),
      );
    },
  },
];

/** From initializing a task to its end. Unless said otherwise: one task of a deal with a dataset, at prices above zero. */
export const TASKS: readonly Scenario[] = [
  ...INITIALIZING,
  ...CONTRIBUTING,
  ...REVEALING_AND_REOPENING,
  ...FINALIZING,
  ...SOLOS,
  ...CLAIMING,
];
