import { ZeroAddress } from "ethers";

import type { Args } from "../events.js";
import { ensureAccount, createdAt, placeOf, type ApplyContext } from "./applyContext.js";

/** Applies a transfer of SRLC between accounts. */
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

/** Adds an amount to the frozen balance of an account, or subtracts it. */
export async function applyFrozen(context: ApplyContext, args: Args, sign: 1n | -1n): Promise<void> {
  await add(context, await ensureAccount(context, String(args["owner"])), "frozen", sign * (args["amount"] as bigint));
}

async function add({ store }: ApplyContext, id: string, pot: "balance" | "frozen", amount: bigint): Promise<void> {
  // Deposits are transfers from the zero address, which owns nothing.
  if (id === ZeroAddress) return;
  const account = await store.get("Account", id);
  await store.set("Account", id, { [pot]: (account![pot] as bigint) + amount });
}
