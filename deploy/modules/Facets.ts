import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/** What every hub serves. Adding a facet is one line here: facets say themselves which functions they serve. */
export default buildModule("Facets", (m) => ({
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
