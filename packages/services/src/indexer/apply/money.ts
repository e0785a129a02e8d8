import { ZeroAddress } from "ethers";

import type { Args } from "../events.js";
import { ensureAccount, createdAt, placeOf, type ApplyContext } from "./applyContext.js";

/** SRLC that went from one account to another. */
export async function applyTransfer(
  context: ApplyContext,
  event: { readonly args: Args; readonly transactionHash: string; readonly logIndex: number },
): Promise<void> {
  const { store } = context;
  const value = event.args["value"] as bigint;
  const from = await ensureAccount(context, String(event.args["from"]));
  const to = await ensureAccount(context, String(event.args["to"]));
  await store.set("Transfer", placeOf(context, event), { ...createdAt(context, event), from, to, value });
  await add(context, from, "balance", -value);
  await add(context, to, "balance", value);
}

/** What is set aside for an account, by so much more or less. */
export async function applyFrozen(context: ApplyContext, args: Args, sign: 1n | -1n): Promise<void> {
  await add(context, await ensureAccount(context, String(args["owner"])), "frozen", sign * (args["amount"] as bigint));
}

async function add({ store }: ApplyContext, id: string, pot: "balance" | "frozen", amount: bigint): Promise<void> {
  // Deposits come from nobody, who owns nothing.
  if (id === ZeroAddress) return;
  const account = await store.get("Account", id);
  await store.set("Account", id, { [pot]: (account![pot] as bigint) + amount });
}
