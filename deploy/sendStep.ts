import type { NetworkConnection } from "hardhat/types/network";

import { sendAndWait } from "@poco-marketplace/sdk/chain/sendAndWait.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { DeployError } from "./DeployError.js";
import type { IgnitionOptions } from "./ignition.js";

/** A call that somebody is to make, and what it is called. */
export interface Call {
  readonly step: string;
  readonly to: Address;
  readonly data: string;
}

/**
 * Makes a call that is no step of Ignition, since the chain tells whether it is done, and waits until it is mined.
 *
 * @throws DeployError while an earlier transaction is on its way, which may be the same call.
 */
export async function sendStep(
  { ethers }: NetworkConnection,
  { step, to, data }: Call,
  { log = () => {}, onSent = () => {} }: Pick<IgnitionOptions, "log" | "onSent">,
): Promise<void> {
  const [sender] = await ethers.getSigners();
  const { address } = sender!;
  const [mined, all] = await Promise.all(
    ["latest", "pending"].map((tag) => ethers.provider.getTransactionCount(address, tag)),
  );
  if (mined! < all!) {
    throw new DeployError(`Transaction ${mined} of ${address} is on its way: run the same command once it is mined.`);
  }
  const sent = sender!.sendTransaction({ to, data });
  const { hash } = await sent;
  onSent(step, hash);
  log(`  ${step} was sent as ${hash}.`);
  await sendAndWait(sent);
  log(`  ${step} is done.`);
}
