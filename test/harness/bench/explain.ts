import type { NetworkConnection } from "hardhat/types/network";

import type { Call } from "./chain.js";
import { intrinsicGas, type Line } from "./floor.js";

/** One executed instruction, as `debug_traceTransaction` reports it. */
interface Instruction {
  readonly op: string;
  /** The gas that is left before it. */
  readonly gas: number;
  readonly gasCost: number;
  readonly depth: number;
}

/** A line of a breakdown, and the number of instructions in it. */
export interface Share extends Line {
  readonly count: number;
}

/** The meaning of an access's price, by instruction: whether the slot was cold, and whether its value is new. */
const FOUND: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  SLOAD: { 100: "warm", 2100: "cold" },
  SSTORE: {
    100: "again, or nothing new",
    2200: "nothing new, cold",
    2900: "changed",
    5000: "changed, cold",
    20000: "new",
    22100: "new, cold",
  },
};
const CALLS = new Set(["CALL", "STATICCALL", "DELEGATECALL", "CALLCODE", "CREATE", "CREATE2"]);
const NAMED = /^(SLOAD|SSTORE|TLOAD|TSTORE|LOG|KECCAK256|SHA3|EXTCODE|BALANCE|CALLDATACOPY|MCOPY|RETURNDATACOPY)/;

/** The gas of a transaction by instruction; the parts add up to its gas. */
export async function explain(connection: NetworkConnection, call: Call): Promise<Share[]> {
  const options = { disableMemory: true, disableStack: true, disableStorage: true };
  const trace = (await connection.provider.request({
    method: "debug_traceTransaction",
    params: [call.hash, options],
  })) as { structLogs: readonly Instruction[] };

  const shares = new Map<string, { gas: number; count: number }>();
  const note = (what: string, gas: number) => {
    const share = shares.get(what) ?? { gas: 0, count: 0 };
    shares.set(what, { gas: share.gas + gas, count: share.count + 1 });
  };
  note("transaction and calldata", Number(intrinsicGas(call.calldata)));
  for (const { op, cost } of costsOf(trace.structLogs)) note(nameOf(op, cost), cost);

  const total = [...shares.values()].reduce((sum, { gas }) => sum + gas, 0);
  if (total !== Number(call.gas)) note("refund", Number(call.gas) - total);
  return [...shares]
    .map(([what, { gas, count }]) => ({ what, gas: BigInt(gas), count }))
    .toSorted((a, b) => Number(b.gas - a.gas));
}

/** Each instruction with its own cost: for a call, without the gas of the callee. */
function* costsOf(steps: readonly Instruction[]): Generator<{ op: string; cost: number }> {
  for (const [index, { op, gas, gasCost, depth }] of steps.entries()) {
    if (!CALLS.has(op)) {
      yield { op, cost: gasCost };
      continue;
    }
    const after = steps.findIndex((step, i) => i > index && step.depth <= depth);
    const inside = after === -1 ? steps.slice(index + 1) : steps.slice(index + 1, after);
    const spent = inside.length === 0 ? 0 : inside[0]!.gas - leftAfter(inside);
    yield {
      op: inside.length === 0 ? `${op} (precompile, or no code)` : op,
      cost: gas - (steps[after]?.gas ?? 0) - spent,
    };
  }
}

function leftAfter(inside: readonly Instruction[]): number {
  const last = inside.at(-1)!;
  return last.gas - last.gasCost;
}

function nameOf(op: string, cost: number): string {
  const found = FOUND[op]?.[cost];
  if (found !== undefined) return `${op} ${found}`;
  if (op.startsWith("EXTCODE")) return `${op} ${cost >= 2600 ? "cold" : "warm"}`;
  if (op.startsWith("LOG")) return "LOG";
  return CALLS.has(op.split(" ")[0]!) || NAMED.test(op) ? op : "arithmetic, memory, jumps";
}
