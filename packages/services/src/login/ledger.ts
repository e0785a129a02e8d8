import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";

/** Which numbered challenges of an account were used in a period. */
export interface Ledger {
  /** The number of the challenge that comes next: one that was not used, and none that was just given out. */
  next(account: Address, period: number): number;
  /** The numbers that are open, {@link WINDOW} of them. Only using one opens another. */
  open(account: Address, period: number): Iterable<number>;
  /** Uses one up; false where it was before. */
  use(account: Address, place: { readonly period: number; readonly number: number }): boolean;
  /** Drops all periods before this one. */
  forgetBefore(period: number): void;
}

interface Page {
  /** The numbers that were used, without those below `floor`, all of which were. */
  readonly used: Map<Address, { floor: number; readonly above: Set<number> }>;
  /** How many were given out. It only spreads them: whatever is lost of it, every open challenge stays open. */
  readonly given: Map<Address, number>;
}

/** How many challenges an account can have open at once: as many of its logins may run side by side. */
export const WINDOW = 64;
/** For how many accounts it is counted what was given out. */
const MOST_COUNTED = 10_000;

/** A ledger that grows with what is used, which takes the key of an account, and not with what is asked for. */
export function openLedger(): Ledger {
  const pages = new Map<number, Page>();

  function pageOf(period: number): Page {
    const page = pages.get(period) ?? { used: new Map(), given: new Map() };
    pages.set(period, page);
    return page;
  }

  function* open(account: Address, period: number): Generator<number> {
    const { floor = 0, above } = pages.get(period)?.used.get(account) ?? {};
    for (let number = floor, found = 0; found < WINDOW; number++) {
      if (above?.has(number) === true) continue;
      found++;
      yield number;
    }
  }

  return {
    open,
    next(account, period) {
      const { given } = pageOf(period);
      const before = given.get(account) ?? 0;
      if (given.size >= MOST_COUNTED && !given.has(account)) given.clear();
      given.set(account, before + 1);
      return [...open(account, period)][before % WINDOW]!;
    },
    use(account, { period, number }) {
      const { used } = pageOf(period);
      const mine = used.get(account) ?? { floor: 0, above: new Set<number>() };
      if (number < mine.floor || mine.above.has(number)) return false;
      used.set(account, mine);
      mine.above.add(number);
      while (mine.above.delete(mine.floor)) mine.floor++;
      return true;
    },
    forgetBefore(period) {
      for (const old of pages.keys()) if (old < period) pages.delete(old);
    },
  };
}
