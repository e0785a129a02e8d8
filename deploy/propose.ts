import { mkdir, writeFile } from "node:fs/promises";

import { getAddress, isAddress, keccak256 } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { DeployError } from "./DeployError.js";
import { builderFile, ownerAt, proposalsOf, safeTxHash, type Operation, type Owner } from "./proposal.js";
import type { Call } from "./sendStep.js";

/** Where proposals go, and of which Safe the signers' hash is wanted besides that of the owner. */
export interface ProposalOptions {
  readonly directory: string;
  readonly description: string;
  readonly safe?: string | undefined;
  readonly log: (line: string) => void;
}

/**
 * Says what the owner of a hub is to send, and writes it to files that Safe's Transaction Builder imports. Sends nothing.
 *
 * @throws DeployError when the owner is an account with one key, and when what is named as a Safe is none.
 */
export async function propose(
  connection: NetworkConnection,
  { network, chainId }: Pick<Manifest, "network" | "chainId">,
  owner: Owner,
  call: Call,
  { directory, description, safe, log }: ProposalOptions,
): Promise<void> {
  const { proposals, operation } = await proposalsOf(connection, owner, call);
  const signer = await signerOf(connection, owner, safe);
  log(`The owner ${owner.address} is ${nameOf(owner)}. It is to call ${call.step}:`);
  log(`  target ${call.to}`);
  log(`  calldata ${call.data}`);
  log(`  hash of the calldata ${keccak256(call.data)}`);
  if (operation !== undefined) for (const line of linesOf(operation)) log(line);

  await mkdir(`${directory}/proposals`, { recursive: true });
  for (const [index, proposal] of proposals.entries()) {
    const file = `${directory}/proposals/${network}-${proposal.title}.json`;
    const content = builderFile(chainId, proposal, { description, createdAt: Date.now() });
    await writeFile(file, `${JSON.stringify(content, null, 2)}\n`);
    log(`Written: ${file}, a transaction to ${proposal.to} for Safe's Transaction Builder.`);
    if (signer === undefined) continue;
    const nonce = signer.nonce + BigInt(index);
    log(
      `  hash that the signers of Safe ${signer.address} see at nonce ${nonce}: ${safeTxHash(signer.address, chainId, proposal, nonce)}`,
    );
  }
}

async function signerOf(connection: NetworkConnection, owner: Owner, safe: string | undefined) {
  if (safe === undefined) return owner.kind === "safe" ? owner : undefined;
  if (!isAddress(safe)) throw new DeployError(`--safe is ${String(safe)}: give the address of a Safe.`);
  const found = await ownerAt(connection, getAddress(safe) as Address);
  if (found.kind !== "safe") throw new DeployError(`--safe is ${safe}, which is not a Safe but ${nameOf(found)}.`);
  return found;
}

function nameOf(owner: Owner): string {
  if (owner.kind === "timelock") return `a timelock with a delay of ${owner.delay} s`;
  if (owner.kind === "safe")
    return `a Safe that takes ${owner.threshold} signature${owner.threshold === 1n ? "" : "s"}`;
  return owner.kind === "account" ? "an account with one key" : "a contract of unknown kind";
}

function linesOf({ id, salt, delay, state, readyAt }: Operation): string[] {
  const when = state === "waiting" ? `, ready from ${new Date(Number(readyAt) * 1000).toISOString()} on` : "";
  return [`  operation ${id} of the timelock: ${state}${when}`, `  predecessor none, salt ${salt}, delay ${delay} s`];
}
