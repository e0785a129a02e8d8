import type { Args } from "../events.js";
import { meet, NOBODY, origin, placeOf, type Scene } from "./scene.js";

/** SRLC that went from one account to another. */
export async function applyTransfer(
  scene: Scene,
  event: { readonly args: Args; readonly transactionHash: string; readonly logIndex: number },
): Promise<void> {
  const { store } = scene;
  const value = event.args["value"] as bigint;
  const from = await meet(scene, String(event.args["from"]));
  const to = await meet(scene, String(event.args["to"]));
  await store.set("Transfer", placeOf(scene, event), { ...origin(scene, event), from, to, value });
  await add(scene, from, "balance", -value);
  await add(scene, to, "balance", value);
}

/** What is set aside for an account, by so much more or less. */
export async function applyFrozen(scene: Scene, args: Args, sign: 1n | -1n): Promise<void> {
  await add(scene, await meet(scene, String(args["owner"])), "frozen", sign * (args["amount"] as bigint));
}

async function add({ store }: Scene, id: string, pot: "balance" | "frozen", amount: bigint): Promise<void> {
  // Deposits come from nobody, who owns nothing.
  if (id === NOBODY) return;
  const account = await store.get("Account", id);
  await store.set("Account", id, { [pot]: (account![pot] as bigint) + amount });
}
