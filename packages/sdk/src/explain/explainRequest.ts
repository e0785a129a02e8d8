import type { Contracts } from "../chain/contracts.js";
import { readAssetFacts, readMemberships, readOrderFacts, restrictionsOf } from "../chain/matchingFacts.js";
import type { Address, Hex } from "../protocol/ids.js";
import { MAX_UINT256 } from "../protocol/field.js";
import { findMismatches, type AssetFacts, type MatchingFacts } from "../protocol/matching/findMismatches.js";
import type { AssetKind, Mismatch } from "../protocol/matching/mismatch.js";
import {
  NULL_DATASET_ORDER,
  OrderKind,
  hasDataset,
  type OrderOf,
  type RequestOrder,
  type Signed,
  type SignedDealOrders,
} from "../protocol/order.js";
import { sameAddress, type Membership } from "../protocol/matching/restriction.js";
import { hashOrder } from "../protocol/typedData.js";
import { costOf, obstacleOf, type DealCost, type Obstacle } from "./explainMatch.js";

/** Open orders that may match a request, at most {@link MAX_CANDIDATES} of each kind. */
export type Candidates = { readonly [Kind in AssetKind]: readonly Signed<OrderOf[Kind]>[] };

/** The maximum number of orders of each kind whose combinations are tried. */
export const MAX_CANDIDATES = 20;

/** A request order, signed or not. One without a signature is treated as if its requester had signed it. */
export type RequestToMatch = RequestOrder & { readonly sign?: Hex };

/** An order that is in no matching combination, with the obstacles of its combination that has the fewest. */
export interface Rejected {
  readonly kind: AssetKind;
  readonly hash: Hex;
  /** The app, dataset or workerpool of the order. */
  readonly asset: Address;
  /** The price in nRLC per task. */
  readonly price: bigint;
  readonly obstacles: readonly Obstacle[];
}

/** The orders that match a request, and the reasons why others do not. */
export interface RequestExplanation {
  /** The cheapest orders that match, if any do. */
  readonly best?: { readonly orders: SignedDealOrders; readonly cost: DealCost };
  /** The number of combinations that match, of those that were tried. */
  readonly matching: number;
  /** Orders that are in no matching combination. */
  readonly rejected: readonly Rejected[];
  /** Kinds without any order, each with a sentence that says what to do. */
  readonly missing: readonly { readonly kind: AssetKind; readonly sentence: string }[];
}

type Known<Kind extends AssetKind> = {
  readonly order: Signed<OrderOf[Kind]>;
  readonly facts: AssetFacts | undefined;
  readonly index: number;
};

/**
 * Finds the cheapest orders that match a request, by checking every combination of candidates against the hub's rules.
 *
 * Among orders that match, the lowest price per task wins, then the larger volume. An order that never matches is
 * reported with the obstacles of the combination in which it has the fewest.
 *
 * @param candidates - Open orders of each kind, as a market lists them; the cheapest {@link MAX_CANDIDATES} are tried.
 * @param payer - The account that pays: by default, the requester.
 * @param funds - Whether the payer must have the money in escrow already: by default, it must.
 * @example
 * ```ts
 * const { app, dataset, workerpool, request } = orders;
 * const candidates = { app: [app], dataset: [dataset], workerpool: [workerpool] };
 * const { best, rejected } = await explainRequest(contracts, request, { candidates });
 * best?.orders.workerpool; // → workerpool
 * rejected; // → []
 *
 * const { missing } = await explainRequest(contracts, request, { candidates: { ...candidates, app: [] } });
 * missing[0]?.kind; // → "app"
 * ```
 */
export async function explainRequest(
  contracts: Contracts,
  wanted: RequestToMatch,
  {
    candidates,
    payer = wanted.requester,
    funds = "required",
  }: { candidates: Candidates; payer?: Address; funds?: "required" | "ignored" },
): Promise<RequestExplanation> {
  const request = { ...wanted, sign: wanted.sign ?? "0x" } as const;
  const missing = missingKinds(request, candidates);
  const [apps, datasets, pools] = await Promise.all([
    readKnown(contracts, OrderKind.APP, candidates.app),
    hasDataset(request) ? readKnown(contracts, OrderKind.DATASET, candidates.dataset) : noDataset(),
    readKnown(contracts, OrderKind.WORKERPOOL, candidates.workerpool),
  ]);
  const common = await readCommon(contracts, request, payer);
  const balances = await readBalances(contracts, pools);

  const combinations = apps.flatMap((app) =>
    datasets.flatMap((dataset) => pools.map((workerpool) => ({ app, dataset, workerpool }))),
  );
  const memberships = await readAllMemberships(
    contracts,
    combinations.map((one) => ordersOf(one, request)),
  );

  const outcomes = combinations.map((combination) => {
    const facts: MatchingFacts = {
      ...common.facts,
      memberships,
      app: combination.app.facts!,
      ...(combination.dataset.facts !== undefined && { dataset: combination.dataset.facts }),
      workerpool: combination.workerpool.facts!,
      funds: {
        payer,
        payerBalance: funds === "ignored" ? MAX_UINT256 : common.payerBalance,
        poolOwnerBalance: balances.get(combination.workerpool.facts!.signer)!,
      },
    };
    const orders = ordersOf(combination, request);
    return { combination, orders, mismatches: findMismatches(orders, facts), cost: costOf(orders, facts) };
  });
  const matching = outcomes.filter(({ mismatches }) => mismatches.length === 0);
  const best = matching.toSorted((one, other) => compare(one.cost, other.cost))[0];
  return {
    ...(best !== undefined && { best: { orders: best.orders, cost: best.cost } }),
    matching: matching.length,
    rejected: [OrderKind.APP, OrderKind.DATASET, OrderKind.WORKERPOOL].flatMap((kind) =>
      rejectedOf(contracts, { kind, outcomes, known: { app: apps, dataset: datasets, workerpool: pools }[kind] }),
    ),
    missing,
  };
}

