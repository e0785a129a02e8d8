/** Generates calls about orders: matching, presigning, closing, publishing and querying them. */
import { MaxUint256, toBeHex } from "ethers";

import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import type { OrderKind } from "@poco-marketplace/sdk/protocol/order.js";
import { keyOf } from "../names.js";
import type { Form, OrderSpec } from "../sequence.js";
import type { Memory } from "./memory.js";
import { anybody, type Move } from "./money.js";
import type { Random } from "../../random.js";

const KINDS = ["app", "dataset", "workerpool", "request"] as const;
const MANAGE = { app: "App", dataset: "Dataset", workerpool: "Workerpool", request: "Request" } as const;
/** Prices around the kitty's least draw, where rounding shows, and where balances run out. */
const PRICES = [0n, 0n, 1n, 3n, 7n, 33n, 99n, 100n, 333n, 1_000n, 10_001n, 999_999n, 33_333_333_334n, 3_333_333_333n];
const TRUSTS = [0n, 0n, 1n, 1n, 1n, 2n, 3n, 4n, 5n, 7n, 10n, 15n, 16n, 25n, 33n, 50n];
/** Bits without a meaning, besides those of TEE and its frameworks. */
const EXTRA_BIT = 0x10n;
const FORMS: readonly Form[] = ["highS", "lowV", "short", "long", "empty", "zeros"];

/** Draws four orders, new or used before, which match more often than not. */
export function matchMove(random: Random, memory: Memory): Move {
  const boost = random.percent(30);
  const labels =
    random.percent(12) && memory.deals.length > 0 ? usedAgain(random, memory) : drawOrders(random, memory, boost);
  const sponsored = random.percent(25);
  const call = `${sponsored ? "sponsorMatch" : "match"}Orders${boost ? "Boost" : ""}`;
  const from = sponsored
    ? random.pick(["sponsor", "sponsor", "rival", "requester"])
    : random.pick(["stranger", "requester"]);
  if (random.percent(6))
    return { from, to: "hub", call: "computeDealVolume", args: labels.map((order) => ({ order })) };
  return { from, to: "hub", call, args: labels.map((order) => ({ order })) };
}

/** Signs, closes, publishes or queries an order. */
export function orderMove(random: Random, memory: Memory): Move {
  const labels = Object.keys(memory.orders);
  if (labels.length === 0 || random.percent(20)) drawOrders(random, memory, false);
  const label = random.pick(Object.keys(memory.orders));
  const { kind } = memory.orders[label]!;
  const owner = ownerOf(memory, label);
  const noun = `${MANAGE[kind]}Order`;
  return random.weighted<() => Move>([
    [10, () => manage(random, label, `manage${noun}`, owner)],
    [3, () => ({ from: keyOf(anybody(random)), to: "hub", call: `broadcast${noun}`, args: [{ order: label }] })],
    [4, () => verify(random, label, owner)],
    [3, () => compatibility(random, memory)],
  ])();
}

/** The accounts that may sign an order. */
export function ownerOf({ orders, owners }: Memory, label: string): string {
  const { kind, fields } = orders[label]!;
  return (kind === "request" ? String(fields["requester"]) : owners[String(fields[kind])]) ?? "stranger";
}

function manage(random: Random, label: string, call: string, owner: string): Move {
  const operation: 0n | 1n = random.percent(70) ? 0n : 1n;
  const instead: 0n | 1n = operation === 0n ? 1n : 0n;
  // The zero address sends nothing.
  const sender = owner === "nobody" ? "stranger" : owner;
  const plain: Move = { from: sender, to: "hub", call, args: [{ operation, of: label }] };
  const signed = (by: string, more: object = {}): Move => ({
    from: "stranger",
    to: "hub",
    call,
    args: [{ operation, of: label, by, ...more }],
  });
  return random.weighted<() => Move>([
    [6, () => plain],
    [3, () => signed(keyOf(owner))],
    [1, () => signed("rival")],
    [1, () => signed(keyOf(owner), { signsInstead: instead })],
    [1, () => ({ ...plain, from: "stranger" })],
  ])();
}

function verify(random: Random, label: string, owner: string): Move {
  const call = random.pick(["verifySignature", "verifyPresignatureOrSignature"]);
  const identity = random.percent(70) ? owner : random.pick(["stranger", "wallet", "nobody", "group"]);
  const signature = random.percent(80) ? { signatureOf: label } : random.pick(["0x", "0x12", `0x${"00".repeat(65)}`]);
  return { from: "stranger", to: "hub", call, args: [identity, { hashOf: label }, signature] };
}

