import { isHexString } from "ethers";

import type { Hex } from "../../protocol/ids.js";

/** Where libraries and nodes put the error that caused theirs, and the data that came with it. */
const NESTS = ["data", "cause", "error", "info", "originalError", "raw"] as const;

/** Names and codes of errors that say "the call was reverted" even when no data came with it. */
const REVERTED = /\b(?:execution reverted|transaction reverted|reverted without a reason|missing revert data)\b/i;

/**
 * The revert data in an error of ethers, viem or Hardhat, however deep it is.
 *
 * @returns `0x` for a revert that came without data; nothing for what was no revert.
 */
export function findRevertData(error: unknown): Hex | undefined {
  const found = search(error, new Set());
  return found.data ?? (found.reverted ? "0x" : undefined);
}

function search(value: unknown, seen: Set<unknown>): { data?: Hex; reverted: boolean } {
  if (typeof value !== "object" || value === null || seen.has(value)) return { reverted: false };
  seen.add(value);
  const fields = value as Readonly<Record<string, unknown>>;

  let reverted = typeof fields.message === "string" && REVERTED.test(fields.message);
  for (const name of NESTS) {
    const nested = fields[name];
    if (isRevertData(nested)) return { data: nested, reverted: true };
    const inner = search(nested, seen);
    if (inner.data !== undefined) return inner;
    reverted ||= inner.reverted;
  }
  return { reverted };
}

/** Reverts of contracts begin with the four bytes of an error. */
function isRevertData(value: unknown): value is Hex {
  return isHexString(value) && value.length >= 10;
}
