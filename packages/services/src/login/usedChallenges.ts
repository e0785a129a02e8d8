import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";

/** The challenges of a period, which are numbered for each account. */
interface Period {
  /** The numbers that were used, without those below `floor`, all of which were. */
  readonly used: Map<Address, { floor: number; readonly above: Set<number> }>;
  /** How many were given out. It only spreads them: whatever is lost of it, every open challenge stays open. */
  readonly given: Map<Address, number>;
}

/** How many challenges an account can have open at once: as many of its logins may run side by side. */
export const MAX_OPEN_CHALLENGES = 64;
/** For how many accounts it is counted what was given out. */
const MAX_COUNTED_ACCOUNTS = 10_000;

/**
 * Which numbered challenges of an account were used in a period. It grows with what is used, which takes the key of an
 * account, and not with what is asked for.
 */
export class UsedChallenges {
  readonly #periods = new Map<number, Period>();

  /** The number of the challenge that comes next: one that was not used, and none that was just given out. */
  next(account: Address, period: number): number {
    const { given } = this.#period(period);
    const before = given.get(account) ?? 0;
    if (given.size >= MAX_COUNTED_ACCOUNTS && !given.has(account)) given.clear();
    given.set(account, before + 1);
    return [...this.open(account, period)][before % MAX_OPEN_CHALLENGES]!;
  }

  /** The numbers that are open, {@link MAX_OPEN_CHALLENGES} of them. Only using one opens another. */
  *open(account: Address, period: number): Generator<number> {
    const { floor = 0, above } = this.#periods.get(period)?.used.get(account) ?? {};
    for (let number = floor, found = 0; found < MAX_OPEN_CHALLENGES; number++) {
      if (above?.has(number) === true) continue;
      found++;
      yield number;
    }
  }

  /** Uses a challenge up. Returns false where it was used before. */
  use(account: Address, { period, number }: { readonly period: number; readonly number: number }): boolean {
    const { used } = this.#period(period);
    const numbers = used.get(account) ?? { floor: 0, above: new Set<number>() };
    if (number < numbers.floor || numbers.above.has(number)) return false;
    used.set(account, numbers);
    numbers.above.add(number);
    while (numbers.above.delete(numbers.floor)) numbers.floor++;
    return true;
  }

  /** Deletes all periods before this one. */
  deleteBefore(period: number): void {
    for (const old of this.#periods.keys()) if (old < period) this.#periods.delete(old);
  }

  #period(period: number): Period {
    const known = this.#periods.get(period) ?? { used: new Map(), given: new Map() };
    this.#periods.set(period, known);
    return known;
  }
}
