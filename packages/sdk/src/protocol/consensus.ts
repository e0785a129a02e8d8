import { InvalidFieldError, readBytes32, readUint } from "./field.js";
import type { Hex } from "./ids.js";

/** The weight of a task's contributions. */
export interface Consensus {
  /** Weight of all contributions together; 1 when there is none. */
  readonly total: bigint;
  /** Weight behind each result hash. */
  readonly groups: ReadonlyMap<Hex, bigint>;
}

/** The consensus state of a task without contributions. */
export const NO_CONTRIBUTIONS: Consensus = { total: 1n, groups: new Map() };

/**
 * The weight of a worker's contribution: a third of its score rounded down, 3 at least, minus 1. So it is 2 or more.
 *
 * @param score - `viewScore(worker)`.
 * @throws {@link InvalidFieldError} when the score is no uint256.
 * @example
 * ```ts
 * workerWeight(0n); // → 2n
 * workerWeight(30n); // → 9n
 * ```
 */
export function workerWeight(score: bigint): bigint {
  const third = readUint("score", score) / 3n;
  return (third > 3n ? third : 3n) - 1n;
}

/**
 * By how much the weight of a group grows when a worker of weight `weight` joins it.
 *
 * @param group - The weight of the group before; 0 for a group that nobody has joined.
 * @param weight - {@link workerWeight} of the worker.
 * @example
 * ```ts
 * groupDelta(0n, 2n); // → 2n
 * groupDelta(2n, 2n); // → 2n
 * groupDelta(4n, 9n); // → 32n
 * ```
 */
export function groupDelta(group: bigint, weight: bigint): bigint {
  return (group > 1n ? group : 1n) * weight - group;
}

/**
 * The base-2 logarithm, rounded down; of a worker's weight it is the share recorded for its pay.
 *
 * @param value - At least 1.
 * @throws {@link InvalidFieldError} when `value` is below 1.
 * @example
 * ```ts
 * log2(1n); // → 0n
 * log2(9n); // → 3n
 * log2(0n); // throws InvalidFieldError
 * ```
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
 * @example
 * ```ts
 * isConsensus({ group: 8n, total: 9n, trust: 5n }); // → true
 * isConsensus({ group: 8n, total: 11n, trust: 5n }); // → false
 * ```
 */
export function isConsensus({ group, total, trust }: { group: bigint; total: bigint; trust: bigint }): boolean {
  const atLeastOne = trust > 1n ? trust : 1n;
  return group * atLeastOne > total * (atLeastOne - 1n);
}

/**
 * The consensus state after a worker contributed.
 *
 * Source for this file: docs/reference/protocol.md section 6, "Consensus".
 *
 * @param resultHash - The result hash that the worker contributes, see `result.ts`.
 * @param score - `viewScore(worker)`.
 * @throws {@link InvalidFieldError} when the hash is not 32 bytes, or the score no uint256.
 * @example
 * ```ts
 * const resultHash = id("42") as Hex;
 * const first = withContribution(NO_CONTRIBUTIONS, { resultHash, score: 0n });
 * const second = withContribution(first, { resultHash, score: 0n });
 * second.total; // → 5n
 * second.groups.get(resultHash); // → 4n
 * ```
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

/**
 * The consensus state after a task was reopened because no worker revealed `resultHash`: that group is removed.
 *
 * @throws {@link InvalidFieldError} when the hash is not 32 bytes.
 * @example
 * ```ts
 * const resultHash = id("42") as Hex;
 * const contributed = withContribution(NO_CONTRIBUTIONS, { resultHash, score: 0n });
 * withoutGroup(contributed, resultHash); // → NO_CONTRIBUTIONS
 * ```
 */
export function withoutGroup({ total, groups }: Consensus, resultHash: Hex): Consensus {
  const hash = readBytes32("resultHash", resultHash);
  const left = new Map(groups);
  left.delete(hash);
  return { total: total - (groups.get(hash) ?? 0n), groups: left };
}

/**
 * The result hash that wins, or undefined while there is none.
 *
 * @param trust - The deal's trust, any uint256.
 * @example
 * ```ts
 * const resultHash = id("42") as Hex;
 * const contributed = withContribution(NO_CONTRIBUTIONS, { resultHash, score: 0n });
 * consensusValue(contributed, 1n); // → resultHash
 * consensusValue(contributed, 5n); // → undefined
 * ```
 */
export function consensusValue({ total, groups }: Consensus, trust: bigint): Hex | undefined {
  for (const [hash, group] of groups) {
    if (isConsensus({ group, total, trust })) return hash;
  }
  return undefined;
}

/**
 * How many workers of equal score have to contribute the same result to reach a trust.
 *
 * @param trust - Any uint256.
 * @param score - The score of each of them; 0, the score of a new worker, by default.
 * @throws {@link InvalidFieldError} when the score is no uint256.
 * @example
 * ```ts
 * workersNeeded({ trust: 1n }); // → 1
 * workersNeeded({ trust: 10n }); // → 4
 * workersNeeded({ trust: 10n, score: 30n }); // → 2
 * ```
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

/**
 * A worker's score after it revealed the winning result of a task with more than one contributor.
 *
 * @param score - `viewScore(worker)` before.
 * @throws {@link InvalidFieldError} when the score is no uint256.
 * @example
 * ```ts
 * scoreAfterSuccess(9n); // → 10n
 * ```
 */
export function scoreAfterSuccess(score: bigint): bigint {
  return readUint("score", score) + 1n;
}

/**
 * A worker's score after it contributed a result that lost, or never revealed the one that won.
 *
 * @param score - `viewScore(worker)` before.
 * @returns Two thirds of it, rounded down.
 * @throws {@link InvalidFieldError} when the score is no uint256.
 * @example
 * ```ts
 * scoreAfterFault(10n); // → 6n
 * ```
 */
export function scoreAfterFault(score: bigint): bigint {
  return (readUint("score", score) * 2n) / 3n;
}
