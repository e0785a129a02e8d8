import { InvalidFieldError, readBytes32, readUint } from "./field.js";
import type { Hex } from "./ids.js";

/** How the weight of a task's contributions stands. */
export interface Consensus {
  /** Weight of all contributions together; 1 when there is none. */
  readonly total: bigint;
  /** Weight behind each result hash. */
  readonly groups: ReadonlyMap<Hex, bigint>;
}

/** Of a task that nobody contributed to. */
export const NO_CONTRIBUTIONS: Consensus = { total: 1n, groups: new Map() };

/**
 * The weight w of a worker's word: a third of its score rounded down, 3 at least, minus 1. So 2 or more.
 *
 * @param score - `viewScore(worker)`.
 */
export function workerWeight(score: bigint): bigint {
  const third = readUint("score", score) / 3n;
  return (third > 3n ? third : 3n) - 1n;
}

/** What the weight of a group grows by when a worker of weight `weight` joins it. */
export function groupDelta(group: bigint, weight: bigint): bigint {
  return (group > 1n ? group : 1n) * weight - group;
}

/**
 * The base-2 logarithm, rounded down; of a worker's weight it is the share recorded for its pay.
 *
 * @throws InvalidFieldError when `value` is below 1.
 */
export function log2(value: bigint): bigint {
  if (value < 1n) throw new InvalidFieldError("value", value, "at least 1");
  return BigInt(value.toString(2).length - 1);
}

/**
 * Whether a group wins: it holds more than 1 − 1/trust of the total.
 *
 * @param group - Weight of the group.
 * @param total - Weight of all groups and 1.
 * @param trust - The deal's trust, any uint256; 0 counts as 1, as it does when orders match.
 */
export function isConsensus({ group, total, trust }: { group: bigint; total: bigint; trust: bigint }): boolean {
  const atLeastOne = trust > 1n ? trust : 1n;
  return group * atLeastOne > total * (atLeastOne - 1n);
}

/**
 * How the weight stands after a worker contributed.
 *
 * Source for this file: docs/reference/protocol.md section 6, "Consensus".
 *
 * @param resultHash - What the worker says that the result hashes to, see `result.ts`.
 * @param score - `viewScore(worker)`.
 */
export function withContribution(
  { total, groups }: Consensus,
  { resultHash, score }: { resultHash: Hex; score: bigint },
): Consensus {
  const hash = readBytes32("resultHash", resultHash);
  const group = groups.get(hash) ?? 0n;
  const delta = groupDelta(group, workerWeight(score));
  return { total: total + delta, groups: new Map(groups).set(hash, group + delta) };
}

/** How the weight stands after a task was reopened because nobody revealed `resultHash`: as if nobody had said it. */
export function withoutGroup({ total, groups }: Consensus, resultHash: Hex): Consensus {
  const hash = readBytes32("resultHash", resultHash);
  const left = new Map(groups);
  left.delete(hash);
  return { total: total - (groups.get(hash) ?? 0n), groups: left };
}

/** The result hash that wins, or undefined while none does. */
export function consensusValue({ total, groups }: Consensus, trust: bigint): Hex | undefined {
  for (const [hash, group] of groups) {
    if (isConsensus({ group, total, trust })) return hash;
  }
  return undefined;
}

/**
 * How many workers of one score it takes, all of one mind, to reach a trust.
 *
 * @param trust - Any uint256.
 * @param score - Of each of them; 0 for workers that nobody knows yet.
 */
export function workersNeeded({ trust, score = 0n }: { trust: bigint; score?: bigint }): number {
  const weight = workerWeight(score);
  let workers = 0;
  let group = 0n;
  do {
    group += groupDelta(group, weight);
    workers++;
  } while (!isConsensus({ group, total: group + 1n, trust }));
  return workers;
}

/** A worker's score after it proved right in a task of more than one contributor. */
export function scoreAfterSuccess(score: bigint): bigint {
  return readUint("score", score) + 1n;
}

/** A worker's score after it contributed a result that lost, or never revealed the one that won. */
export function scoreAfterFault(score: bigint): bigint {
  return (readUint("score", score) * 2n) / 3n;
}
