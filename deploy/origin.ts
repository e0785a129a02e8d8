import type { NetworkConnection } from "hardhat/types/network";

import type { FacetVersion, Manifest } from "@poco-marketplace/sdk/manifest.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { IPoco__factory } from "../typechain-types/index.js";
import { codeHashesOf } from "./checkCode.js";
import { sourcesOf } from "./sources.js";
import { treeFacets } from "./treeRoutes.js";

/** Adds to a manifest what this tree has just deployed for its hub: owner, sources, the code's hashes and its history. */
export async function withOrigin(connection: NetworkConnection, manifest: Manifest): Promise<Manifest> {
  const { commit, compiler } = await sourcesOf();
  const owner = await IPoco__factory.connect(manifest.poco, connection.ethers.provider).owner();
  return {
    ...manifest,
    owner: owner as Address,
    commit,
    compiler,
    codeHashes: await codeHashesOf(connection, manifest),
    history: withVersions(manifest, manifest.facets, commit),
  };
}

/** A manifest written anew, with what an earlier one says of the same deployment: who deployed it, and from which sources. */
export function withEarlierOrigin(manifest: Manifest, earlier: Manifest | undefined): Manifest {
  if (earlier === undefined || earlier.poco !== manifest.poco) return manifest;
  const { deployer = manifest.deployer, commit = manifest.commit, compiler = manifest.compiler } = earlier;
  const history = withVersions(earlier, manifest.facets, manifest.commit ?? null);
  return { ...manifest, ...(deployer && { deployer }), ...(compiler && { compiler }), commit: commit ?? null, history };
}

/** The facets as the hub has them: of each, the address that serves most of what this tree's serves. */
export async function facetsOnHub(
  { ethers: { provider } }: NetworkConnection,
  { poco, native, facets }: Pick<Manifest, "poco" | "native" | "facets">,
): Promise<Record<string, Address>> {
  const routes = await IPoco__factory.connect(poco, provider).facets();
  const current: Record<string, Address> = { ...facets };
  for (const { name, functions } of await treeFacets(native)) {
    const selectors = new Set(functions.map(({ selector }) => selector));
    const shares = routes.map(({ facetAddress, functionSelectors }) => {
      return { address: facetAddress as Address, share: functionSelectors.filter((one) => selectors.has(one)).length };
    });
    const [first] = shares.toSorted((a, b) => b.share - a.share);
    if (first !== undefined && first.share > 0) current[name] = first.address;
  }
  return current;
}

/** The history of a hub's facets with those at its end that it does not have yet. */
export function withVersions(
  { history = [] }: Manifest,
  facets: Readonly<Record<string, Address>>,
  commit: string | null,
): FacetVersion[] {
  const known = new Set(history.map(({ address }) => address));
  const fresh = Object.entries(facets).filter(([, address]) => !known.has(address));
  return [...history, ...fresh.map(([facet, address]) => ({ facet, address, commit }))];
}
