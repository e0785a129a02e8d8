/** For each allowance, calls that it is about and calls much like them; outcomes that it allows, and others. */
import { MaxUint256 } from "ethers";

import type { Argument, OrderSpec, Step } from "../harness/differential/sequence.js";
import { freshSituation, type Situation } from "../harness/differential/situation.js";
import { interfaceOf, type Outcome } from "../harness/differential/world.js";

/** What becomes of a call of which nothing else is known. */
export const REFUSED: Outcome = { ok: false, returned: [], logs: [] };
export const ACCEPTED: Outcome = { ok: true, returned: [], logs: [] };
const NO = { ...ACCEPTED, returned: ["0".repeat(64)] };
const YES = { ...ACCEPTED, returned: ["0".repeat(63) + "1"] };

const ORDERS: Readonly<Record<string, OrderSpec>> = {
  app: { kind: "app", fields: { app: "app1", volume: 1n }, by: "appOwner" },
  poolAsApp: { kind: "app", fields: { app: "pool1", volume: 1n }, by: "scheduler" },
  appAsPool: { kind: "workerpool", fields: { workerpool: "app1", volume: 1n }, by: "appOwner" },
  none: { kind: "dataset", fields: {} },
  dearNone: { kind: "dataset", fields: { datasetprice: 5n } },
  data: { kind: "dataset", fields: { dataset: "data1", volume: 1n }, by: "dataOwner" },
  framework: {
    kind: "dataset",
    fields: { dataset: "data1", tag: `0x${"0".repeat(63)}2`, volume: 1n },
    by: "dataOwner",
  },
  poolAsData: { kind: "dataset", fields: { dataset: "pool1", volume: 1n }, by: "scheduler" },
  pool: { kind: "workerpool", fields: { workerpool: "pool1", workerpoolprice: 10n, volume: 1n }, by: "scheduler" },
  request: { kind: "request", fields: { requester: "requester", volume: 1n }, by: "requester" },
  trusting: { kind: "request", fields: { requester: "requester", trust: 1n, volume: 1n }, by: "requester" },
  ofNobody: { kind: "request", fields: { requester: "nobody", volume: 1n } },
  short: { kind: "app", fields: { app: "app1" }, by: "appOwner", form: "short" },
};
const HUGE = Object.fromEntries(
  Object.entries(ORDERS).map(([label, order]) => [label, { ...order, fields: { ...order.fields, volume: 65_536n } }]),
);

/** A stranger's call to the hub. */
export function step(call: string, args: readonly Argument[], more: Partial<Step> = {}): Step {
  return { at: 0, from: "stranger", to: "hub", call, args, ...more };
}

function match(dataset: string, request: string, call = "matchOrders"): Step {
  return step(
    call,
    ["app", dataset, "pool", request].map((order) => ({ order })),
  );
}

function manage(kind: string, of: string): Step {
  return step(`manage${kind}Order`, [{ operation: 0n, of }]);
}

/** One boost deal that a sponsor pays, one that its requester pays, and these orders. */
export function situation(orders = ORDERS): Situation {
  const known = freshSituation(orders);
  const deal = { first: 0n, size: 1n, boost: true, at: 0, orders: [] };
  known.deals.set("paid 0", { ...deal, request: "paid", sponsored: true });
  known.deals.set("own 0", { ...deal, request: "own", sponsored: false });
  return known;
}

/** A log of the hub. */
export function log(event: string, ...words: string[]): string[] {
  return ["<hub>", interfaceOf("hub").getEvent(event)!.topicHash.slice(2), ...words];
}

function push(request: string): Step {
  return step("pushResultBoost", [{ deal: [request, 0n] }, 0n]);
}

const wide = situation();
wide.stakeRatios.set("pool1", MaxUint256);

/** What an allowance is about, and what it allows. */
interface Example {
  /** Calls that it is about, and calls much like them that it is not about. */
  readonly about: readonly (Step | [Step, Situation])[];
  readonly notAbout: readonly (Step | [Step, Situation])[];
  /** What peer and ours may do, and may not. */
  readonly allowed: readonly [Outcome, Outcome][];
  readonly forbidden: readonly [Outcome, Outcome][];
}

