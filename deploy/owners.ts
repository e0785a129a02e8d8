import { ZeroAddress } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { IOwnership__factory } from "../typechain-types/index.js";
import { pendingOwnerOf } from "./administration.js";
import type { Parameters } from "./parameters.js";

/** Who is to own the hub, in words: said before anything is sent. */
export async function ownerSentence(
  { ethers: { provider } }: NetworkConnection,
  { owner }: Parameters,
  deployer: Address,
): Promise<string> {
  if (owner === "deployer" || owner === deployer)
    return `Hub and registries will belong to ${deployer}, who deploys them.`;
  const isContract = (await provider.getCode(owner)) !== "0x";
  const kind = isContract ? "a contract" : "an account with a single key, unless a contract is deployed there later";
  return `Hub and registries will be handed over to ${owner}, ${kind}.`;
}

/** Who was invited to own what, and has not accepted yet. */
export async function invitationsOf(
  { ethers: { provider } }: NetworkConnection,
  manifest: Manifest,
): Promise<string[]> {
  const invitations = new Map<string, string[]>();
  for (const [subject, address] of [
    ["the hub", manifest.poco],
    ["the app registry", manifest.appRegistry],
    ["the dataset registry", manifest.datasetRegistry],
    ["the workerpool registry", manifest.workerpoolRegistry],
  ] as const) {
    const invited = await pendingOwnerOf(IOwnership__factory.connect(address, provider));
    if (invited !== ZeroAddress)
      invitations.set(invited, [...(invitations.get(invited) ?? []), `${subject} (${address})`]);
  }
  return [...invitations].map(
    ([invited, subjects]) => `${invited} owns ${subjects.join(", ")} as soon as it calls acceptOwnership() there.`,
  );
}
