/**
 * The differences that are allowed, with reasons. Each is recognized by the call and by the state before it; any other
 * difference is a finding. A call that an allowance covers is tried on both systems and reverted, so that the following calls
 * start from the same state.
 */
import { MaxUint256 } from "ethers";

import { eventOf } from "./describe.js";
import type { OrderSpec, Step } from "./sequence.js";
import { namesSomething, ordersOf, type Situation } from "./situation.js";
import type { Outcome } from "./world.js";

/** A call whose outcome may differ here. */
export interface Allowance {
  readonly name: string;
  readonly reason: string;
  readonly applies: (step: Step, situation: Situation) => boolean;
  /** Whether outcomes that differ do so as allowed. */
  readonly expected: (peer: Outcome, ours: Outcome) => boolean;
}

/** A change of the peer's events before logs are compared. */
export interface Rewrite {
  readonly name: string;
  readonly reason: string;
  readonly rewrite: (logs: Outcome["logs"], step: Step) => Outcome["logs"];
}

/** The index of the recipient among the arguments of each call that has one. */
const TARGETS: Readonly<Record<string, number>> = { transfer: 0, transferFrom: 1, depositFor: 1, withdrawTo: 1 };
const REGISTRIES = new Set(["apps", "datasets", "workerpools"]);
/** The prefix of the names of assets, by the kind of their orders. */
const ASSET_NAMES: Readonly<Record<string, string>> = { app: "app", dataset: "data", workerpool: "pool" };
/** The bits of a tag that name a framework. */
const FRAMEWORKS = 0xen;
const BOOST_TASKS = 65_535n;
const CLOCK_LIMIT = 1n << 32n;
const LEAST_CALLBACK_GAS = 50_000n;
const MOST_CALLBACK_GAS = 5_000_000n;

const weRefuse = (peer: Outcome, ours: Outcome): boolean => peer.ok && !ours.ok;
const weAccept = (peer: Outcome, ours: Outcome): boolean => !peer.ok && ours.ok;

/** The orders that a step matches, by kind. */
function matched(step: Step, { orders }: Situation) {
  const labels = ordersOf(step);
  if (labels === undefined) return undefined;
  const [app, dataset, pool, request] = labels.map((label) => orders[label]!) as [
    OrderSpec,
    OrderSpec,
    OrderSpec,
    OrderSpec,
  ];
  return { labels, app, dataset, pool, request, boost: step.call.endsWith("Boost") };
}

const tagOf = ({ fields }: OrderSpec): bigint => BigInt(fields["tag"] ?? 0n);
const numberIn = ({ fields }: OrderSpec, name: string): bigint => BigInt(fields[name] ?? 0n);

