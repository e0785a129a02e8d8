import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { ZeroAddress } from "ethers";

import { DEFAULT_SETTINGS } from "../settings.js";
import { facetsWith, type Escrow } from "./Facets.js";
import Registries from "./Registries.js";

/**
 * The hub, set up. Its constructor takes nothing that differs from chain to chain, so that its address need not either:
 * the token comes with {Setup}. Facets tell the hub themselves which functions they serve.
 */
export function pocoWith(escrow: Escrow) {
  return buildModule("Poco", (m) => {
    const registries = m.useModule(Registries);
    const facets = m.useModule(facetsWith(escrow));

    const poco = m.contract("Poco", [m.getAccount(0), Object.values(facets)]);
    const setup = m.contract("Setup");

    const deployment = {
      ...DEFAULT_SETTINGS,
      ...registries,
      token: escrow === "EscrowFacet" ? m.getParameter<string>("token") : ZeroAddress,
    };
    m.call(poco, "diamondCut", [[], setup, m.encodeFunctionCall(setup, "run", [deployment])]);

    return { ...registries, ...facets, setup, poco };
  });
}

export default pocoWith("EscrowFacet");
