import type { Contracts } from "../chain/contracts.js";
import { readMatchingFacts } from "../chain/matchingFacts.js";
import { findMismatches, type MatchingFacts } from "../protocol/matching.js";
import { describeMismatch, type Mismatch } from "../protocol/mismatch.js";
import { hasDataset, type DealOrders, type SignedDealOrders } from "../protocol/order.js";
import { describeRemedy } from "../protocol/remedy.js";
import { dealLocks, taskPrice } from "../protocol/stake.js";
import { dealVolume } from "../protocol/volume.js";
import type { Address } from "../protocol/ids.js";

/** Why orders do not match: the check that fails, in a sentence with its values, and what would fix it. */
export interface Obstacle {
  readonly mismatch: Mismatch;
  readonly sentence: string;
  readonly remedy: string;
}

/** What a deal costs, in nRLC. */
export interface DealCost {
  /** How many tasks the orders buy together. */
  readonly volume: bigint;
  /** App, dataset and workerpool together, for one task. */
  readonly perTask: bigint;
  /** What matching locks of the payer's escrow. It is also the most that the deal can cost: what fails comes back. */
  readonly locked: bigint;
  /** What matching locks of the workerpool owner's escrow. */
  readonly poolStake: bigint;
}

/** Whether four orders match, and if not why, or if so at what cost. */
export interface MatchExplanation {
  readonly matches: boolean;
  readonly obstacles: readonly Obstacle[];
  readonly cost: DealCost;
}

/** Asks the chain about four orders, and explains. */
export async function explainMatch(
  contracts: Contracts,
  orders: SignedDealOrders,
  payer?: Address,
): Promise<MatchExplanation> {
  return explainWith(orders, await readMatchingFacts(contracts, orders, payer));
}

/** The same from facts that were read before. */
export function explainWith(orders: DealOrders, facts: MatchingFacts): MatchExplanation {
  const obstacles = findMismatches(orders, facts).map(obstacleOf);
  return { matches: obstacles.length === 0, obstacles, cost: costOf(orders, facts) };
}

/** A mismatch with its sentences. */
export function obstacleOf(mismatch: Mismatch): Obstacle {
  return { mismatch, sentence: describeMismatch(mismatch), remedy: describeRemedy(mismatch) };
}

/** What four orders cost, whether they match or not. */
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
