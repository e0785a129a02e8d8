import { storableText } from "../../database/storableText.js";
import type { ChainEvent } from "../events.js";
import { ensureAccount, createdAt, type ApplyContext } from "./applyContext.js";

type OrderKind = "APP" | "DATASET" | "WORKERPOOL" | "REQUEST";
type Matched = Extract<ChainEvent, { kind: "OrdersMatched" }>;

/** Applies the match of orders that became a deal. */
export async function applyDeal(context: ApplyContext, event: Matched): Promise<void> {
  const { store } = context;
  const { args, deal } = event;
  const { app, dataset, workerpool } = deal;
  const volume = BigInt(args["volume"]!);
  const orderOf = (hash: string, kind: OrderKind) => consume(context, String(args[hash]), kind, volume);
  await store.set("Deal", String(args["dealid"]), {
    ...createdAt(context, event),
    requester: await ensureAccount(context, deal.requester),
    beneficiary: await ensureAccount(context, deal.beneficiary),
    sponsor: await ensureAccount(context, deal.sponsor),
    callback: deal.callback.toLowerCase(),
    params: storableText(deal.params ?? ""),
    app: app.address.toLowerCase(),
    appOwner: await ensureAccount(context, app.owner),
    appPrice: app.price,
    dataset: dataset?.address.toLowerCase() ?? null,
    datasetOwner: dataset ? await ensureAccount(context, dataset.owner) : null,
    datasetPrice: dataset?.price ?? 0n,
    workerpool: workerpool.address.toLowerCase(),
    workerpoolOwner: await ensureAccount(context, workerpool.owner),
    workerpoolPrice: workerpool.price,
    apporder: await orderOf("appHash", "APP"),
    datasetorder: dataset ? await orderOf("datasetHash", "DATASET") : null,
    workerpoolorder: await orderOf("workerpoolHash", "WORKERPOOL"),
    requestorder: await orderOf("requestHash", "REQUEST"),
    category: String(deal.category),
    trust: deal.trust,
    tag: deal.tag,
    botFirst: deal.botFirst,
    botSize: deal.botSize,
    workerStake: deal.workerStake,
    schedulerRewardRatio: deal.schedulerRewardRatio,
    startTime: deal.startTime,
  });
}

/** Applies an order that its owner closed, or signed by a transaction. */
export async function applyOrder(
  context: ApplyContext,
  kind: OrderKind,
  { hash, change }: { readonly hash: string; readonly change: "isClosed" | "isSignedOnChain" },
): Promise<void> {
  await hearOf(context, hash, kind);
  await context.store.set("Order", hash, { [change]: true });
}

async function consume(context: ApplyContext, hash: string, kind: OrderKind, volume: bigint): Promise<string> {
  const consumed = await hearOf(context, hash, kind);
  await context.store.set("Order", hash, { consumed: consumed + volume });
  return hash;
}

/** Returns the consumed volume of an order, which is created if it is new. */
async function hearOf({ store, block }: ApplyContext, hash: string, kind: OrderKind): Promise<bigint> {
  const known = await store.get("Order", hash);
  if (known !== undefined) return known["consumed"] as bigint;
  const timestamp = BigInt(block.timestamp);
  await store.set("Order", hash, { kind, consumed: 0n, isClosed: false, isSignedOnChain: false, timestamp });
  return 0n;
}
