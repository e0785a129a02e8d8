import { callbackDigest } from "@poco-marketplace/sdk/protocol/index.js";
import { RESULTS, TOLD } from "../market.js";
import { added, changed, type Scenario, type Stage } from "../scenario.js";
import { FRAME, HUB, PAID, RECEIPT, REVEALING, TASK, WORD, WORKER } from "./progress.js";
import { contributed, length, listener, revealed, task, workers } from "./progress.js";

const TEE = { tee: true } as const;

/** The facts that the first contribution for a result stores, where others exist for another. */
const NEW_GROUP = [
  WORKER,
  HUB,
  changed("crowd"),
  ...["result hash", "group's weight", "result seal", "status and list"].map(added),
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
      return stage.work.contribute(id, stage.market.accounts.worker1, TEE);
    },
  },
  {
    name: "contribute, first of several",
    setting: "no enclave, trust 5, so that no consensus is reached yet",
    bar: 0.57,
    needs: { signatures: 1, writes: [WORKER, HUB, ...["result hash", "result seal", "status", "crowd"].map(added)] },
    play: async (stage) => stage.work.contribute(await task(stage, { trust: 5n }), stage.market.accounts.worker1),
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
      return stage.work.contribute(id, stage.market.accounts.worker2);
    },
  },
  {
    name: "contribute, second, another result",
    setting: "no enclave, trust 5",
    needs: {
      signatures: 1,
      writes: NEW_GROUP,
    },
    play: async (stage) => {
      const id = await contributed(stage, 1, { trust: 5n });
      return stage.work.contribute(id, stage.market.accounts.worker2, { digest: callbackDigest("0x00") });
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
      return stage.work.contribute(id, stage.market.accounts.worker3);
    },
  },
  {
    name: "contribute, trust 1, reaching consensus",
    setting: "no enclave, the only contribution",
    needs: {
      signatures: 1,
      writes: [WORKER, HUB, TASK, ...["result hash", "result seal", "status", "crowd"].map(added)],
    },
    play: async (stage) => stage.work.contribute(await task(stage), stage.market.accounts.worker1),
  },
];

const REVEALING_AND_REOPENING: readonly Scenario[] = [
  {
    name: "reveal, first",
    setting: "three workers have contributed the same",
    bar: 0.6,
    needs: { writes: [changed("status"), changed("counter"), changed("result hash, by its digest")] },
    play: async (stage) => stage.work.reveal(await contributed(stage, 3, { trust: 5n }), stage.market.accounts.worker1),
  },
  {
    name: "reveal, later",
    setting: "three workers have contributed the same, one has revealed",
    needs: { writes: [changed("status"), changed("counter")] },
    play: async (stage) => {
      const id = await contributed(stage, 3, { trust: 5n });
      await stage.work.reveal(id, stage.market.accounts.worker1);
      return stage.work.reveal(id, stage.market.accounts.worker2);
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
      writes: NEW_GROUP,
    },
    play: async (stage) => {
      const id = await contributed(stage, 3, { trust: 5n });
      await stage.market.wait(REVEALING);
      await stage.work.reopen(id);
      return stage.work.contribute(id, stage.market.accounts.worker4);
    },
  },
];

const FINALIZING: readonly Scenario[] = [
  ...[1, 2, 3, 4, 5].map((count) => ({
    name: `finalize, ${count} contributor${count === 1 ? "" : "s"}`,
    setting: `dataset; all agree and have revealed${count === 1 ? "" : ", none has a score yet"}`,
    bar: 0.55,
    needs: {
      writes: [TASK, HUB, ...PAID, ...workers(count), RECEIPT],
    },
    play: async (stage: Stage) => stage.work.finalize(await revealed(stage, count)),
  })),
  {
    name: "finalize, 3 contributors with scores",
    setting: "dataset; all agree, have revealed, and were right once before",
    needs: { writes: [TASK, HUB, ...PAID, ...workers(3), RECEIPT] },
    play: async (stage) => {
      await stage.work.finalize(await revealed(stage, 3));
      return stage.work.finalize(await revealed(stage, 3));
    },
  },
  {
    name: "finalize, 3 winners and a loser",
    setting: "dataset; the first contribution lost, the others have revealed, none has a score yet",
    needs: { writes: [TASK, HUB, ...PAID, ...workers(4), RECEIPT] },
    play: async (stage) => {
      const { market, work } = stage;
      const id = await task(stage, { trust: 3n });
      const [loser, ...winners] = market.accounts.workers.slice(0, 4);
      await work.contribute(id, loser!, { digest: callbackDigest("0x00") });
      for (const winner of winners) await work.contribute(id, winner);
      for (const winner of winners) await work.reveal(id, winner);
      return work.finalize(id);
    },
  },
  {
    name: "finalize, callback",
    setting: "dataset, one contributor; a callback contract that does nothing receives one word",
    needs: { writes: [TASK, HUB, ...PAID, ...workers(1), { fact: "results", bytes: FRAME + length(RESULTS) + WORD }] },
    play: async (stage) => {
      const { market, work } = stage;
      const digest = callbackDigest(TOLD);
      const id = await task(stage, { callback: await listener(market) });
      await work.contribute(id, market.accounts.worker1, { digest });
      await work.reveal(id, market.accounts.worker1, digest);
      return work.finalize(id, RESULTS, TOLD);
    },
  },
];

/**
 * Tasks that several workers do: they commit to results, and reveal them once enough agree. By default
 * one task of a deal with a dataset, at prices above zero.
 */
export const REPLICATION: readonly Scenario[] = [...CONTRIBUTING, ...REVEALING_AND_REOPENING, ...FINALIZING];
