import type { Write } from "../floor.js";
import { RESULTS, type Terms, TOLD } from "../market.js";
import { added, changed, LOCKS, type Scenario, type Stage } from "../scenario.js";
import { LIFETIME, listener } from "./progress.js";

const TEE = { tee: true } as const;
const BOOST = { boost: true } as const;

const ADDRESS = 20;
/** The numbers of a boost deal: 3 prices of 4 bytes, start, clock, volumes, tag, ratio, flags. */
const NUMBERS = 28;

/** The facts of a deal that later calls need: payees, amounts and deadline. The rest is in an event only. */
function dealWith(addresses: number): Write {
  return { fact: "the deal", bytes: addresses * ADDRESS + NUMBERS };
}

const CONSUMED = ["app order's consumption", "dataset order's consumption", "workerpool order's consumption"];
const PAID = ["payer's", "worker's", "app owner's", "scheduler's"].map((whose) => changed(`the ${whose} account`));
const HUB = changed("the hub's balance");
const DATASET_OWNER = changed("the dataset owner's account");
/** The mark of a completed boost task: nothing else can be queried later. */
const TASK = added("the task");

async function reuse({ market }: Stage, terms: Terms) {
  const supply = await market.supply(terms);
  await market.match(await market.ordersOf(terms, supply), BOOST);
  return market.ordersOf(terms, supply);
}

async function deal({ market }: Stage, terms: Terms) {
  return (await market.match(await market.ordersOf(terms), BOOST)).dealId;
}

/** Deals whose tasks end in one call; by default one task, in an enclave. */
export const BOOSTED: readonly Scenario[] = [
  {
    name: "matchOrdersBoost, dataset",
    setting: "the supply orders were matched before",
    bar: 0.48,
    needs: { signatures: 1, writes: [...CONSUMED.map(changed), ...LOCKS, dealWith(4)] },
    play: async (stage) => (await stage.market.match(await reuse(stage, TEE), BOOST)).call,
  },
  {
    name: "matchOrdersBoost, dataset, all fresh",
    setting: "no order was matched before",
    bar: 0.48,
    needs: { signatures: 4, writes: [...CONSUMED.map(added), ...LOCKS, dealWith(4)] },
    play: async ({ market }) => (await market.match(await market.ordersOf(TEE), BOOST)).call,
  },
  {
    name: "matchOrdersBoost, no dataset",
    setting: "the supply orders were matched before",
    bar: 0.48,
    needs: { signatures: 1, writes: [changed(CONSUMED[0]!), changed(CONSUMED[2]!), ...LOCKS, dealWith(3)] },
    play: async (stage) => (await stage.market.match(await reuse(stage, { ...TEE, dataset: false }), BOOST)).call,
  },
  {
    name: "sponsorMatchOrdersBoost",
    setting: "dataset; the sponsor pays, the supply orders were matched before",
    needs: { signatures: 1, writes: [...CONSUMED.map(changed), ...LOCKS, dealWith(5)] },
    play: async (stage) => {
      const { sponsor } = stage.market.accounts;
      return (await stage.market.match(await reuse(stage, TEE), { ...BOOST, sponsor })).call;
    },
  },
  {
    name: "pushResultBoost, TEE",
    setting: "dataset; payees have balances",
    bar: 0.68,
    needs: { signatures: 2, writes: [TASK, HUB, ...PAID, DATASET_OWNER] },
    play: async (stage) => stage.work.push(await deal(stage, TEE), stage.market.accounts.worker1, TEE),
  },
  {
    name: "pushResultBoost, no dataset",
    setting: "no enclave; payees have balances",
    needs: { signatures: 1, writes: [TASK, HUB, ...PAID] },
    play: async (stage) => stage.work.push(await deal(stage, { dataset: false }), stage.market.accounts.worker1),
  },
  {
    name: "pushResultBoost, callback",
    setting: "TEE, dataset; a callback contract that does nothing receives one word",
    needs: { signatures: 2, writes: [TASK, HUB, ...PAID, DATASET_OWNER] },
    play: async (stage) => {
      const callback = await listener(stage.market);
      const manner = { ...TEE, callback, told: TOLD, results: RESULTS };
      return stage.work.push(await deal(stage, { ...TEE, callback }), stage.market.accounts.worker1, manner);
    },
  },
  {
    name: "claimBoost",
    setting: "nobody pushed a result, the kitty is empty",
    needs: {
      writes: [TASK, changed("the payer's account"), changed("the scheduler's account"), HUB],
    },
    play: async (stage) => {
      const id = await deal(stage, TEE);
      await stage.market.wait(LIFETIME);
      return stage.work.claimBoost(id);
    },
  },
];