export const ALLOWANCES: readonly Allowance[] = [
  {
    name: "to the hub itself",
    reason: "docs/explanation/differences.md, stricter limits: nobody could ever move it again",
    applies: ({ to, call, args }) =>
      to === "hub" &&
      (args[TARGETS[call] ?? -1] === "hub" || (call === "depositForArray" && (args[1] as string[]).includes("hub"))),
    expected: weRefuse,
  },
  {
    name: "deposit of what others approved",
    reason: "docs/reference/protocol.md section 11 (c): only the token may call receiveApproval",
    applies: ({ to, call, from }) => to === "hub" && call === "receiveApproval" && from !== "token",
    expected: weRefuse,
  },
  {
    name: "data with an approval",
    reason: "6.1.0 predates it: receiveApproval with the calldata of matchOrders matches, any other data is refused",
    applies: ({ to, call, args }) => to === "token" && call === "approveAndCall" && args[2] !== "0x",
    expected: (peer, ours) => peer.ok && (!ours.ok || isDepositAndMatch(peer.logs, ours.logs)),
  },
  {
    name: "framework bits of a dataset",
    reason: "6.1.0 predates it: they are ignored when matching, and are not in the deal's tag",
    applies: (step, situation) => {
      const orders = matched(step, situation) ?? bulkOrder(step, situation);
      return orders !== undefined && namesSomething(orders.dataset) && (tagOf(orders.dataset) & FRAMEWORKS) !== 0n;
    },
    expected: (peer, ours) => ours.ok && (!peer.ok || differsInTag(peer, ours)),
  },
  {
    name: "terms of no dataset",
    reason: "docs/reference/protocol.md section 11 (b) and (f): an order without a dataset counts for nothing",
    applies: (step, situation) => {
      const { dataset } = matched(step, situation) ?? {};
      if (dataset === undefined || namesSomething(dataset)) return false;
      return Object.entries(dataset.fields).some(
        ([name, value]) => name !== "dataset" && BigInt(isNaN(Number(value)) ? 1 : value) !== 0n,
      );
    },
    expected: (peer, ours) => ours.ok && (!peer.ok || differsInTerms(peer.logs, ours.logs)),
  },
  {
    name: "trust of a boost deal",
    reason:
      "docs/explanation/differences.md, newer behavior: boost compares the trust asked for with what the pool offers",
    applies: (step, situation) => {
      const orders = matched(step, situation);
      return orders?.boost === true && numberIn(orders.request, "trust") > numberIn(orders.pool, "trust");
    },
    expected: weRefuse,
  },
  {
    name: "volume of a boost deal",
    reason: "docs/reference/protocol.md section 8: at most 65,535 tasks, what is left of the orders stays open",
    applies: (step, situation) => {
      const orders = matched(step, situation);
      return orders?.boost === true && volumeLeft(orders.labels, situation) > BOOST_TASKS;
    },
    expected: weAccept,
  },
  {
    name: "a stake beyond all numbers",
    reason: "docs/reference/protocol.md section 10: a deal that nobody can staff must still be matchable",
    applies: (step, situation) => {
      const orders = matched(step, situation);
      if (orders === undefined || orders.boost) return false;
      const ratio = situation.stakeRatios.get(String(orders.pool.fields["workerpool"])) ?? 0n;
      return numberIn(orders.pool, "workerpoolprice") * ratio > MaxUint256;
    },
    expected: weAccept,
  },
  {
    name: "payer of a sponsored boost task",
    reason: "docs/reference/protocol.md section 11 (a): the sponsor pays, not the requester",
    applies: ({ call, args }, { deals }) => {
      if (call !== "pushResultBoost") return false;
      const [request, first] = (args[0] as { deal: readonly [string, bigint] }).deal;
      return deals.get(`${request} ${first}`)?.sponsored === true;
    },
    expected: (peer, ours) => ours.ok && (!peer.ok || differsInPayer(peer.logs, ours.logs)),
  },
  {
    name: "signatures of the zero address",
    reason: "docs/reference/protocol.md section 11 (d): zero signs nothing",
    applies: ({ call, args }) => VERIFIES.has(call) && args[0] === "nobody",
    expected: (peer, ours) => ours.ok && isFalse(ours) && (!peer.ok || !isFalse(peer)),
  },
  {
    name: "deals that zero sponsors for",
    reason: "docs/reference/protocol.md section 11 (d): zero signs nothing, so it is not a requester",
    applies: (step, situation) => matched(step, situation)?.request.fields["requester"] === "nobody",
    expected: weRefuse,
  },
  {
    name: "signatures of a wrong length",
    reason: "docs/explanation/differences.md, newer behavior: they are invalid instead of an error",
    applies: ({ call, args }, situation) => VERIFIES.has(call) && !hasUsualLength(args[2], situation),
    expected: (peer, ours) => !peer.ok && ours.ok && isFalse(ours),
  },
  {
    name: "datasets that are not registered",
    reason: "docs/reference/protocol.md section 11 (e): assertDatasetDealCompatibility accepts them",
    applies: (step, situation) => {
      const order = bulkOrder(step, situation);
      return order !== undefined && !String(order.dataset.fields["dataset"]).startsWith("data");
    },
    expected: weRefuse,
  },
  {
    name: "approval of oneself",
    reason:
      "the old OpenZeppelin refuses that an owner approves itself, which changes nothing; ERC-721 does not ask for it",
    applies: ({ to, call, from, args }, { owners }) => {
      if (!REGISTRIES.has(to)) return false;
      if (call === "setApprovalForAll") return args[0] === from;
      return call === "approve" && args[0] === owners[(args[1] as { token: string }).token];
    },
    expected: weAccept,
  },
  {
    name: "orders about what is not registered",
    reason: "docs/explanation/differences.md, stricter limits: only assets of the right registry have orders on chain",
    applies: ({ call, args }, { orders }) => {
      if (!/^manage(App|Dataset|Workerpool)Order$/.test(call)) return false;
      const { kind, fields } = orders[(args[0] as { of: string }).of]!;
      return !String(fields[kind] ?? "nobody").startsWith(ASSET_NAMES[kind]!);
    },
    expected: weRefuse,
  },
  {
    name: "two-step ownership",
    reason: "docs/explanation/differences.md, ownership: the new owner accepts",
    applies: ({ to, call, from }) => to === "hub" && call === "transferOwnership" && from === "owner",
    expected: (peer, ours) => peer.ok && ours.ok && ours.logs.map(eventOf).join() === "OwnershipTransferStarted",
  },
  {
    name: "a clock of more than 136 years",
    reason: "docs/explanation/differences.md, stricter limits: deadlines have 40 bits",
    applies: ({ call, args }) => call === "createCategory" && (args[2] as bigint) >= CLOCK_LIMIT,
    expected: weRefuse,
  },
  {
    name: "more or less gas for callbacks than is any use",
    reason: "docs/explanation/differences.md, stricter limits: it has bounds",
    applies: ({ call, args: [gas] }) =>
      call === "setCallbackGas" && ((gas as bigint) < LEAST_CALLBACK_GAS || (gas as bigint) > MOST_CALLBACK_GAS),
    expected: weRefuse,
  },
];

