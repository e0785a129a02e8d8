import { InvalidFieldError } from "../field.js";
import type { Address } from "../ids.js";
import { MAX_BOOST_PRICE, type AssetKind, type Mismatch } from "./mismatch.js";
import { type DealOrders, OrderKind, hasDataset } from "../order.js";
import { sameAddress } from "./restriction.js";
import { type TaskPrices, dealLocks } from "../stake.js";
import { type TermFacts, termMismatches } from "./terms.js";
import { type DealVolumes, boostDealVolume, dealVolume, remainingVolume } from "./volume.js";

/** The facts on chain about an order and its signer. */
export interface OrderFacts {
  /** Who must have signed: the asset's owner, or the requester. */
  readonly signer: Address;
  /** `verifyPresignatureOrSignature` of the signer, the order's hash and its signature. */
  readonly signed: boolean;
  /** `viewConsumed` of the order's hash, in tasks. */
  readonly consumed: bigint;
}

/** {@link OrderFacts} of an order about an asset. */
export interface AssetFacts extends OrderFacts {
  /** `isRegistered` of the asset's registry. */
  readonly registered: boolean;
}

/** The payer, and the free balances of the two accounts that lock. */
export interface Funds {
  /** The requester or, with `sponsorMatchOrders`, the caller. */
  readonly payer: Address;
  /** `balanceOf(payer)`, in nRLC. */
  readonly payerBalance: bigint;
  /** `balanceOf` of the workerpool's owner, in nRLC. */
  readonly poolOwnerBalance: bigint;
}

/** The facts on chain that matching depends on. */
export interface MatchingFacts extends TermFacts {
  readonly app: AssetFacts;
  /** Ignored when the deal has no dataset. */
  readonly dataset?: AssetFacts;
  readonly workerpool: AssetFacts;
  readonly request: OrderFacts;
  /** Left out, balances are not checked. */
  readonly funds?: Funds;
}

/**
 * Why `matchOrders` would refuse these orders: every check of docs/reference/protocol.md section 5 that fails, in the
 * order of that section, then whether those who must lock money can. Empty when the orders match. The hub stops at the
 * first, and may look at them in another order.
 *
 * @throws {@link InvalidFieldError} when the dataset order names a dataset and `facts.dataset` is missing, or more of
 * an order was consumed than there is.
 * @example
 * ```ts
 * const facts = await readMatchingFacts(contracts, orders);
 * findMismatches(orders, facts); // → []
 *
 * const poor = { ...orders, request: { ...orders.request, appmaxprice: 0n } };
 * findMismatches(poor, facts).map(describeMismatch);
 * // → ["The app costs 0.000000333 RLC per task, the request pays 0 RLC at most."]
 * ```
 */
export function findMismatches(orders: DealOrders, facts: MatchingFacts): Mismatch[] {
  return mismatches(orders, facts, dealVolume);
}

/**
 * Why `matchOrdersBoost` would refuse these orders: a trust above 1, a price that it cannot record, and the rest.
 *
 * @throws {@link InvalidFieldError} as {@link findMismatches}.
 * @example
 * ```ts
 * const facts = await readMatchingFacts(contracts, orders);
 * const demanding = { ...orders, request: { ...orders.request, trust: 2n } };
 * findBoostMismatches(demanding, facts)[0]; // → { reason: "TrustTooHighForBoost", trust: 2n }
 * ```
 */
export function findBoostMismatches(orders: DealOrders, facts: MatchingFacts): Mismatch[] {
  return [...boostMismatches(orders), ...mismatches(orders, facts, boostDealVolume)];
}

function* boostMismatches({ app, dataset, workerpool, request }: DealOrders): Iterable<Mismatch> {
  if (request.trust > 1n) yield { reason: "TrustTooHighForBoost", trust: request.trust };
  const prices = pricesOf({ app, dataset, workerpool });
  for (const order of [OrderKind.APP, OrderKind.DATASET, OrderKind.WORKERPOOL]) {
    const price = prices[order];
    if (price > MAX_BOOST_PRICE) {
      yield { reason: "PriceTooLargeForBoost", order, price, maxPrice: MAX_BOOST_PRICE };
    }
  }
}

