import { ZeroAddress } from "ethers";

import type { AnyOrder } from "@poco-marketplace/services/market/orderRecord.js";
import { buildOrder, parseTag, type Address, type OrderKind } from "@poco-marketplace/sdk/protocol/index.js";
import { addressOf } from "../../fixtures/addresses.js";
import { seededRandom } from "../../fixtures/random.js";

export const { pick, between } = seededRandom(1n);
const below = (limit: number): number => Number(between(0n, BigInt(limit) - 1n));
const nobody = ZeroAddress as Address;
const oneOf = (many: number, base: number): Address => addressOf(base + below(many) + 1);
const app = () => oneOf(2_000, 0x1_0000_0000);
const dataset = () => oneOf(30_000, 0x2_0000_0000);
const workerpool = () => oneOf(200, 0x3_0000_0000);
export const person = () => oneOf(5_000, 0x4_0000_0000);
const TEE = parseTag(["tee", "tdx"]);
const rarely = (place: () => Address) => (below(10) === 0 ? place() : nobody);

/** Six in ten are of datasets, most of them grants to one app, as people who protect data make them. */
export function randomOrder(): AnyOrder {
  const volume = pick([1n, 100n, 1_000_000n]);
  const level = { category: BigInt(below(5)), trust: BigInt(below(4)) };
  const kind: OrderKind = pick([
    "dataset",
    "dataset",
    "dataset",
    "dataset",
    "dataset",
    "dataset",
    "app",
    "workerpool",
    "workerpool",
    "request",
  ]);
  const price = between(0n, 1_000n) * 1_000_000n;
  const orders = {
    app: () => buildOrder("app", { app: app(), appprice: price, volume, tag: TEE, requesterrestrict: rarely(person) }),
    dataset: () => {
      const isBulk = below(4) === 0;
      return buildOrder("dataset", {
        dataset: dataset(),
        datasetprice: isBulk ? 0n : price,
        volume: isBulk ? 2n ** 53n - 1n : volume,
        tag: TEE,
        apprestrict: app(),
        requesterrestrict: below(2) === 0 ? person() : nobody,
      });
    },
    workerpool: () => {
      const terms = {
        workerpool: workerpool(),
        workerpoolprice: price,
        volume,
        tag: TEE,
        requesterrestrict: rarely(person),
      };
      return buildOrder("workerpool", { ...level, ...terms });
    },
    request: () => {
      const terms = {
        app: app(),
        workerpoolmaxprice: price,
        requester: person(),
        volume,
        workerpool: rarely(workerpool),
      };
      return buildOrder("request", { ...level, ...terms });
    },
  };
  return { kind, order: { ...orders[kind](), sign: `0x${"11".repeat(65)}` } } as unknown as AnyOrder;
}

/** What clients ask of a book of so many orders: `iexec` for a book, and `@iexec/dataprotector` for grants. */
export const questionsOf = (orders: number): Readonly<Record<string, () => string>> => ({
  "orders of an app": () => `/apporders?app=${app()}&minTag=${TEE}`,
  "grants of a dataset to an app and a user": () =>
    `/datasetorders?dataset=${dataset()}&app=${app()}&isAppStrict=true&requester=${person()}`,
  "all grants of a dataset": () => `/datasetorders?dataset=${dataset()}&app=any&isAppStrict=true&requester=any`,
  "all grants to an app and a user": () =>
    `/datasetorders?dataset=any&app=${app()}&isAppStrict=true&requester=${person()}&bulkOnly=true`,
  "all grants": () => "/datasetorders?dataset=any&app=any&isAppStrict=true&requester=any",
  "all grants for bulk": () => "/datasetorders?dataset=any&app=any&requester=any&bulkOnly=true",
  "cheapest pools of a category": () =>
    `/workerpoolorders?category=0&app=${app()}&requester=${person()}&minTag=${TEE}&minVolume=1`,
  "all pools": () => "/workerpoolorders",
  "orders of a pool": () => `/workerpoolorders?workerpool=${workerpool()}`,
  "requests of a category": () => "/requestorders?category=1",
  "requests of a requester": () => `/requestorders?requester=${person()}&workerpool=any`,
  "a page far into all grants": () =>
    `/datasetorders?dataset=any&app=any&requester=any&pageSize=100&pageIndex=${below(Math.floor(orders / 200))}`,
});
