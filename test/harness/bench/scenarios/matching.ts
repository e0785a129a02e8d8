import type { Write } from "../floor.js";
import { type Market, PARAMS, type Terms } from "../market.js";
import { added, changed, LOCKS, type Scenario } from "../scenario.js";

const TEE = { tee: true } as const;
const NO_DATASET = { dataset: false } as const;

/** The numbers of a deal: 3 prices of 4 bytes, start, clock, category, volumes, tag, trust, ratios, stake, flags. */
const NUMBERS = 32;
const ADDRESS = 20;
const WORD = 32;

/** A deal as bytes: its addresses, its id (without which a task could not find its deal), numbers and params. */
function dealWith(addresses: number): Write {
  return { fact: "the deal", bytes: addresses * ADDRESS + WORD + NUMBERS + PARAMS.length };
}

/** App, dataset, workerpool, their owners, requester. */
const DEAL = dealWith(7);
const DEAL_WITHOUT_DATASET = dealWith(5);

const CONSUMED = ["app order's consumption", "dataset order's consumption", "workerpool order's consumption"];
const REUSED = CONSUMED.map(changed);
const FRESH = CONSUMED.map(added);
const REUSED_WITHOUT_DATASET = [changed(CONSUMED[0]!), changed(CONSUMED[2]!)];

async function reuse(market: Market, terms: Terms) {
  const supply = await market.supply(terms);
  await market.match(await market.ordersOf(terms, supply));
  return market.ordersOf(terms, supply);
}

/** Deals; by default for one task, in enclaves, sent by the requester, with a fresh request order. */
export const MATCHING: readonly Scenario[] = [
  {
    name: "matchOrders, dataset, supply orders reused",
    setting: "app, dataset and workerpool order were matched before",
    bar: 0.34,
    needs: { signatures: 1, writes: [...REUSED, ...LOCKS, DEAL] },
    play: async ({ market }) => (await market.match(await reuse(market, TEE))).call,
  },
  {
    name: "matchOrders, dataset, all fresh",
    setting: "no order was matched before",
    bar: 0.37,
    needs: { signatures: 4, writes: [...FRESH, ...LOCKS, DEAL] },
    play: async ({ market }) => (await market.match(await market.ordersOf(TEE))).call,
  },
  {
    name: "matchOrders, no dataset, supply orders reused",
    setting: "app and workerpool order were matched before",
    bar: 0.34,
    needs: { signatures: 1, writes: [...REUSED_WITHOUT_DATASET, ...LOCKS, DEAL_WITHOUT_DATASET] },
    play: async ({ market }) => (await market.match(await reuse(market, { ...TEE, ...NO_DATASET }))).call,
  },
  {
    name: "matchOrders, no enclave, supply orders reused",
    setting: "dataset, tags of zero; the three supply orders were matched before",
    needs: { signatures: 1, writes: [...REUSED, ...LOCKS, DEAL] },
    play: async ({ market }) => (await market.match(await reuse(market, {}))).call,
  },
  {
    name: "matchOrders, presigned",
    setting: "dataset; all four orders are presigned on chain, the supply orders were matched before",
    needs: { writes: [...REUSED, ...LOCKS, DEAL] },
    play: async ({ market }) => {
      const { app, dataset, workerpool, request } = await reuse(market, TEE);
      const { hub, accounts } = market;
      const sign = 0n;
      await hub.connect(accounts.appOwner).manageAppOrder({ order: app, operation: sign, sign: "0x" });
      await hub.connect(accounts.datasetOwner).manageDatasetOrder({ order: dataset, operation: sign, sign: "0x" });
      await hub.connect(accounts.scheduler).manageWorkerpoolOrder({ order: workerpool, operation: sign, sign: "0x" });
      await hub.connect(accounts.requester).manageRequestOrder({ order: request, operation: sign, sign: "0x" });
      const unsigned = {
        app: { ...app, sign: "0x" },
        dataset: { ...dataset, sign: "0x" },
        workerpool: { ...workerpool, sign: "0x" },
        request: { ...request, sign: "0x" },
      } as const;
      return (await market.match(unsigned)).call;
    },
  },
  {
    name: "matchOrders, volume 10",
    setting: "dataset; one deal of ten tasks, the supply orders were matched before",
    needs: { signatures: 1, writes: [...REUSED, ...LOCKS, DEAL] },
    play: async ({ market }) => (await market.match(await reuse(market, { ...TEE, volume: 10n }))).call,
  },
  {
    name: "matchOrders, zero prices",
    setting: "dataset; all prices are zero, the supply orders were matched before",
    needs: { signatures: 1, writes: [...REUSED, DEAL] },
    play: async ({ market }) => (await market.match(await reuse(market, { ...TEE, free: true }))).call,
  },
  {
    name: "matchOrders, callback",
    setting: "dataset; the request names a callback contract, the supply orders were matched before",
    needs: { signatures: 1, writes: [...REUSED, ...LOCKS, dealWith(8)] },
    play: async ({ market }) => (await market.match(await reuse(market, { ...TEE, callback: market.assets.app }))).call,
  },
  {
    name: "matchOrders, ERC-1271 requester",
    setting: "dataset; the requester is a contract with an owner, the supply orders were matched before",
    needs: { signatures: 1, writes: [...REUSED, ...LOCKS, DEAL] },
    play: async ({ market }) => {
      const { hub, accounts } = market;
      const wallet = await market.deployMock("OwnedWallet", accounts.newcomer.address);
      await hub.connect(accounts.newcomer).depositFor(100_000_000_000n, wallet);
      const asker = { address: wallet, signer: accounts.newcomer };
      return (await market.match(await reuse(market, { ...TEE, asker }))).call;
    },
  },
  {
    name: "matchOrders, rest of a request order",
    setting: "dataset; a request for two tasks of which one was matched already, the supply orders were matched before",
    needs: { signatures: 1, writes: [...REUSED, changed("request order's consumption"), ...LOCKS, DEAL] },
    play: async ({ market }) => {
      const offers = await market.supply(TEE);
      await market.match(await market.ordersOf(TEE, offers));
      const request = await market.request(offers, { ...TEE, volume: 2n });
      const single = await market.supplyOfOne(TEE);
      await market.match({ ...offers, app: single, request });
      return (await market.match({ ...offers, request })).call;
    },
  },
  {
    name: "sponsorMatchOrders",
    setting: "dataset; the sponsor pays, the supply orders were matched before",
    needs: { signatures: 1, writes: [...REUSED, ...LOCKS, dealWith(8)] },
    play: async ({ market }) =>
      (await market.match(await reuse(market, TEE), { sponsor: market.accounts.sponsor })).call,
  },
];
