import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/** What backs deposits: a token, or the chain's own coin. */
export type Escrow = "EscrowFacet" | "NativeEscrowFacet";

/** What a hub serves. Adding a facet is one line here: facets say themselves which functions they serve. */
export function facetsWith(escrow: Escrow) {
  return buildModule("Facets", (m) => ({
    escrow: m.contract(escrow),
    stakedRlc: m.contract("StakedRlcFacet"),
    orderBook: m.contract("OrderBookFacet"),
    matching: m.contract("MatchingFacet"),
    task: m.contract("TaskFacet"),
    contribution: m.contract("ContributionFacet"),
    consensus: m.contract("ConsensusFacet"),
    boost: m.contract("BoostFacet"),
    catalog: m.contract("CatalogFacet"),
    settings: m.contract("SettingsFacet"),
    legacyViews: m.contract("LegacyViewsFacet"),
  }));
}

export default facetsWith("EscrowFacet");
