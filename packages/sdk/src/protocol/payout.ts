import { scoreAfterFault, scoreAfterSuccess } from "./consensus.js";
import { InvalidFieldError, readUint } from "./field.js";
import type { Address } from "./ids.js";
import type { Move } from "./ledger.js";
import { poolStake, taskPrice } from "./stake.js";

/** The account that holds seized pool stakes, frozen, for pools that finish tasks. */
export const KITTY_ADDRESS: Address = "0x99c2268479b93fDe36232351229815DF80837e23";
/** Percent of the kitty that a finished task draws. */
export const KITTY_RATIO = 10n;
/** The least that a finished task draws, in nRLC, if the kitty holds as much. */
export const KITTY_MIN = 1_000_000_000n;

/** A resource of a deal: who owned it when the deal was made, and its price per task in nRLC. */
export interface PaidResource {
  readonly owner: Address;
  readonly price: bigint;
}

/** The fields of a deal that its payouts depend on; the answer of `viewDeal` can be passed as it is. */
export interface SettledDeal {
  /** Who pays: the requester, or the sponsor of the deal. */
  readonly sponsor: Address;
  readonly app: PaidResource;
  /** Price 0 when the deal has no dataset. */
  readonly dataset: PaidResource;
  readonly workerpool: PaidResource;
  /** What each contributor locked, in nRLC. */
  readonly workerStake: bigint;
  /** The pool owner's share of the pool's price, per cent from 0 to 100. */
  readonly schedulerRewardRatio: bigint;
}

/** A worker's part in a task. */
export interface SettledContribution {
  readonly worker: Address;
  /** Whether it revealed the winning result in time (PROVED). Any other contribution loses its stake. */
  readonly proved: boolean;
  /** The recorded weight: floor(log2 w). */
  readonly weight: bigint;
}

/** What a finished task does to a worker's score; `score` is changed by `scoreAfter…` of `consensus.ts`. */
export interface Verdict {
  readonly worker: Address;
  readonly event: "AccurateContribution" | "FaultyContribution";
  readonly scoreAfter: (score: bigint) => bigint;
}

/** The moves and score changes at the end of a task. Moves of zero are left out. */
export interface Settlement {
  readonly moves: readonly Move[];
  readonly verdicts: readonly Verdict[];
}

/**
 * The amount that the workerpool's owner draws from the kitty when a task is finished.
 *
 * @param kitty - `frozenOf(KITTY_ADDRESS)`, in nRLC.
 * @returns In nRLC: a tenth of it, 1 RLC at least, and never more than there is.
 * @throws {@link InvalidFieldError} when `kitty` is no uint256.
 * @example
 * ```ts
 * kittyShare(parseRlc("50")); // → 5_000_000_000n
 * kittyShare(parseRlc("2")); // → 1_000_000_000n
 * kittyShare(7n); // → 7n
 * ```
 */
export function kittyShare(kitty: bigint): bigint {
  const tenth = (readUint("kitty", kitty) * KITTY_RATIO) / 100n;
  const wanted = tenth > KITTY_MIN ? tenth : KITTY_MIN;
  return wanted < kitty ? wanted : kitty;
}

/**
 * The payout of a finished task, in nRLC. Source: docs/reference/protocol.md section 7.
 *
 * The workers' share is rounded down, then each worker's part of it; the pool's owner gets all the rest.
 *
 * @param deal - The task's deal.
 * @param contributions - Every contribution, at least one of them PROVED.
 * @param kitty - `frozenOf(KITTY_ADDRESS)` before, in nRLC.
 * @throws {@link InvalidFieldError} when no contribution is PROVED, or the reward ratio is above 100.
 * @example
 * ```ts
 * const worker = "0x4444444444444444444444444444444444444444";
 * const deal = {
 *   sponsor: "0x1111111111111111111111111111111111111111",
 *   app: { owner: "0x2222222222222222222222222222222222222222", price: 3n },
 *   dataset: { owner: ZeroAddress as Address, price: 0n },
 *   workerpool: { owner: "0x3333333333333333333333333333333333333333", price: 10n },
 *   workerStake: 5n,
 *   schedulerRewardRatio: 20n,
 * } as const;
 * const { moves } = settleSuccess({ deal, contributions: [{ worker, proved: true, weight: 1n }], kitty: 0n });
 * balanceChanges(moves).get(worker); // → { free: 13n, frozen: -5n }
 * totalOf("Seize", moves) === totalOf("Reward", moves); // → true
 * ```
 */
export function settleSuccess({
  deal,
  contributions,
  kitty,
}: {
  deal: SettledDeal;
  contributions: readonly SettledContribution[];
  kitty: bigint;
}): Settlement {
  const winners = contributions.filter(({ proved }) => proved);
  const losers = contributions.filter(({ proved }) => !proved);
  const weights = winners.reduce((sum, { weight }) => sum + weight, 0n);
  if (weights === 0n)
    throw new InvalidFieldError("contributions", winners.length, "a PROVED contribution of some weight");

  const total = deal.workerpool.price + deal.workerStake * BigInt(losers.length);
  const share = workersShare(total, deal.schedulerRewardRatio);
  const rewards = winners.map(({ worker, weight }) => reward(worker, (share * weight) / weights));
  const paid = rewards.reduce((sum, { amount }) => sum + amount, 0n);

  const moves = [
    ...commonMoves(deal, kitty),
    ...winners.map(({ worker }) => unlock(worker, deal.workerStake)),
    ...losers.map(({ worker }) => seize(worker, deal.workerStake)),
    ...rewards,
    reward(deal.workerpool.owner, total - paid),
  ];
  const accurate = contributions.length > 1 ? winners : [];
  const verdicts: Verdict[] = [
    ...accurate.map(({ worker }) => verdict(worker, "AccurateContribution", scoreAfterSuccess)),
    ...losers.map(({ worker }) => verdict(worker, "FaultyContribution", scoreAfterFault)),
  ];
  return { moves: moves.filter(({ amount }) => amount > 0n), verdicts };
}

