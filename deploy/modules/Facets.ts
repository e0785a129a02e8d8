import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/** What backs deposits: a token, or the chain's own coin. */
export type Escrow = "EscrowBundle" | "NativeEscrowBundle";

/** The facets of a hub, as manifests name them. */
export const FACET_NAMES = ["escrow", "market", "work", "settings"] as const;

export type FacetName = (typeof FACET_NAMES)[number];

/**
 * What a hub serves: facets, several in one contract where they share most of their code. Adding one is one line in a bundle,
 * or here: facets say themselves which functions they serve.
 */
export function bundlesWith(escrow: Escrow): Readonly<Record<FacetName, string>> {
  return { escrow, market: "MarketBundle", work: "WorkBundle", settings: "SettingsBundle" };
}

/** Deploys what a new hub serves. */
export function facetsWith(escrow: Escrow) {
  const bundles = bundlesWith(escrow);
  return buildModule("Facets", (m) => ({
    escrow: m.contract(bundles.escrow),
    market: m.contract(bundles.market),
    work: m.contract(bundles.work),
    settings: m.contract(bundles.settings),
  }));
}

export default facetsWith("EscrowBundle");