function compatibility(random: Random, memory: Memory): Move {
  const datasets = Object.keys(memory.orders).filter((label) => memory.orders[label]!.kind === "dataset");
  const deal = memory.deals.length === 0 ? undefined : random.pick(memory.deals);
  const of: readonly [string, bigint] = deal === undefined ? ["r0", 0n] : [deal.request, deal.first];
  memory.orders[of[0]] ??= { kind: "request", fields: { requester: "rival" } };
  const order = datasets.length === 0 ? drawDataset(random, memory) : random.pick(datasets);
  return { from: "stranger", to: "hub", call: "assertDatasetDealCompatibility", args: [{ order }, { deal: of }] };
}

function usedAgain(random: Random, memory: Memory): string[] {
  const known = random.pick(memory.deals);
  const labels = [...known.orders];
  if (random.percent(50)) {
    const { fields } = memory.orders[labels[3]!]!;
    labels[3] = add(memory, "request", { ...fields, volume: volume(random) });
  }
  return labels;
}

function drawOrders(random: Random, memory: Memory, boost: boolean): string[] {
  const app = random.pick(["app1", "app1", "app1", "app2", "app2", random.percent(20) ? "app3" : "app1"]);
  const pool = random.pick(["pool1", "pool1", "pool1", "pool2", "pool2", random.percent(20) ? "pool3" : "pool1"]);
  const dataset = random.percent(40) ? drawNullDataset(random, memory) : drawDataset(random, memory);
  const offered = memory.orders[dataset]!.fields;
  const tee = random.percent(25);
  const tags = tee ? 1n : 0n;
  const trust = boost ? random.pick([0n, 1n]) : random.pick(TRUSTS);
  const category = random.weighted([
    [20, 0n],
    [4, 1n],
    [1, BigInt(random.between(2, 9))],
  ]);
  const prices = random.percent(75) ? PRICES.filter((price) => price < 1_000_000n) : PRICES;
  const [appprice, workerpoolprice] = [random.pick(prices), random.pick(prices)];
  const requester = random.pick(["requester", "requester", "requester", "rival", "wallet"]);
  const extra = random.percent(10) ? EXTRA_BIT : 0n;
  const fields = {
    app: { app, appprice, volume: volume(random), tag: tag(tags | extra) },
    workerpool: {
      workerpool: pool,
      workerpoolprice,
      volume: volume(random),
      tag: tag(tags | EXTRA_BIT | BigInt(offered["tag"] ?? 0n)),
      trust: trust + random.pick([0n, 0n, 1n]),
      category,
    },
    request: {
      app,
      appmaxprice: appprice + random.pick([0n, 0n, 5n]),
      ...(offered["dataset"] !== undefined && { dataset: offered["dataset"] }),
      datasetmaxprice: BigInt(offered["datasetprice"] ?? 0n),
      ...(random.percent(70) && { workerpool: pool }),
      workerpoolmaxprice: workerpoolprice + random.pick([0n, 0n, 5n]),
      requester,
      volume: volume(random),
      tag: tag(random.percent(80) ? tags : 0n),
      category,
      trust,
      beneficiary: random.pick(["beneficiary", "nobody"]),
      ...callback(random),
      params: random.pick(["", "{}", `{"iexec_args":"${"x".repeat(random.between(0, 90))}"}`]),
    },
  };
  const changed: Record<string, Record<string, bigint | string>> = fields;
  if (random.percent(10))
    restrict(random, changed, { app, pool, requester, data: String(offered["dataset"] ?? "nobody") });
  if (random.percent(15)) spoil(random, changed);
  return KINDS.map((kind) => (kind === "dataset" ? dataset : add(memory, kind, changed[kind]!, random)));
}

/** Draws four orders that match, without a dataset. */
export function drawPlainOrders(
  random: Random,
  memory: Memory,
  { price, trust, volume: size }: Record<"price" | "trust" | "volume", bigint>,
): string[] {
  const appprice = random.pick([0n, 7n]);
  const app = add(memory, "app", { app: "app1", appprice, volume: size });
  const pool = add(memory, "workerpool", { workerpool: "pool1", workerpoolprice: price, volume: size, trust });
  const asked = { app: "app1", appmaxprice: appprice, workerpoolmaxprice: price, requester: "requester" };
  const none = addUnsigned(memory, {});
  return [app, none, pool, add(memory, "request", { ...asked, volume: size, trust })];
}

