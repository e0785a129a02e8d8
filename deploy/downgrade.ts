import type { NetworkConnection } from "hardhat/types/network";

import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import { isCodeOf } from "./compiledCode.js";
import { kinshipOf, type Kinship } from "./sources.js";
import { changedIn, type FacetPlan, type UpgradePlan } from "./upgradePlan.js";

/** What says that this tree's code is not newer than the hub's, a sentence for each; empty if nothing does. */
export async function downgradesIn(
  connection: NetworkConnection,
  manifest: Manifest,
  plan: UpgradePlan,
  kinship: (commit: string) => Kinship = (commit) => kinshipOf(commit),
): Promise<string[]> {
  const reasons = await Promise.all(changedIn(plan).map((facet) => reasonOf(connection, manifest, facet, kinship)));
  return reasons.filter((reason) => reason !== undefined);
}

async function reasonOf(
  { ethers: { provider } }: NetworkConnection,
  { facets, history = [] }: Manifest,
  { name, contract, current }: FacetPlan,
  kinship: (commit: string) => Kinship,
): Promise<string | undefined> {
  const versions = history.filter(({ facet }) => facet === name);
  for (const address of current) {
    const at = versions.findLastIndex((version) => version.address === address);
    // Manifests of before the history was recorded name what their tree deployed, which is older than this one.
    if (at === -1 && facets[name] !== address) {
      return `${name} is at ${address}, of which the manifest knows nothing`;
    }
    const commit = versions[at]?.commit ?? null;
    const kin = commit === null ? "contained" : kinship(commit);
    if (kin === "unknown") return `${name} is of commit ${commit}, which this repository does not know`;
    if (kin === "not contained") return `${name} is of commit ${commit}, which this source tree does not contain`;
    for (const { address: earlier } of versions.slice(0, Math.max(at, 0))) {
      if (!isCodeOf(contract, await provider.getCode(earlier))) continue;
      return `${name} had this tree's code before, at ${earlier}, and was upgraded since`;
    }
  }
  return undefined;
}
