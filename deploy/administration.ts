import { ZeroAddress } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { IOwnership__factory, Registry__factory } from "../typechain-types/index.js";
import { NO_PREVIOUS_REGISTRIES, type Parameters } from "./parameters.js";
import type { Call } from "./sendStep.js";

/** The contracts of a hub that the deployer owns at first. */
export type Owned = Pick<Manifest, "poco" | "appRegistry" | "datasetRegistry" | "workerpoolRegistry">;

/** The registries: what their steps are called, their field in a manifest, and in the parameters. */
const REGISTRIES = [
  ["AppRegistry", "appRegistry", "app"],
  ["DatasetRegistry", "datasetRegistry", "dataset"],
  ["WorkerpoolRegistry", "workerpoolRegistry", "workerpool"],
] as const;

/** The steps with which the deployer sets up and closes the registries, and hands everything over, whether they are done or not. */
export function isAdministration(step: string): boolean {
  return /^(Poco|\w+Registry)\.(setBaseURI|initialize|transferOwnership)$/.test(step);
}

/**
 * What the deployer, as long as it owns something, is still to do with it.
 *
 * Registries are told their base URIs, and which ones they continue: none, unless the parameters name some. The latter can be said once, so that
 * afterwards nobody can slip in assets from elsewhere. Then everything is handed over: whoever is invited owns it as soon as
 * it calls `acceptOwnership`, so that nothing ends up with an address that nobody answers for.
 *
 * No steps of Ignition, since the chain tells what is done: deployments from before these were a part of it get them, too.
 */
export async function administrationOf(
  { ethers }: NetworkConnection,
  owned: Owned,
  { owner: wanted, baseUris, previousRegistries = NO_PREVIOUS_REGISTRIES }: Parameters,
): Promise<Call[]> {
  const { provider } = ethers;
  const [deployer] = await ethers.getSigners();
  const calls: Call[] = [];
  for (const [contract, field, kind] of REGISTRIES) {
    const registry = Registry__factory.connect(owned[field], provider);
    if ((await registry.owner()) !== deployer!.address) continue;
    if ((await registry.baseURI()) !== baseUris[kind]) {
      const data = registry.interface.encodeFunctionData("setBaseURI", [baseUris[kind]]);
      calls.push({ step: `${contract}.setBaseURI`, to: owned[field], data });
    }
    if (await registry.initialized()) continue;
    const data = registry.interface.encodeFunctionData("initialize", [previousRegistries[kind]]);
    calls.push({ step: `${contract}.initialize`, to: owned[field], data });
  }
  if (wanted === "deployer" || wanted === deployer!.address) return calls;

  const all: readonly (readonly [string, Address])[] = [
    ["Poco", owned.poco],
    ...REGISTRIES.map(([contract, field]) => [contract, owned[field]] as const),
  ];
  for (const [contract, to] of all) {
    const ownership = IOwnership__factory.connect(to, provider);
    if ((await ownership.owner()) !== deployer!.address || (await pendingOwnerOf(ownership)) === wanted) continue;
    const data = ownership.interface.encodeFunctionData("transferOwnership", [wanted]);
    calls.push({ step: `${contract}.transferOwnership`, to, data });
  }
  return calls;
}

/** Who is invited to own a contract; nobody where ownership moves at once, as that of older registries does. */
export async function pendingOwnerOf(ownership: ReturnType<typeof IOwnership__factory.connect>): Promise<string> {
  try {
    return await ownership.pendingOwner();
  } catch {
    return ZeroAddress;
  }
}
