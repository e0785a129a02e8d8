/**
 * Computes the least gas of a call, whatever the contracts: the price of a transaction with these bytes that
 * verifies these signatures, stores these facts and emits the events that the wire requires. It has no dispatch, no
 * proxy, no reads of constants and no arithmetic. Prices are those of Cancun and later.
 */
import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import type { Call, Step } from "./chain.js";

const TRANSACTION = 21_000n;
const ZERO_BYTE = 4n;
const OTHER_BYTE = 16n;
/** EIP-7623: the least price per token; a zero byte is one token, any other byte four. */
const FLOOR_PER_TOKEN = 10n;
const SIGNATURE = 3_000n;
const LOG = 375n;
const LOG_TOPIC = 375n;
const LOG_BYTE = 8n;
/** A slot that was zero: 20,000 to write, 2,100 to access. */
const NEW_SLOT = 22_100n;
/** A slot that was not zero: 2,900 to write, 2,100 to access. */
const CHANGED_SLOT = 5_000n;
/** CREATE2, or CREATE. */
const CREATE = 32_000n;
const CODE_BYTE = 200n;
/** EIP-3860, per word of init code. */
const INIT_CODE_WORD = 2n;
/** The refund for a slot that is set to zero, up to a fifth of the whole. */
const CLEARED_REFUND = 4_800n;
const WORD = 32;

/** A fact that a call stores. */
export type Write =
  | { readonly fact: string; readonly slot: "new" | "changed" | "cleared" }
  /** Bytes that never change, in code or in slots, whichever is cheaper. */
  | { readonly fact: string; readonly bytes: number };

/** The needs of a call that its transaction does not show. */
export interface Needs {
  /** The number of signatures to recover. */
  readonly signatures?: number;
  readonly writes?: readonly Write[];
}

/** A line of a floor, in gas. */
export interface Line {
  readonly what: string;
  readonly gas: bigint;
}

/** The lines of a call's floor. */
export function floorLines({ calldata, logs }: Pick<Call, "calldata" | "logs">, needs: Needs): Line[] {
  const { signatures = 0, writes = [] } = needs;
  const { zeros, others } = countBytes(calldata);
  const lines: Line[] = [
    { what: "transaction", gas: TRANSACTION },
    { what: `calldata, ${zeros} zero bytes and ${others} others`, gas: calldataGas(zeros, others) },
    { what: `${signatures} signatures to recover`, gas: SIGNATURE * BigInt(signatures) },
    { what: `${logs.length} events`, gas: sum(logs.map(logGas)) },
    ...writes.map((write) => ({ what: write.fact, gas: writeGas(write) })),
  ].filter(({ gas }) => gas !== 0n);

  const total = sum(lines.map(({ gas }) => gas));
  const refunded =
    CLEARED_REFUND * BigInt(writes.filter((write) => "slot" in write && write.slot === "cleared").length);
  const refund = refunded < total / 5n ? refunded : total / 5n;
  if (refund > 0n) lines.push({ what: "refund for cleared slots", gas: -refund });

  const least = TRANSACTION + FLOOR_PER_TOKEN * BigInt(zeros + 4 * others);
  const missing = least - (total - refund);
  if (missing > 0n) lines.push({ what: "up to the least price of calldata (EIP-7623)", gas: missing });
  return lines;
}

/** The floor of a call, as the sum of its lines. */
export function floorOf(call: Pick<Call, "calldata" | "logs">, needs: Needs): bigint {
  return sum(floorLines(call, needs).map(({ gas }) => gas));
}

/** The intrinsic cost of a transaction. */
export function intrinsicGas(calldata: Hex): bigint {
  const { zeros, others } = countBytes(calldata);
  return TRANSACTION + calldataGas(zeros, others);
}

/**
 * The least cost of transactions like these, whatever they do: the intrinsic cost, and the code that those
 * without a recipient create. It includes neither storage nor contracts that contracts create.
 */
export function floorOfDeployment(steps: readonly Step[]): bigint {
  return sum(
    steps.map((step) => {
      if (step.created === undefined) return floorOf(step, {});
      const words = BigInt(Math.ceil((step.calldata.length - 2) / 2 / WORD));
      return floorOf(step, {}) + CREATE + INIT_CODE_WORD * words + CODE_BYTE * BigInt(step.created);
    }),
  );
}

/** The sum of some amounts. */
export function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}

function calldataGas(zeros: number, others: number): bigint {
  return ZERO_BYTE * BigInt(zeros) + OTHER_BYTE * BigInt(others);
}

function logGas({ topics, bytes }: { topics: number; bytes: number }): bigint {
  return LOG + LOG_TOPIC * BigInt(topics) + LOG_BYTE * BigInt(bytes);
}

function writeGas(write: Write): bigint {
  if ("slot" in write) return write.slot === "new" ? NEW_SLOT : CHANGED_SLOT;
  const asCode = CREATE + CODE_BYTE * BigInt(write.bytes);
  const asSlots = NEW_SLOT * BigInt(Math.ceil(write.bytes / WORD));
  return asCode < asSlots ? asCode : asSlots;
}

function countBytes(data: string): { zeros: number; others: number } {
  const bytes = data.slice(2).match(/../g) ?? [];
  const zeros = bytes.filter((byte) => byte === "00").length;
  return { zeros, others: bytes.length - zeros };
}
