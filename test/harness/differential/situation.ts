/** The known state of a sequence, from its accepted calls: enough to draw further calls and to know the expected differences. */
import { ASSETS } from "./names.js";
import type { OrderSpec, Step } from "./sequence.js";
import type { Outcome } from "./world.js";

/** A deal of the sequence. */
export interface MadeDeal {
  readonly request: string;
  readonly first: bigint;
  readonly size: bigint;
  readonly boost: boolean;
  /** The time of matching, in seconds since the sequence began. */
  readonly at: number;
  /** The labels of the app, dataset, workerpool and request orders. */
  readonly orders: readonly string[];
  readonly sponsored: boolean;
}

/** The known state. Keys of maps are labels, or labels and numbers. */
export interface Situation {
  readonly orders: Readonly<Record<string, OrderSpec>>;
  readonly consumed: Map<string, bigint>;
  readonly deals: Map<string, MadeDeal>;
  /** The stake ratios of pools whose owner has changed them. */
  readonly stakeRatios: Map<string, bigint>;
  /** The owner of each asset that exists. */
  readonly owners: Record<string, string>;
}

const MATCHES = new Set(["matchOrders", "sponsorMatchOrders", "matchOrdersBoost", "sponsorMatchOrdersBoost"]);

/** The state at the start. */
export function freshSituation(orders: Readonly<Record<string, OrderSpec>>): Situation {
  const owners: Record<string, string> = { ...ASSETS.apps, ...ASSETS.datasets, ...ASSETS.workerpools };
  return { orders, consumed: new Map(), deals: new Map(), stakeRatios: new Map(), owners };
}

/** The labels of the four orders that a step matches, if any. */
export function ordersOf({ call, args }: Step): readonly string[] | undefined {
  if (!MATCHES.has(call)) return undefined;
  return args.map((argument) => (argument as { order: string }).order);
}

/** The label of the request order that a step matches, if any. */
export function requestOf(step: Step): string | undefined {
  return ordersOf(step)?.[3];
}

/** Records the effects of an accepted step. */
export function learn(step: Step, { logs }: Outcome, situation: Situation, at: number): void {
  const { consumed, deals, orders, owners, stakeRatios } = situation;
  const labels = ordersOf(step);
  if (labels !== undefined) {
    // The deal id is the last word of OrdersMatched; DealSponsored may follow it.
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

/** Whether an order is a real dataset order, not the placeholder for no dataset. */
export function namesSomething({ kind, fields }: OrderSpec): boolean {
  return kind !== "dataset" || (fields["dataset"] ?? "nobody") !== "nobody";
}
