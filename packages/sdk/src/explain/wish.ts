import type { Contracts } from "../chain/contracts.js";
import { readAssetFacts, readMemberships, readOrderFacts, restrictionsOf } from "../chain/matchingFacts.js";
import type { Address, Hex } from "../protocol/ids.js";
import { findMismatches, type AssetFacts, type MatchingFacts } from "../protocol/matching.js";
import type { AssetKind, Mismatch } from "../protocol/mismatch.js";
import {
  NULL_DATASET_ORDER,
  OrderKind,
  hasDataset,
  type OrderOf,
  type RequestOrder,
  type Signed,
  type SignedDealOrders,
} from "../protocol/order.js";
import { sameAddress, type Membership } from "../protocol/restriction.js";
import { hashOrder } from "../protocol/typedData.js";
import { costOf, obstacleOf, type DealCost, type Obstacle } from "./match.js";

/** Orders that may serve a wish, the most of each kind that are looked at: {@link MOST_CANDIDATES}. */
export type Candidates = { readonly [Kind in AssetKind]: readonly Signed<OrderOf[Kind]>[] };

/** How many orders of each kind are tried with each other. */
export const MOST_CANDIDATES = 20;

/** A request, signed or yet to be; without a signature, it counts as signed. */
export type Wish = RequestOrder & { readonly sign?: Hex };

/** An order that serves the wish with no other ones: what stands in its way beside the best of them. */
export interface Rejected {
  readonly kind: AssetKind;
  readonly hash: Hex;
  /** The app, dataset or workerpool that it is about. */
  readonly asset: Address;
  /** In nRLC per task. */
  readonly price: bigint;
  readonly obstacles: readonly Obstacle[];
}

/** What can be had for a wish. */
export interface WishExplanation {
  /** The cheapest orders that match, if any do. */
  readonly best?: { readonly orders: SignedDealOrders; readonly cost: DealCost };
  /** How many combinations of orders match, of those that were tried. */
  readonly matching: number;
  /** Orders that are in no combination that matches. */
  readonly rejected: readonly Rejected[];
  /** Kinds of which there is no order at all, in a sentence with what to do. */
  readonly missing: readonly { readonly kind: AssetKind; readonly sentence: string }[];
}

type Known<Kind extends AssetKind> = {
  readonly order: Signed<OrderOf[Kind]>;
  readonly facts: AssetFacts | undefined;
  readonly index: number;
};

/**
 * Looks for the orders that serve a wish, by trying all of them with each other under the rules by which the hub
 * matches.
 *
 * Of orders that match, the cheapest per task win, then those that buy more tasks. For an order that never matches, the
 * obstacles told are those of the combination in which it has the fewest.
 *
 * @param candidates - Open orders of each kind, as a market lists them; the cheapest {@link MOST_CANDIDATES} are tried.
 * @param payer - Who pays: the requester, unless another is named.
 * @example
 * ```ts
 * const { app, dataset, workerpool, request } = orders;
 * const candidates = { app: [app], dataset: [dataset], workerpool: [workerpool] };
 * const { best, rejected } = await explainWish(contracts, request, { candidates });
 * best?.orders.workerpool; // → workerpool
 * rejected; // → []
 *
 * const { missing } = await explainWish(contracts, request, { candidates: { ...candidates, app: [] } });
 * missing[0]?.kind; // → "app"
 * ```
 */
export async function explainWish(
  contracts: Contracts,
  wish: Wish,
  { candidates, payer = wish.requester }: { candidates: Candidates; payer?: Address },
): Promise<WishExplanation> {
  const request = { ...wish, sign: wish.sign ?? "0x" } as const;
  const missing = missingKinds(wish, candidates);
  const [apps, datasets, pools] = await Promise.all([
    know(contracts, OrderKind.APP, candidates.app),
    hasDataset(wish) ? know(contracts, OrderKind.DATASET, candidates.dataset) : noDataset(),
    know(contracts, OrderKind.WORKERPOOL, candidates.workerpool),
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
        payerBalance: common.payerBalance,
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

/** Orders of a kind that are in no match, each with what is wrong where the least is. */
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

/** The cheapest orders of a kind, with what the chain knows of each. */
async function know<Kind extends AssetKind>(
  contracts: Contracts,
  kind: Kind,
  orders: readonly Signed<OrderOf[Kind]>[],
): Promise<Known<Kind>[]> {
  const cheapest = orders
    .toSorted(
      (one, other) =>
        Number(priceOf(kind, one) > priceOf(kind, other)) - Number(priceOf(kind, one) < priceOf(kind, other)),
    )
    .slice(0, MOST_CANDIDATES);
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
  // What is not signed yet will be.
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

function missingKinds(wish: Wish, candidates: Candidates): WishExplanation["missing"] {
  const named: Record<AssetKind, string> = {
    app: `the app ${wish.app}`,
    dataset: `the dataset ${wish.dataset}`,
    workerpool: sameAddress(wish.workerpool, NULL_DATASET_ORDER.dataset)
      ? "any workerpool"
      : `workerpool ${wish.workerpool}`,
  };
  const advice: Record<AssetKind, string> = {
    app: "its developer has to publish one",
    dataset: "its owner has to grant access by publishing one, to you or to anyone",
    workerpool: "ask for another workerpool, or have its owner publish one",
  };
  return [OrderKind.APP, OrderKind.DATASET, OrderKind.WORKERPOOL].flatMap((kind) => {
    if (candidates[kind].length > 0 || (kind === OrderKind.DATASET && !hasDataset(wish))) return [];
    return [{ kind, sentence: `The market has no open order for ${named[kind]}: ${advice[kind]}.` }];
  });
}
