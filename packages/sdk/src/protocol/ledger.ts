import type { Address } from "./ids.js";

/**
 * One of the four moves of the books, named as its event.
 *
 * `Lock`: free to frozen. `Unlock`: frozen to free. `Seize`: frozen to the hub. `Reward`: hub to free. Amounts are in
 * nRLC. Source: docs/reference/protocol.md section 3.
 */
export interface Move {
  readonly move: "Lock" | "Unlock" | "Seize" | "Reward";
  readonly account: Address;
  readonly amount: bigint;
}

/** By how much the two balances of an account change, in nRLC. */
export interface BalanceChange {
  readonly free: bigint;
  readonly frozen: bigint;
}

const EFFECTS = {
  Lock: { free: -1n, frozen: 1n },
  Unlock: { free: 1n, frozen: -1n },
  Seize: { free: 0n, frozen: -1n },
  Reward: { free: 1n, frozen: 0n },
} as const satisfies Record<Move["move"], BalanceChange>;

/** What moves do to `balanceOf` and `frozenOf` of everybody they touch, all of them together. */
export function balanceChanges(moves: readonly Move[]): Map<Address, BalanceChange> {
  const changes = new Map<Address, BalanceChange>();
  for (const { move, account, amount } of moves) {
    const before = changes.get(account) ?? { free: 0n, frozen: 0n };
    const effect = EFFECTS[move];
    changes.set(account, {
      free: before.free + effect.free * amount,
      frozen: before.frozen + effect.frozen * amount,
    });
  }
  return changes;
}

/** What all moves of one name add up to, in nRLC. */
export function totalOf(move: Move["move"], moves: readonly Move[]): bigint {
  return moves.filter((one) => one.move === move).reduce((sum, { amount }) => sum + amount, 0n);
}