function mismatches(orders: DealOrders, facts: MatchingFacts, volumeOf: typeof dealVolume): Mismatch[] {
  const volumes = volumesOf(orders, facts);
  return [
    ...termMismatches(orders, facts),
    ...authorityMismatches(orders, facts),
    ...volumeMismatches(volumes),
    ...fundMismatches(orders, facts.workerpool, { funds: facts.funds, volume: volumeOf(volumes) }),
  ];
}

/** Check 7: assets are registered and orders signed. */
function* authorityMismatches({ app, dataset, workerpool }: DealOrders, facts: MatchingFacts): Iterable<Mismatch> {
  yield* assetMismatches("app", app.app, facts.app);
  if (hasDataset(dataset)) yield* assetMismatches("dataset", dataset.dataset, datasetFacts(facts));
  yield* assetMismatches("workerpool", workerpool.workerpool, facts.workerpool);
  if (!facts.request.signed) yield { reason: "NotSigned", order: "request", signer: facts.request.signer };
}

function* assetMismatches(order: AssetKind, asset: Address, facts: AssetFacts): Iterable<Mismatch> {
  if (!facts.registered) yield { reason: "NotRegistered", order, asset };
  if (!facts.signed) yield { reason: "NotSigned", order, signer: facts.signer };
}

/** Check 8: something is left of every order. */
function* volumeMismatches(volumes: DealVolumes): Iterable<Mismatch> {
  for (const order of [OrderKind.APP, OrderKind.DATASET, OrderKind.WORKERPOOL, OrderKind.REQUEST]) {
    const left = volumes[order];
    if (left !== undefined && remainingVolume(left) === 0n) yield { reason: "OrderExhausted", order, ...left };
  }
}

function volumesOf({ app, dataset, workerpool, request }: DealOrders, facts: MatchingFacts): DealVolumes {
  return {
    app: { volume: app.volume, consumed: facts.app.consumed },
    dataset: hasDataset(dataset) ? { volume: dataset.volume, consumed: datasetFacts(facts).consumed } : undefined,
    workerpool: { volume: workerpool.volume, consumed: facts.workerpool.consumed },
    request: { volume: request.volume, consumed: facts.request.consumed },
  };
}

/** After section 5: the payer, then the pool's owner, can lock what the deal takes. */
function* fundMismatches(
  orders: DealOrders,
  { signer: poolOwner }: OrderFacts,
  { funds, volume }: { funds: Funds | undefined; volume: bigint },
): Iterable<Mismatch> {
  if (funds === undefined) return;
  const { payer, payerBalance, poolOwnerBalance } = funds;
  const locks = dealLocks(pricesOf(orders), volume);
  const payerCan = locks.payer <= payerBalance;
  if (!payerCan) {
    yield {
      reason: "ERC20InsufficientBalance",
      role: "payer",
      account: payer,
      available: payerBalance,
      needed: locks.payer,
    };
  }
  const spent = payerCan && sameAddress(payer, poolOwner) ? locks.payer : 0n;
  const available = poolOwnerBalance - spent;
  if (locks.poolOwner > available) {
    yield {
      reason: "ERC20InsufficientBalance",
      role: "workerpool owner",
      account: poolOwner,
      available,
      needed: locks.poolOwner,
    };
  }
}

function pricesOf({ app, dataset, workerpool }: Omit<DealOrders, "request">): TaskPrices {
  return {
    app: app.appprice,
    dataset: hasDataset(dataset) ? dataset.datasetprice : 0n,
    workerpool: workerpool.workerpoolprice,
  };
}

function datasetFacts({ dataset }: MatchingFacts): AssetFacts {
  if (dataset === undefined)
    throw new InvalidFieldError("facts.dataset", dataset, "facts, since the orders name a dataset");
  return dataset;
}
