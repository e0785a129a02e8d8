import { sameAddress } from "@poco-marketplace/sdk/protocol/matching/restriction.js";
import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import type { Admission } from "./admission.js";
import { servableTasks, shareOf, type Workload } from "./capacity.js";

/** An order of the pool that can still be matched. */
export interface StandingOffer extends Admission {
  readonly hash: Hex;
  readonly category: number;
  /** Of a task, in nRLC. */
  readonly price: bigint;
  /** Tasks that are left of it. */
  readonly remaining: bigint;
}

/** An order that should be signed. */
export interface WantedOffer extends Admission {
  readonly category: number;
  readonly volume: bigint;
}

/** What decides which orders a pool should have open. */
export interface OfferSituation<Offer extends StandingOffer> {
  readonly standing: readonly Offer[];
  /** Of a task, in nRLC. */
  readonly price: bigint;
  /** The categories that are offered, with their times in seconds. */
  readonly categories: readonly { readonly id: number; readonly clock: bigint }[];
  /** Whom orders admit now. */
  readonly admissions: readonly Admission[];
  readonly workload: Pick<Workload, "slots" | "taskSeconds">;
  /** Tasks that escrow and coins cover, those of standing offers included; undefined where nothing is at stake. */
  readonly covered: bigint | undefined;
}

/** Which orders to close and to sign. */
export interface OfferPlan<Offer extends StandingOffer> {
  /** Orders that do not fit what is offered now: another price, category or counterpart. */
  readonly misfits: readonly Offer[];
  /** Orders for more than the connected workers can do. */
  readonly surplus: readonly Offer[];
  readonly wanted: readonly WantedOffer[];
}

/** How many tasks an order is for where the pool has nothing to lose. */
export const FREE_VOLUME = 1_000n;

/**
 * The orders that a pool should have open. What is at stake is never more than `covered`, and the tasks of open orders and
 * of deals together are never more than the workers can end in time; an order is renewed when half of it is used up.
 */
export function planOffers<Offer extends StandingOffer>(situation: OfferSituation<Offer>): OfferPlan<Offer> {
  const { standing, price, categories, admissions, workload, covered } = situation;
  const parts = categories.length * admissions.length;
  const misfits = standing.filter(
    (offer) =>
      offer.price !== price ||
      !categories.some(({ id }) => id === offer.category) ||
      !admissions.some((admission) => isFor(offer, admission)),
  );
  const kept = standing.filter((offer) => !misfits.includes(offer));
  let room = covered === undefined ? undefined : covered - sumOf(standing);
  const surplus: Offer[] = [];
  const wanted: WantedOffer[] = [];

  for (const [row, { id, clock }] of categories.entries()) {
    const inCategory = price === 0n ? FREE_VOLUME : shareOf(servableTasks(workload, clock), categories.length, row);
    for (const [column, admission] of admissions.entries()) {
      const most = price === 0n ? inCategory : shareOf(inCategory, admissions.length, column);
      const open = kept.filter((offer) => offer.category === id && isFor(offer, admission));
      surplus.push(...surplusOf(open, most));
      const byEscrow = covered === undefined ? most : shareOf(covered, parts, row * admissions.length + column);
      const target = least(most, byEscrow);
      const volume = least(target - sumOf(open), room ?? target);
      if (sumOf(open) * 2n > target || volume <= 0n) continue;
      wanted.push({ category: id, app: admission.app, requester: admission.requester, volume });
      if (room !== undefined) room -= volume;
    }
  }
  return { misfits, surplus, wanted };
}

/** Of some orders, those that have to go, the newest first, until the others are for no more than `most` tasks. */
function surplusOf<Offer extends StandingOffer>(open: readonly Offer[], most: bigint): Offer[] {
  let left = sumOf(open);
  return open.toReversed().filter(({ remaining }) => {
    if (left <= most) return false;
    left -= remaining;
    return true;
  });
}

function isFor(offer: Admission, { app, requester }: Admission): boolean {
  return sameAddress(offer.app, app) && sameAddress(offer.requester, requester);
}

function sumOf(offers: readonly StandingOffer[]): bigint {
  return offers.reduce((sum, { remaining }) => sum + remaining, 0n);
}

function least(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}
