import { taskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { addressOfHolder, HOLDERS, type Balances, type Holder } from "./balances.js";
import type { DealEntry } from "./transcript.js";
import type { Scenario } from "./scenario.js";

/** A transfer at the end of a task, from the hub's event. */
export interface Payment {
  readonly deal: string;
  readonly kind: "paid" | "lost" | "earned";
  readonly holder: Holder;
  readonly amount: bigint;
}

/** Reads all payments of these deals from the hub's Seize and Reward events, which name their task. */
export async function readPayments(scenario: Scenario, deals: readonly DealEntry[]): Promise<Payment[]> {
  const { hub } = scenario.contracts;
  const holders = new Map(HOLDERS.map((holder) => [addressOfHolder(scenario, holder).toLowerCase(), holder]));
  const dealOf = new Map<string, string>();
  for (const { dealId, name, volume } of deals) {
    for (let index = 0n; index < volume; index++) dealOf.set(taskId(dealId, index), name);
  }
  const seized = await hub.queryFilter(hub.filters.Seize());
  const rewarded = await hub.queryFilter(hub.filters.Reward());

  return [...seized, ...rewarded].map(({ eventName, args: { owner, amount, ref } }) => {
    const holder = holders.get(owner.toLowerCase())!;
    const taken = holder === "requester" ? "paid" : "lost";
    return { deal: dealOf.get(ref)!, kind: eventName === "Reward" ? "earned" : taken, holder, amount };
  });
}

/** Returns the sum of the payments with the wanted fields, in nRLC. */
export function sumOf(payments: readonly Payment[], wanted: Partial<Omit<Payment, "amount">>): bigint {
  const isWanted = (payment: Payment) =>
    Object.entries(wanted).every(([field, value]) => payment[field as keyof Payment] === value);
  return sum(payments.filter(isWanted).map(({ amount }) => amount));
}

/** Checks the invariants of the demo's balances, and returns for each whether it holds. */
export function checkBalances(
  before: Balances,
  after: Balances,
  payments: readonly Payment[],
): Readonly<Record<string, boolean>> {
  const accounts = Object.values(after.accounts);
  const flow = (holder: Holder) =>
    sumOf(payments, { holder, kind: "earned" }) -
    sumOf(payments, { holder, kind: "paid" }) -
    sumOf(payments, { holder, kind: "lost" });
  return {
    "every SRLC is backed by an RLC": after.supply === after.backing,
    "all balances add up to the supply": sum(accounts.map(({ free }) => free)) + after.frozen === after.supply,
    "all that is frozen adds up to what the hub holds": sum(accounts.map(({ frozen }) => frozen)) === after.frozen,
    "what some paid and lost, others earned": sum(HOLDERS.map(flow)) === 0n,
    "everyone has what it put in, earned, paid and lost": HOLDERS.every(
      (holder) => heldBy(after, holder) === heldBy(before, holder) + flow(holder),
    ),
  };
}

function heldBy({ accounts }: Balances, holder: Holder): bigint {
  return accounts[holder].free + accounts[holder].frozen;
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