/** Events that the peer does not have; see "added" in docs/explanation/differences.md. */
export const ADDED_EVENTS: ReadonlySet<string> = new Set([
  "BaseURIChanged",
  "CallbackGasChanged",
  "PreviousRegistrySet",
  "RegistriesChanged",
  "TeeBrokerChanged",
]);

export const REWRITES: readonly Rewrite[] = [
  {
    name: "approvals that end with a sale",
    reason: "the old OpenZeppelin reports that nobody is approved any more, beside the transfer that says so",
    rewrite: (logs, { to }) => {
      if (!REGISTRIES.has(to)) return logs;
      return logs.filter(
        (log, index) =>
          !(eventOf(log) === "Approval" && isZero(log[3]) && eventOf(logs[index + 1] ?? []) === "Transfer"),
      );
    },
  },
];

const VERIFIES = new Set(["verifySignature", "verifyPresignatureOrSignature"]);
const LENGTHS = new Set([64, 65]);

function isZero(word: string | undefined): boolean {
  return word !== undefined && /^0+$/.test(word);
}

function isFalse({ returned }: Outcome): boolean {
  return isZero(returned[0]);
}

/** The order that `assertDatasetDealCompatibility` checks. */
function bulkOrder({ call, args }: Step, { orders }: Situation) {
  if (call !== "assertDatasetDealCompatibility") return undefined;
  return { dataset: orders[(args[0] as { order: string }).order]! };
}

function volumeLeft(labels: readonly string[], { orders, consumed }: Situation): bigint {
  return labels
    .filter((label) => namesSomething(orders[label]!))
    .map((label) => numberIn(orders[label]!, "volume") - (consumed.get(label) ?? 0n))
    .reduce((least, left) => (left < least ? left : least), MaxUint256);
}

function hasUsualLength(signature: Step["args"][number] | undefined, { orders }: Situation): boolean {
  if (typeof signature === "string") return LENGTHS.has((signature.length - 2) / 2);
  const { by, form } = orders[(signature as { signatureOf: string }).signatureOf]!;
  return by !== undefined && !["short", "long", "empty"].includes(form ?? "");
}

/** Whether our logs begin with the peer's and end with a match. */
function isDepositAndMatch(peer: Outcome["logs"], ours: Outcome["logs"]): boolean {
  return peer.every((log, index) => log.join() === ours[index]!.join()) && eventOf(ours.at(-1)!) === "OrdersMatched";
}

/** Whether the only difference is the tag of SchedulerNoticeBoost, if there is one. */
function differsInTag(peer: Outcome, ours: Outcome): boolean {
  return differsInWord(peer.logs, ours.logs, "SchedulerNoticeBoost", TAG_WORD);
}

/** Whether the only difference is the account of the first Seize. */
function differsInPayer(peer: Outcome["logs"], ours: Outcome["logs"]): boolean {
  return (
    eventOf(ours[0]!) === "Seize" &&
    differsInWord(peer.slice(0, 1), ours.slice(0, 1), "Seize", ACCOUNT_WORD) &&
    differsInWord(peer.slice(1), ours.slice(1), "", 0)
  );
}

/** Whether the only differences are the amount that the payer locks first and the tag of SchedulerNoticeBoost, if there is one. */
function differsInTerms(peer: Outcome["logs"], ours: Outcome["logs"]): boolean {
  return differsInWord(withoutAmounts(peer), withoutAmounts(ours), "SchedulerNoticeBoost", TAG_WORD);
}

function withoutAmounts(logs: Outcome["logs"]): Outcome["logs"] {
  return logs.map((log, index) => (LOCKS[index] === eventOf(log) ? log.slice(0, -1) : log));
}

/** The first events of every match; their last word is an amount. */
const LOCKS = ["Transfer", "Lock"];
/** The words are contract, topic, pool, deal, app, dataset, category, tag. */
const TAG_WORD = 7;
/** The words are contract, topic, account. */
const ACCOUNT_WORD = 2;

/** Whether logs are the same except for one word of one event. */
function differsInWord(peer: Outcome["logs"], ours: Outcome["logs"], event: string, word: number): boolean {
  const [theirs, mine] = [peer, ours].map((logs) =>
    logs.map((log) => (eventOf(log) === event ? log.toSpliced(word, 1) : log)).join("\n"),
  );
  return theirs === mine;
}
