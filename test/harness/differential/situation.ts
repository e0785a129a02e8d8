/** What is known of a sequence so far, from what was accepted: enough to go on from there, and to know what to expect. */
import { ASSETS } from "./names.js";
import type { OrderSpec, Step } from "./sequence.js";
import type { Outcome } from "./world.js";

/** A deal that was made. */
export interface MadeDeal {
  readonly request: string;
  readonly first: bigint;
  readonly size: bigint;
  readonly boost: boolean;
  /** When, in seconds since the sequence began. */
  readonly at: number;
  /** Labels of app, dataset, workerpool and request order. */
  readonly orders: readonly string[];
  readonly sponsored: boolean;
}

/** What is known. Keys of maps are labels, or labels and numbers. */
export interface Situation {
  readonly orders: Readonly<Record<string, OrderSpec>>;
  readonly consumed: Map<string, bigint>;
  readonly deals: Map<string, MadeDeal>;
  /** Stake ratios of pools whose owner has changed them. */
  readonly stakeRatios: Map<string, bigint>;
  /** Who owns each asset, once it is there. */
  readonly owners: Record<string, string>;
}

const MATCHES = new Set(["matchOrders", "sponsorMatchOrders", "matchOrdersBoost", "sponsorMatchOrdersBoost"]);

/** Nothing has happened yet. */
export function freshSituation(orders: Readonly<Record<string, OrderSpec>>): Situation {
  const owners: Record<string, string> = { ...ASSETS.apps, ...ASSETS.datasets, ...ASSETS.workerpools };
  return { orders, consumed: new Map(), deals: new Map(), stakeRatios: new Map(), owners };
}

/** The labels of the four orders that a step matches, if it does. */
export function ordersOf({ call, args }: Step): readonly string[] | undefined {
  if (!MATCHES.has(call)) return undefined;
  return args.map((argument) => (argument as { order: string }).order);
}

/** The label of the request order that a step matches, if it does. */
export function requestOf(step: Step): string | undefined {
  return ordersOf(step)?.[3];
}

/** Learns from an accepted step. */
export function learn(step: Step, { logs }: Outcome, situation: Situation, at: number): void {
  const { consumed, deals, orders, owners, stakeRatios } = situation;
  const labels = ordersOf(step);
  if (labels !== undefined) {
    // The last word of OrdersMatched; DealSponsored may follow it.
    const sponsored = step.call.startsWith("sponsor");
    const size = BigInt(`0x${logs.at(sponsored ? -2 : -1)!.at(-1)!}`);
    const request = labels[3]!;
    const first = consumed.get(request) ?? 0n;
    const boost = step.call.endsWith("Boost");
    deals.set(`${request} ${first}`, { request, first, size, boost, at, orders: labels, sponsored });
    for (const label of labels) {
      if (namesSomething(orders[label]!)) consumed.set(label, (consumed.get(label) ?? 0n) + size);
    }
    return;
  }
  if (step.call === "changePolicy") return void stakeRatios.set(step.to, step.args[0] as bigint);
  if (step.to in ASSETS && /transferFrom/i.test(step.call)) {
    owners[(step.args[2] as { token: string }).token] = step.args[1] as string;
  }
  const [operation] = step.args as readonly { operation?: bigint; of: string }[];
  if (step.call.startsWith("manage") && operation!.operation === 1n) {
    consumed.set(operation!.of, BigInt(orders[operation!.of]!.fields["volume"] ?? 0n));
  }
}

/** Whether an order is more than the stand-in for no dataset. */
export function namesSomething({ kind, fields }: OrderSpec): boolean {
  return kind !== "dataset" || (fields["dataset"] ?? "nobody") !== "nobody";
}
