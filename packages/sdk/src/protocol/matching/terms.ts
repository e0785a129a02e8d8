import type { Address } from "../ids.js";
import type { AssetKind, Mismatch } from "./mismatch.js";
import { type DealOrders, type OrderKind, hasDataset } from "../order.js";
import { type Membership, admits, sameAddress } from "./restriction.js";
import { covers, dealTag, missingBits, requiresTee } from "../tag.js";

/** The facts on chain that the terms of orders depend on. */
export interface TermFacts {
  /** `countCategory()`. */
  readonly categoryCount: bigint;
  /** What the groups among the restrictions say; none when no restriction is a group. */
  readonly memberships?: readonly Membership[];
}

/**
 * Where the terms of four orders contradict each other: checks 1 to 6 of docs/reference/protocol.md section 5, in its
 * order.
 *
 * The terms of a null dataset order are ignored; the `datasetrestrict` of the other orders still has to admit no dataset.
 *
 * @example
 * ```ts
 * const elsewhere = { ...orders, request: { ...orders.request, category: 4n } };
 * [...termMismatches(elsewhere, { categoryCount: 5n })];
 * // → [{ reason: "CategoryMismatch", demanded: 4n, offered: 0n }]
 * ```
 */
export function* termMismatches(orders: DealOrders, { categoryCount, memberships }: TermFacts): Iterable<Mismatch> {
  yield* priceAndTrustMismatches(orders, categoryCount);
  yield* tagMismatches(orders);
  yield* resourceMismatches(orders);
  yield* restrictionMismatches(orders, memberships);
}

/** Checks 1 to 3: category, trust, prices. */
function* priceAndTrustMismatches(orders: DealOrders, count: bigint): Iterable<Mismatch> {
  const { app, dataset, workerpool, request } = orders;
  if (request.category !== workerpool.category) {
    yield { reason: "CategoryMismatch", demanded: request.category, offered: workerpool.category };
  }
  if (request.category >= count) yield { reason: "UnknownCategory", category: request.category, count };
  if (request.trust > workerpool.trust) {
    yield { reason: "TrustTooHigh", demanded: request.trust, offered: workerpool.trust };
  }
  const datasetPrice = hasDataset(dataset) ? dataset.datasetprice : 0n;
  yield* priceMismatch("app", app.appprice, request.appmaxprice);
  yield* priceMismatch("dataset", datasetPrice, request.datasetmaxprice);
  yield* priceMismatch("workerpool", workerpool.workerpoolprice, request.workerpoolmaxprice);
}

function* priceMismatch(order: AssetKind, price: bigint, maxPrice: bigint): Iterable<Mismatch> {
  if (price > maxPrice) yield { reason: "PriceTooHigh", order, price, maxPrice };
}

/** Check 4: tags. */
function* tagMismatches({ app, dataset, workerpool, request }: DealOrders): Iterable<Mismatch> {
  const demanded = dealTag({
    app: app.tag,
    dataset: hasDataset(dataset) ? dataset.tag : undefined,
    request: request.tag,
  });
  const offered = workerpool.tag;
  if (!covers(offered, demanded)) {
    yield { reason: "TagNotCovered", demanded, offered, missing: missingBits(offered, demanded) };
  }
  if (requiresTee(demanded) && !requiresTee(app.tag)) yield { reason: "AppWithoutTee", demanded, app: app.tag };
}

/** Check 5: the request is for this app and this dataset. */
function* resourceMismatches({ app, dataset, request }: DealOrders): Iterable<Mismatch> {
  if (!sameAddress(request.app, app.app)) {
    yield { reason: "AssetMismatch", order: "app", demanded: request.app, offered: app.app };
  }
  if (!sameAddress(request.dataset, dataset.dataset)) {
    yield { reason: "AssetMismatch", order: "dataset", demanded: request.dataset, offered: dataset.dataset };
  }
}

/** Check 6: the ten restrictions. Those of a null dataset order count for nothing. */
function* restrictionMismatches(orders: DealOrders, memberships?: readonly Membership[]): Iterable<Mismatch> {
  const { app, dataset, workerpool, request } = orders;
  const accounts: Record<OrderKind, Address> = {
    app: app.app,
    dataset: dataset.dataset,
    workerpool: workerpool.workerpool,
    request: request.requester,
  };
  const restrictions: [by: OrderKind, subject: OrderKind, restriction: Address][] = [
    ["request", "workerpool", request.workerpool],
    ["app", "dataset", app.datasetrestrict],
    ["app", "workerpool", app.workerpoolrestrict],
    ["app", "request", app.requesterrestrict],
    ["dataset", "app", dataset.apprestrict],
    ["dataset", "workerpool", dataset.workerpoolrestrict],
    ["dataset", "request", dataset.requesterrestrict],
    ["workerpool", "app", workerpool.apprestrict],
    ["workerpool", "dataset", workerpool.datasetrestrict],
    ["workerpool", "request", workerpool.requesterrestrict],
  ];
  for (const [by, subject, restriction] of restrictions) {
    const account = accounts[subject];
    if (by === "dataset" && !hasDataset(dataset)) continue;
    if (!admits(restriction, account, memberships)) yield { reason: "Restricted", by, subject, restriction, account };
  }
}
