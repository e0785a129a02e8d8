import type { Address } from "./ids.js";

/**
 * One of the four moves of the ledger, named as its event.
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

/**
 * The total change of `balanceOf` and `frozenOf` for each account that moves touch.
 *
 * @example
 * ```ts
 * const requester = "0x1111111111111111111111111111111111111111";
 * const changes = balanceChanges([
 *   { move: "Lock", account: requester, amount: 13n },
 *   { move: "Seize", account: requester, amount: 13n },
 * ]);
 * changes.get(requester); // → { free: -13n, frozen: 0n }
 * ```
 */
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

/**
 * The sum of all moves of one name, in nRLC.
 *
 * @example
 * ```ts
 * const requester = "0x1111111111111111111111111111111111111111";
 * const moves: Move[] = [
 *   { move: "Lock", account: requester, amount: 13n },
 *   { move: "Unlock", account: requester, amount: 13n },
 *   { move: "Lock", account: requester, amount: 7n },
 * ];
 * totalOf("Lock", moves); // → 20n
 * ```
 */
export function totalOf(move: Move["move"], moves: readonly Move[]): bigint {
  return moves.filter((one) => one.move === move).reduce((sum, { amount }) => sum + amount, 0n);
}