const REFUSES = { allowed: [[ACCEPTED, REFUSED]], forbidden: [[REFUSED, ACCEPTED]] } satisfies Partial<Example>;
const ACCEPTS = { allowed: [[REFUSED, ACCEPTED]], forbidden: [[ACCEPTED, REFUSED]] } satisfies Partial<Example>;
const VERIFY = "verifySignature";
const noticed = (tag: string, pool = "<pool1>"): Outcome => ({
  ...ACCEPTED,
  logs: [log("SchedulerNoticeBoost", pool, "<deal>", "<app1>", "<data1>", "0", tag, "params")],
});
const seized = (payer: string, worker = "<worker1>"): Outcome => ({
  ...ACCEPTED,
  logs: [log("Seize", payer, "5", "<task>"), log("Reward", worker, "5", "<task>")],
});

const locked = (amount: string, tag: string, stake = "3"): Outcome => ({
  ...ACCEPTED,
  logs: [
    log("Transfer", "<requester>", "<hub>", amount),
    log("Lock", "<requester>", amount),
    log("Lock", "<scheduler>", stake),
    ...noticed(tag).logs,
  ],
});

/** Of each allowance, by its name. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  "to the hub itself": {
    about: [
      step("transfer", ["hub", 1n]),
      step("transferFrom", ["rival", "hub", 1n]),
      step("depositFor", [1n, "hub"]),
      step("withdrawTo", [1n, "hub"]),
      step("depositForArray", [
        [1n, 1n],
        ["rival", "hub"],
      ]),
    ],
    notAbout: [
      step("transfer", ["rival", 1n]),
      step("transferFrom", ["hub", "rival", 1n]),
      step("approve", ["hub", 1n]),
      step("transfer", ["hub", 1n], { to: "token" }),
    ],
    ...REFUSES,
  },
  "deposit of what others approved": {
    about: [step("receiveApproval", ["rival", 1n, "token", "0x"])],
    notAbout: [step("receiveApproval", ["rival", 1n, "token", "0x"], { from: "token" })],
    ...REFUSES,
  },
  "data with an approval": {
    about: [step("approveAndCall", ["hub", 1n, "0x12"], { to: "token" })],
    notAbout: [step("approveAndCall", ["hub", 1n, "0x"], { to: "token" }), step("approveAndCall", ["hub", 1n, "0x12"])],
    allowed: [
      [ACCEPTED, REFUSED],
      [
        { ...ACCEPTED, logs: [log("Lock")] },
        { ...ACCEPTED, logs: [log("Lock"), log("OrdersMatched")] },
      ],
    ],
    forbidden: [
      [REFUSED, ACCEPTED],
      [
        { ...ACCEPTED, logs: [log("Lock", "1")] },
        { ...ACCEPTED, logs: [log("Lock", "2"), log("OrdersMatched")] },
      ],
      [ACCEPTED, { ...ACCEPTED, logs: [log("Lock")] }],
    ],
  },
  "framework bits of a dataset": {
    about: [
      match("framework", "request"),
      step("assertDatasetDealCompatibility", [{ order: "framework" }, { deal: ["own", 0n] }]),
    ],
    notAbout: [match("data", "request"), match("none", "request")],
    allowed: [
      [REFUSED, ACCEPTED],
      [noticed("1"), noticed("3")],
    ],
    forbidden: [
      [ACCEPTED, REFUSED],
      [noticed("1"), noticed("3", "<pool2>")],
    ],
  },
  "terms of no dataset": {
    about: [match("dearNone", "request"), match("dearNone", "request", "matchOrdersBoost")],
    notAbout: [match("none", "request"), match("data", "request")],
    allowed: [
      [REFUSED, ACCEPTED],
      [locked("6", "1"), locked("1", "0")],
    ],
    forbidden: [
      [ACCEPTED, REFUSED],
      [locked("6", "1", "2"), locked("1", "0", "3")],
      [locked("6", "1"), seized("<sponsor>")],
    ],
  },
  "trust of a boost deal": {
    about: [match("none", "trusting", "matchOrdersBoost"), match("none", "trusting", "sponsorMatchOrdersBoost")],
    notAbout: [match("none", "trusting"), match("none", "request", "matchOrdersBoost")],
    ...REFUSES,
  },
  "volume of a boost deal": {
    about: [[match("none", "request", "matchOrdersBoost"), situation(HUGE)]],
    notAbout: [match("none", "request", "matchOrdersBoost"), [match("none", "request"), situation(HUGE)]],
    ...ACCEPTS,
  },
  "a stake beyond all numbers": {
    about: [[match("none", "request"), wide]],
    notAbout: [match("none", "request"), [match("none", "request", "matchOrdersBoost"), wide]],
    ...ACCEPTS,
  },
  "payer of a sponsored boost task": {
    about: [push("paid")],
    notAbout: [push("own"), step("claimBoost", [{ deal: ["paid", 0n] }, 0n])],
    allowed: [
      [REFUSED, ACCEPTED],
      [seized("<requester>"), seized("<sponsor>")],
    ],
    forbidden: [
      [ACCEPTED, REFUSED],
      [seized("<requester>"), seized("<sponsor>", "<worker2>")],
    ],
  },
  "signatures of the zero address": {
    about: [step(VERIFY, ["nobody", { hashOf: "app" }, { signatureOf: "app" }])],
    notAbout: [step(VERIFY, ["appOwner", { hashOf: "app" }, { signatureOf: "app" }])],
    allowed: [
      [YES, NO],
      [REFUSED, NO],
    ],
    forbidden: [
      [NO, YES],
      [YES, REFUSED],
    ],
  },
  "deals that zero sponsors for": {
    about: [match("none", "ofNobody")],
    notAbout: [match("none", "request")],
    ...REFUSES,
  },
  "signatures of a wrong length": {
    about: [
      step(VERIFY, ["appOwner", { hashOf: "app" }, "0x12"]),
      step(VERIFY, ["appOwner", "0x", { signatureOf: "short" }]),
    ],
    notAbout: [
      step(VERIFY, ["appOwner", { hashOf: "app" }, { signatureOf: "app" }]),
      step(VERIFY, ["appOwner", { hashOf: "app" }, `0x${"00".repeat(64)}`]),
    ],
    allowed: [[REFUSED, NO]],
    forbidden: [
      [REFUSED, YES],
      [YES, NO],
    ],
  },
  "datasets that are not registered": {
    about: [step("assertDatasetDealCompatibility", [{ order: "poolAsData" }, { deal: ["own", 0n] }])],
    notAbout: [step("assertDatasetDealCompatibility", [{ order: "data" }, { deal: ["own", 0n] }])],
    ...REFUSES,
  },
  "approval of oneself": {
    about: [
      step("approve", ["appOwner", { token: "app1" }], { to: "apps" }),
      step("setApprovalForAll", ["stranger", true], { to: "apps" }),
    ],
    notAbout: [
      step("approve", ["stranger", { token: "app1" }], { to: "apps" }),
      step("setApprovalForAll", ["rival", true], { to: "apps" }),
      step("approve", ["stranger", 1n]),
    ],
    ...ACCEPTS,
  },
  "orders about what is not registered": {
    about: [manage("Dataset", "poolAsData"), manage("App", "poolAsApp"), manage("Workerpool", "appAsPool")],
    notAbout: [
      manage("Dataset", "data"),
      manage("App", "app"),
      manage("Workerpool", "pool"),
      manage("Request", "request"),
    ],
    ...REFUSES,
  },
  "two-step ownership": {
    about: [step("transferOwnership", ["rival"], { from: "owner" })],
    notAbout: [step("transferOwnership", ["rival"])],
    allowed: [[ACCEPTED, { ...ACCEPTED, logs: [log("OwnershipTransferStarted")] }]],
    forbidden: [
      [ACCEPTED, REFUSED],
      [ACCEPTED, { ...ACCEPTED, logs: [log("OwnershipTransferred")] }],
    ],
  },
  "a clock of more than 136 years": {
    about: [step("createCategory", ["", "", 2n ** 32n])],
    notAbout: [step("createCategory", ["", "", 2n ** 32n - 1n])],
    ...REFUSES,
  },
  "more or less gas for callbacks than is any use": {
    about: [step("setCallbackGas", [49_999n]), step("setCallbackGas", [5_000_001n])],
    notAbout: [step("setCallbackGas", [50_000n]), step("setCallbackGas", [5_000_000n])],
    ...REFUSES,
  },
};
