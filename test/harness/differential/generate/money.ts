/** Generates calls that move money, or let others move it. */
import { MaxUint256 } from "ethers";

import type { Argument, Step } from "../sequence.js";
import type { Memory } from "./memory.js";
import type { Random } from "../../random.js";

/** A step without its moment. */
export type Move = Omit<Step, "at">;

const PEOPLE = ["requester", "rival", "sponsor", "scheduler", "worker1", "worker5", "wallet", "stranger", "appOwner"];

/** An account, sometimes the zero address or a contract. */
export function anybody(random: Random): string {
  return random.weighted([
    [40, random.pick(PEOPLE)],
    [1, "nobody"],
    [1, "hub"],
    [1, "recorder"],
  ]);
}

/** An amount of nRLC: usual, at a boundary, or absurd. */
export function amount(random: Random): bigint {
  return random.weighted([
    [6, BigInt(random.between(1, 1_000_000))],
    [2, 0n],
    [1, 1n],
    [2, BigInt(random.between(1, 2_000)) * 1_000_000_000n],
    [1, 2_000_000_000_000n],
    [1, MaxUint256],
  ]);
}

/** One of the calls of escrow and token. */
export function moneyMove(random: Random, memory: Memory): Move {
  const from = random.pick(PEOPLE);
  const value = amount(random);
  const hub = (call: string, ...args: Argument[]): Move => ({ from, to: "hub", call, args });
  return random.weighted<() => Move>([
    [4, () => hub("deposit", value)],
    [2, () => hub("depositFor", value, anybody(random))],
    [2, () => hub("depositForArray", ...deposits(random))],
    [4, () => hub("withdraw", value)],
    [3, () => hub("withdrawTo", value, anybody(random))],
    [5, () => hub("transfer", anybody(random), value)],
    [4, () => hub("transferFrom", anybody(random), anybody(random), value)],
    [4, () => hub("approve", random.pick(["requester", "worker1", "stranger", "nobody"]), value)],
    [2, () => hub("increaseAllowance", random.pick(["requester", "worker1", "stranger"]), value)],
    [2, () => hub("decreaseAllowance", random.pick(["requester", "worker1", "stranger"]), value)],
    [1, () => hub("approveAndCall", random.pick(["stranger", "recorder", "hub", "wallet"]), value, "0x1234")],
    [2, () => ({ ...hub("recover"), from: random.pick(["owner", "owner", from]) })],
    [2, () => ({ from, to: "token", call: "transfer", args: ["hub", BigInt(random.between(0, 1000))] })],
    [1, () => ({ from, to: "token", call: "approve", args: ["hub", value] })],
    [3, () => ({ from, to: "token", call: "approveAndCall", args: ["hub", value, data(random, memory)] })],
    [1, () => hub("receiveApproval", anybody(random), BigInt(random.between(0, 5)), "token", "0x")],
    [1, () => hub("receiveApproval", anybody(random), BigInt(random.between(0, 5)), "stranger", "0x")],
  ])();
}

function deposits(random: Random): [Argument, Argument] {
  const amounts = Array.from({ length: random.between(0, 3) }, () => BigInt(random.between(0, 1_000)));
  const targets = Array.from({ length: random.percent(90) ? amounts.length : 2 }, () => anybody(random));
  return [amounts, targets];
}

/** The data of an approval: mostly empty, otherwise orders to match or nonsense. */
function data(random: Random, { situation, deals }: Memory): Argument {
  const known = deals.length === 0 ? undefined : random.pick(deals);
  if (known === undefined || random.percent(70)) return random.percent(80) ? "0x" : "0x12345678";
  const call = random.pick(["matchOrders", "matchOrders", "sponsorMatchOrders"]);
  return {
    calldata: call,
    args: situation.deals.get(`${known.request} ${known.first}`)!.orders.map((order) => ({ order })),
  };
}