type Combination = {
  readonly app: Known<"app">;
  readonly dataset: Known<"dataset">;
  readonly workerpool: Known<"workerpool">;
};

function ordersOf({ app, dataset, workerpool }: Combination, request: Signed<RequestOrder>): SignedDealOrders {
  return { app: app.order, dataset: dataset.order, workerpool: workerpool.order, request };
}

/** Returns the orders of a kind that are in no match, each with the fewest obstacles of any combination. */
function rejectedOf(
  { domain }: Contracts,
  {
    kind,
    outcomes,
    known,
  }: {
    kind: AssetKind;
    outcomes: readonly { combination: Combination; orders: SignedDealOrders; mismatches: readonly Mismatch[] }[];
    known: readonly Known<AssetKind>[];
  },
): Rejected[] {
  return known.flatMap(({ index, facts }) => {
    if (facts === undefined) return [];
    const own = outcomes.filter(({ combination }) => combination[kind].index === index);
    const least = own.toSorted((one, other) => one.mismatches.length - other.mismatches.length)[0];
    if (least === undefined || least.mismatches.length === 0) return [];
    const order = least.orders[kind];
    return [
      {
        kind,
        hash: hashOrder(kind, order, domain),
        asset: assetOf(kind, order),
        price: priceOf(kind, order),
        obstacles: least.mismatches.map(obstacleOf),
      },
    ];
  });
}

function assetOf(kind: AssetKind, order: object): Address {
  return (order as Record<AssetKind, Address>)[kind];
}

function priceOf(kind: AssetKind, order: object): bigint {
  return (order as Record<`${AssetKind}price`, bigint>)[`${kind}price`];
}

function compare(one: DealCost, other: DealCost): number {
  if (one.perTask !== other.perTask) return one.perTask < other.perTask ? -1 : 1;
  if (one.volume !== other.volume) return one.volume > other.volume ? -1 : 1;
  return 0;
}

/** Returns the cheapest orders of a kind, each with its state on chain. */
async function readKnown<Kind extends AssetKind>(
  contracts: Contracts,
  kind: Kind,
  orders: readonly Signed<OrderOf[Kind]>[],
): Promise<Known<Kind>[]> {
  const cheapest = orders
    .toSorted(
      (one, other) =>
        Number(priceOf(kind, one) > priceOf(kind, other)) - Number(priceOf(kind, one) < priceOf(kind, other)),
    )
    .slice(0, MAX_CANDIDATES);
  return Promise.all(
    cheapest.map(async (order, index) => ({ order, index, facts: await readAssetFacts(contracts, kind, order) })),
  );
}

function noDataset(): Known<"dataset">[] {
  return [{ order: NULL_DATASET_ORDER, facts: undefined, index: 0 }];
}

async function readCommon(contracts: Contracts, request: Signed<RequestOrder>, payer: Address) {
  const [order, categoryCount, payerBalance] = await Promise.all([
    readOrderFacts(contracts, { kind: OrderKind.REQUEST, order: request, signer: request.requester }),
    contracts.hub.countCategory(),
    contracts.hub.balanceOf(payer),
  ]);
  // A request without a signature will be signed before it is sent.
  const signed = request.sign === "0x" || order.signed;
  return { facts: { categoryCount, request: { ...order, signed } }, payerBalance };
}

async function readBalances({ hub }: Contracts, pools: readonly Known<"workerpool">[]) {
  const owners = [...new Set(pools.map(({ facts }) => facts!.signer))];
  return new Map(await Promise.all(owners.map(async (owner) => [owner, await hub.balanceOf(owner)] as const)));
}

async function readAllMemberships(contracts: Contracts, all: readonly SignedDealOrders[]): Promise<Membership[]> {
  const questions = new Map(
    all.flatMap(restrictionsOf).map((question) => [`${question.group} ${question.member}`.toLowerCase(), question]),
  );
  return readMemberships(contracts, [...questions.values()]);
}

function missingKinds(request: RequestToMatch, candidates: Candidates): RequestExplanation["missing"] {
  const named: Record<AssetKind, string> = {
    app: `the app ${request.app}`,
    dataset: `the dataset ${request.dataset}`,
    workerpool: sameAddress(request.workerpool, NULL_DATASET_ORDER.dataset)
      ? "any workerpool"
      : `workerpool ${request.workerpool}`,
  };
  const advice: Record<AssetKind, string> = {
    app: "its developer has to publish one",
    dataset: "its owner has to grant access by publishing one, to you or to anyone",
    workerpool: "ask for another workerpool, or have its owner publish one",
  };
  return [OrderKind.APP, OrderKind.DATASET, OrderKind.WORKERPOOL].flatMap((kind) => {
    if (candidates[kind].length > 0 || (kind === OrderKind.DATASET && !hasDataset(request))) return [];
    return [{ kind, sentence: `The market has no open order for ${named[kind]}: ${advice[kind]}.` }];
  });
}
