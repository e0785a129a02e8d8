import { HardhatArtifactResolver } from "@nomicfoundation/hardhat-ignition/helpers";
import { trackTransaction, wipe } from "@nomicfoundation/ignition-core";
import { getAddress } from "ethers";
import { artifacts } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import { DeployError } from "./DeployError.js";

/**
 * A transaction that Ignition was about to send when it was interrupted: the journal does not say whether it was sent.
 *
 * Sending it again could do something twice, so Ignition leaves it to people to find out. The chain knows: a nonce is
 * used once.
 */
export interface LostTransaction {
  readonly futureId: string;
  readonly sender: string;
  readonly nonce: number;
}

/** The lost transaction that an error of Ignition (HHE10410) speaks of, if it does. */
export function lostTransactionOf(error: unknown): LostTransaction | undefined {
  if (!(error instanceof Error && error.message.startsWith("HHE10410:") && "messageArguments" in error))
    return undefined;
  return error.messageArguments as LostTransaction;
}

/**
 * Tells the journal what became of a lost transaction: it was mined, or it never left.
 *
 * @throws DeployError while it is on its way, and when the node does not tell.
 */
export async function settle(connection: NetworkConnection, journal: string, lost: LostTransaction): Promise<void> {
  const { provider } = connection.ethers;
  const { futureId, sender, nonce } = lost;
  if ((await provider.getTransactionCount(sender, "pending")) <= nonce) {
    // Should it turn up nevertheless: what is sent instead has the same nonce, so only one of the two can be mined.
    await wipe(journal, new HardhatArtifactResolver(artifacts), futureId);
    return;
  }
  if ((await provider.getTransactionCount(sender)) <= nonce) {
    throw new DeployError(`Transaction ${nonce} of ${sender} is on its way: run the same command once it is mined.`);
  }
  await trackTransaction(journal, await hashOf(connection, lost), connection.provider);
}

/** The transaction with which the sender used the nonce. */
async function hashOf(connection: NetworkConnection, { sender, nonce }: LostTransaction): Promise<string> {
  const { provider } = connection.ethers;
  const hasUsedNonceBy = async (block: number) => (await provider.getTransactionCount(sender, block)) > nonce;
  try {
    // Backwards in ever larger steps, since it was sent not long ago and nodes forget old states; then by halves.
    let mined = await provider.getBlockNumber();
    let before = mined - 1;
    for (let step = 2; await hasUsedNonceBy(before); step *= 2) [mined, before] = [before, Math.max(before - step, 0)];
    while (mined - before > 1) {
      const middle = Math.floor((mined + before) / 2);
      if (await hasUsedNonceBy(middle)) mined = middle;
      else before = middle;
    }
    const block = await provider.getBlock(mined, true);
    return block!.prefetchedTransactions.find((sent) => sent.from === getAddress(sender) && sent.nonce === nonce)!.hash;
  } catch (error) {
    throw new DeployError(
      `Transaction ${nonce} of ${sender} was mined, but the node does not say as what: find its hash in a block explorer, ` +
        "and tell it with `npx hardhat ignition track-tx HASH DEPLOYMENT --network NAME`.",
      { cause: error },
    );
  }
}
