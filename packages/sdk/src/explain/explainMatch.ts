import type { Contracts } from "../chain/contracts.js";
import { readMatchingFacts } from "../chain/matchingFacts.js";
import { findMismatches, type MatchingFacts } from "../protocol/matching/findMismatches.js";
import { describeMismatch, type Mismatch, describeRemedy } from "../protocol/matching/mismatch.js";
import { hasDataset, type DealOrders, type SignedDealOrders } from "../protocol/order.js";
import { dealLocks, taskPrice } from "../protocol/stake.js";
import { dealVolume } from "../protocol/matching/volume.js";
import type { Address } from "../protocol/ids.js";

/** An obstacle to a match: the check that fails, in a sentence with its values, and what would fix it. */
export interface Obstacle {
  readonly mismatch: Mismatch;
  readonly sentence: string;
  readonly remedy: string;
}

/** The cost of a deal, in nRLC. */
export interface DealCost {
  /** The number of tasks that the orders buy. */
  readonly volume: bigint;
  /** The price of one task: app, dataset and workerpool together. */
  readonly perTask: bigint;
  /**
   * The amount that matching locks in the payer's escrow. It is also the maximum cost of the deal: failed tasks are
   * refunded.
   */
  readonly locked: bigint;
  /** The amount that matching locks in the workerpool owner's escrow. */
  readonly poolStake: bigint;
}

/** The explanation of four orders: their cost if they match, their obstacles if not. */
export interface MatchExplanation {
  readonly matches: boolean;
  readonly obstacles: readonly Obstacle[];
  readonly cost: DealCost;
}

/**
 * Explains whether four orders match, with facts that it reads from the chain.
 *
 * @param payer - The account that pays: by default, the requester.
 * @example
 * ```ts
 * const { matches, cost } = await explainMatch(contracts, orders);
 * matches; // → true
 * cost.perTask; // → 11_111n
 * cost.locked; // → cost.perTask * cost.volume
 * ```
 */
export async function explainMatch(
  contracts: Contracts,
  orders: SignedDealOrders,
  payer?: Address,
): Promise<MatchExplanation> {
  return explainWith(orders, await readMatchingFacts(contracts, orders, payer));
}

/**
 * Explains whether four orders match, with facts that were read before.
 *
 * @example
 * ```ts
 * const facts = await readMatchingFacts(contracts, orders);
 * const { obstacles } = explainWith({ ...orders, request: { ...orders.request, category: 4n } }, facts);
 * obstacles[0]?.sentence; // → "The request is for category 4, the workerpool offers category 0."
 * obstacles[0]?.remedy; // → "Ask for category 0, or pick a workerpool order of category 4."
 * ```
 */
export function explainWith(orders: DealOrders, facts: MatchingFacts): MatchExplanation {
  const obstacles = findMismatches(orders, facts).map(obstacleOf);
  return { matches: obstacles.length === 0, obstacles, cost: costOf(orders, facts) };
}

/**
 * Describes a mismatch: what is wrong, and what would fix it.
 *
 * @example
 * ```ts
 * const { sentence } = obstacleOf({ reason: "TrustTooHigh", demanded: 10n, offered: 1n });
 * sentence; // → "The request asks for a trust of 10, the workerpool offers 1 at most."
 * ```
 */
export function obstacleOf(mismatch: Mismatch): Obstacle {
  return { mismatch, sentence: describeMismatch(mismatch), remedy: describeRemedy(mismatch) };
}

/**
 * Returns the cost of four orders, whether they match or not.
 *
 * @returns Amounts in nRLC; `volume` in tasks.
 * @throws {@link InvalidFieldError} when a price is no uint256, or more of an order was consumed than there is.
 * @example
 * ```ts
 * const facts = await readMatchingFacts(contracts, orders);
 * const { perTask, poolStake } = costOf(orders, facts);
 * [perTask, poolStake]; // → [11_111n, 12_000n]
 * ```
 */
export function costOf({ app, dataset, workerpool, request }: DealOrders, facts: MatchingFacts): DealCost {
  const prices = {
    app: app.appprice,
    dataset: hasDataset(dataset) ? dataset.datasetprice : 0n,
    workerpool: workerpool.workerpoolprice,
  };
  const volume = dealVolume({
    app: { volume: app.volume, consumed: facts.app.consumed },
    dataset: facts.dataset && { volume: dataset.volume, consumed: facts.dataset.consumed },
    workerpool: { volume: workerpool.volume, consumed: facts.workerpool.consumed },
    request: { volume: request.volume, consumed: facts.request.consumed },
  });
  const { payer, poolOwner } = dealLocks(prices, volume);
  return { volume, perTask: taskPrice(prices), locked: payer, poolStake: poolOwner };
}
