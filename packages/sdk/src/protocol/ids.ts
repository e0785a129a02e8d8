import { solidityPackedKeccak256 } from "ethers";

import { readBytes32, readUint } from "./field.js";
import type { Hex } from "./hex.js";

export type { Address, Hex } from "./hex.js";

/** Names a deal: 32 bytes, see {@link dealId}. */
export type DealId = `0x${string}`;

/** Names a task of a deal: 32 bytes, see {@link taskId}. */
export type TaskId = `0x${string}`;

/**
 * The id of the deal that comes from matching a request order.
 *
 * keccak256 of the order's hash and, as 32 bytes, of what was consumed of it before. Source: docs/reference/protocol.md
 * section 5.
 *
 * @param requestHash - EIP-712 hash of the request order (32 bytes).
 * @param consumedBefore - Tasks already bought with that order, `viewConsumed(requestHash)` before the match.
 * @throws {@link InvalidFieldError} when either is out of range.
 * @example
 * ```ts
 * const requestHash = id("a request order") as Hex;
 * dealId(requestHash, 0n); // → "0xb4edc13947a991223057f4c68bbfb135ab05e877a912501439926c64838842c9"
 * ```
 */
export function dealId(requestHash: Hex, consumedBefore: bigint): DealId {
  return hashWithIndex(readBytes32("requestHash", requestHash), readUint("consumedBefore", consumedBefore));
}

/**
 * The id of one task of a deal.
 *
 * keccak256 of the deal's id and, as 32 bytes, of the task's index. Source: docs/reference/protocol.md section 6.
 *
 * @param deal - The deal's id (32 bytes).
 * @param index - From `botFirst` to `botFirst + botSize − 1`; in a boost deal from 0 to `botSize − 1`.
 * @throws {@link InvalidFieldError} when either is out of range.
 * @example
 * ```ts
 * const deal = dealId(id("a request order") as Hex, 0n);
 * taskId(deal, 0n); // → "0x6a37ce680b34583199ffb16cb21f03534a005fa406d98bb854cee9ea625c7337"
 * ```
 */
export function taskId(deal: DealId, index: bigint): TaskId {
  return hashWithIndex(readBytes32("dealId", deal), readUint("index", index));
}

function hashWithIndex(hash: Hex, index: bigint): Hex {
  return solidityPackedKeccak256(["bytes32", "uint256"], [hash, index]) as Hex;
}