/**
 * How a task is paid that one worker contributed and finalized in one call, or pushed in a boost deal: no worker's
 * stake, no score. Source: docs/reference/protocol.md sections 7 and 8.
 *
 * @param deal - The task's deal.
 * @param worker - Who found the result.
 * @param kitty - `frozenOf(KITTY_ADDRESS)` before, in nRLC.
 * @throws {@link InvalidFieldError} when the reward ratio is above 100.
 * @example
 * ```ts
 * const worker = "0x4444444444444444444444444444444444444444";
 * const deal = {
 *   sponsor: "0x1111111111111111111111111111111111111111",
 *   app: { owner: "0x2222222222222222222222222222222222222222", price: 3n },
 *   dataset: { owner: ZeroAddress as Address, price: 0n },
 *   workerpool: { owner: "0x3333333333333333333333333333333333333333", price: 10n },
 *   workerStake: 5n,
 *   schedulerRewardRatio: 20n,
 * } as const;
 * const { moves } = settleSolo({ deal, worker, kitty: 0n });
 * balanceChanges(moves).get(worker); // → { free: 8n, frozen: 0n }
 * ```
 */
export function settleSolo({ deal, worker, kitty }: { deal: SettledDeal; worker: Address; kitty: bigint }): Settlement {
  const share = workersShare(deal.workerpool.price, deal.schedulerRewardRatio);
  const moves = [
    ...commonMoves(deal, kitty),
    reward(worker, share),
    reward(deal.workerpool.owner, deal.workerpool.price - share),
  ];
  return { moves: moves.filter(({ amount }) => amount > 0n), verdicts: [] };
}

/**
 * The payout of a claimed task: the payer and all contributors are unlocked, the pool's stake goes to the
 * kitty. Source: docs/reference/protocol.md section 6.
 *
 * @param workers - Every worker that contributed, right or wrong; none in a boost deal.
 * @param deal - The task's deal.
 * @throws {@link InvalidFieldError} when a price is no uint256.
 * @example
 * ```ts
 * const worker = "0x4444444444444444444444444444444444444444";
 * const deal = {
 *   sponsor: "0x1111111111111111111111111111111111111111",
 *   app: { owner: "0x2222222222222222222222222222222222222222", price: 3n },
 *   dataset: { owner: ZeroAddress as Address, price: 0n },
 *   workerpool: { owner: "0x3333333333333333333333333333333333333333", price: 10n },
 *   workerStake: 5n,
 *   schedulerRewardRatio: 20n,
 * } as const;
 * const changes = balanceChanges(settleClaim({ deal, workers: [worker] }).moves);
 * changes.get(deal.sponsor); // → { free: 13n, frozen: -13n }
 * changes.get(deal.workerpool.owner); // → { free: 0n, frozen: -3n }
 * changes.get(KITTY_ADDRESS); // → { free: 0n, frozen: 3n }
 * ```
 */
export function settleClaim({ deal, workers }: { deal: SettledDeal; workers: readonly Address[] }): Settlement {
  const stake = poolStake(deal.workerpool.price);
  const moves = [
    unlock(deal.sponsor, priceOf(deal)),
    seize(deal.workerpool.owner, stake),
    reward(KITTY_ADDRESS, stake),
    { move: "Lock", account: KITTY_ADDRESS, amount: stake } as const,
    ...workers.map((worker) => unlock(worker, deal.workerStake)),
  ];
  return { moves: moves.filter(({ amount }) => amount > 0n), verdicts: [] };
}

/** What every finished task does before its workers are paid. */
function commonMoves(deal: SettledDeal, kitty: bigint): Move[] {
  const drawn = kittyShare(kitty);
  return [
    seize(deal.sponsor, priceOf(deal)),
    reward(deal.app.owner, deal.app.price),
    reward(deal.dataset.owner, deal.dataset.price),
    unlock(deal.workerpool.owner, poolStake(deal.workerpool.price)),
    seize(KITTY_ADDRESS, drawn),
    reward(deal.workerpool.owner, drawn),
  ];
}

function priceOf({ app, dataset, workerpool }: SettledDeal): bigint {
  return taskPrice({ app: app.price, dataset: dataset.price, workerpool: workerpool.price });
}

function workersShare(total: bigint, schedulerRewardRatio: bigint): bigint {
  return (total * (100n - readUint("schedulerRewardRatio", schedulerRewardRatio, 100n))) / 100n;
}

const unlock = (account: Address, amount: bigint): Move => ({ move: "Unlock", account, amount });
const seize = (account: Address, amount: bigint): Move => ({ move: "Seize", account, amount });
const reward = (account: Address, amount: bigint): Move => ({ move: "Reward", account, amount });
const verdict = (worker: Address, event: Verdict["event"], scoreAfter: Verdict["scoreAfter"]): Verdict => ({
  worker,
  event,
  scoreAfter,
});