/** Restricts an order to the other party, to the group, or to another account. */
function restrict(
  random: Random,
  fields: Record<string, Record<string, bigint | string>>,
  { app, pool, requester, data }: Record<"app" | "pool" | "requester" | "data", string>,
): void {
  const [order, field, right] = random.pick([
    ["app", "datasetrestrict", data],
    ["app", "workerpoolrestrict", pool],
    ["app", "requesterrestrict", requester],
    ["workerpool", "apprestrict", app],
    ["workerpool", "datasetrestrict", data],
    ["workerpool", "requesterrestrict", requester],
    ["request", "workerpool", pool],
  ] as const);
  fields[order]![field] = random.pick([right, right, "group", "group", "stranger", "recorder"]);
}

/** Makes one term wrong, or nearly wrong. */
function spoil(random: Random, fields: Record<string, Record<string, bigint | string>>): void {
  const { app, workerpool, request } = fields as Record<
    "app" | "workerpool" | "request",
    Record<string, bigint | string>
  >;
  random.pick([
    () => (request["appmaxprice"] = BigInt(app["appprice"]!) - (BigInt(app["appprice"]!) > 0n ? 1n : 0n)),
    () => (request["workerpoolmaxprice"] = BigInt(workerpool["workerpoolprice"]!) / 2n),
    () => (request["datasetmaxprice"] = 0n),
    () => (request["category"] = BigInt(workerpool["category"]!) + 1n),
    () => (request["trust"] = BigInt(workerpool["trust"]!) + 1n),
    () => (request["tag"] = tag(BigInt(random.pick([0x1, 0x2, 0x21, 0x100])))),
    () => (request["app"] = random.pick(["app1", "app2", "stranger"])),
    () => (request["dataset"] = random.pick(["data1", "data2", "stranger"])),
    () => (app["app"] = random.pick(["app3", "pool1", "stranger", "nobody"])),
    () => (workerpool["workerpool"] = random.pick(["pool3", "app1", "stranger", "nobody"])),
    () => (request["requester"] = random.pick(["stranger", "group", "nobody"])),
  ])();
}

function drawDataset(random: Random, memory: Memory): string {
  const restricted = random.percent(8)
    ? {
        [random.pick(["apprestrict", "workerpoolrestrict", "requesterrestrict"])]: random.pick([
          "group",
          "app1",
          "stranger",
        ]),
      }
    : {};
  const fields = {
    // A pool has an owner too, but is not a dataset.
    dataset: random.weighted([
      [30, "data1"],
      [18, "data2"],
      [2, "data3"],
      [2, "pool1"],
    ]),
    datasetprice: random.pick(PRICES),
    volume: volume(random),
    tag: tag(
      random.weighted([
        [12, 0n],
        [2, 1n],
        [1, EXTRA_BIT],
        [1, 0x3n],
        [1, 0x8n],
      ]),
    ),
    ...restricted,
  };
  return add(memory, "dataset", fields, random);
}

/** The order for no dataset; sometimes with terms that must have no effect. */
function drawNullDataset(random: Random, memory: Memory): string {
  const fields = random.percent(92)
    ? {}
    : random.pick([{ datasetprice: 5n }, { tag: tag(2n) }, { volume: 3n }, { requesterrestrict: "stranger" }]);
  return addUnsigned(memory, fields);
}

function callback(random: Random) {
  const target = random.weighted([
    [12, undefined],
    [4, "recorder"],
    [1, "reverter"],
    [1, "burner"],
    [1, "bomber"],
    [1, "stranger"],
    [1, "token"],
  ]);
  return target === undefined ? {} : { callback: target };
}

function volume(random: Random): bigint {
  return random.weighted([
    [24, 1n],
    [20, BigInt(random.between(2, 5))],
    [12, 10n],
    [1, 0n],
    [8, MaxUint256],
    [2, 65_535n],
    [4, 65_536n],
  ]);
}

function add(memory: Memory, kind: OrderKind, fields: OrderSpec["fields"], random?: Random): string {
  const label = `${kind[0]}${Object.keys(memory.orders).length}`;
  memory.orders[label] = { kind, fields };
  const owner = keyOf(ownerOf(memory, label));
  const form = random?.percent(8) ? "compact" : random?.percent(3) ? random.pick(FORMS) : undefined;
  const by = random?.percent(3) ? random.pick(["stranger", "rival"]) : owner;
  memory.orders[label] = { kind, fields, by, ...(form !== undefined && { form }) };
  return label;
}

function addUnsigned(memory: Memory, fields: OrderSpec["fields"]): string {
  const label = `d${Object.keys(memory.orders).length}`;
  memory.orders[label] = { kind: "dataset", fields };
  return label;
}

function tag(bits: bigint): Hex {
  return toBeHex(bits, 32) as Hex;
}
