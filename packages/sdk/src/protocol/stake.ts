import { MAX_UINT256, readUint } from "./field.js";

/** Per cent of the workerpool's price that the pool's owner stakes on each task. */
export const WORKERPOOL_STAKE_RATIO = 30n;

/** Prices of one task, in nRLC. */
export interface TaskPrices {
  readonly app: bigint;
  /** 0 when the deal has no dataset. */
  readonly dataset: bigint;
  readonly workerpool: bigint;
}

/**
 * The price of one task for its payer, in nRLC: app, dataset and workerpool together.
 *
 * @throws {@link InvalidFieldError} when a price is no uint256.
 * @example
 * ```ts
 * taskPrice({ app: parseRlc("1"), dataset: 0n, workerpool: parseRlc("2.5") }); // → 3_500_000_000n
 * ```
 */
export function taskPrice({ app, dataset, workerpool }: TaskPrices): bigint {
  return readUint("app price", app) + readUint("dataset price", dataset) + readUint("workerpool price", workerpool);
}

/**
 * The stake of the workerpool's owner on one task, in nRLC, rounded down.
 *
 * @param workerpoolPrice - Per task, in nRLC.
 * @throws {@link InvalidFieldError} when it is no uint256.
 * @example
 * ```ts
 * poolStake(parseRlc("10")); // → 3_000_000_000n
 * poolStake(9n); // → 2n
 * ```
 */
export function poolStake(workerpoolPrice: bigint): bigint {
  return (readUint("workerpool price", workerpoolPrice) * WORKERPOOL_STAKE_RATIO) / 100n;
}

/**
 * The stake of a worker on its contribution, in nRLC, rounded down. A stake above the largest uint256 is that largest
 * one: no account can lock either, and the deal can still be made.
 *
 * @param stakeRatio - The pool's `m_workerStakeRatioPolicy` when the deal was made, per cent; above 100 is allowed.
 * @param workerpoolPrice - Per task, in nRLC.
 * @throws {@link InvalidFieldError} when either is no uint256.
 * @example
 * ```ts
 * workerStake(parseRlc("10"), 30n); // → 3_000_000_000n
 * ```
 */
export function workerStake(workerpoolPrice: bigint, stakeRatio: bigint): bigint {
  const stake = (readUint("workerpool price", workerpoolPrice) * readUint("stake ratio", stakeRatio)) / 100n;
  return stake < MAX_UINT256 ? stake : MAX_UINT256;
}

/**
 * The amounts that matching locks, in nRLC. Source: docs/reference/protocol.md section 5.
 *
 * @param prices - Of one task.
 * @param volume - Tasks of the deal.
 * @returns `payer`: of the requester or sponsor. `poolOwner`: of the workerpool's owner, rounded down per task.
 * @throws {@link InvalidFieldError} when a price is no uint256.
 * @example
 * ```ts
 * const prices = { app: parseRlc("1"), dataset: 0n, workerpool: parseRlc("10") };
 * dealLocks(prices, 3n); // → { payer: parseRlc("33"), poolOwner: parseRlc("9") }
 * ```
 */
export function dealLocks(prices: TaskPrices, volume: bigint): { payer: bigint; poolOwner: bigint } {
  return { payer: taskPrice(prices) * volume, poolOwner: poolStake(prices.workerpool) * volume };
}
