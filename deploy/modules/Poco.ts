import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { ZeroAddress } from "ethers";

import { DEFAULT_SETTINGS } from "../settings.js";
import { facetsWith } from "./Facets.js";
import Local from "./Local.js";
import Registries from "./Registries.js";

/** What backs deposits: a token that exists, one that is deployed along for development, or the chain's own coin. */
export type Backing = "token" | "dev" | "native";

/**
 * The hub, set up. Its constructor takes nothing that differs from chain to chain, so that its address need not either:
 * the token comes with `Setup`, which nobody is routed to. Facets tell the hub themselves which functions they serve.
 */
export function pocoWith(backing: Backing) {
  return buildModule("Poco", (m) => {
    const { rlc } = backing === "dev" ? m.useModule(Local) : {};
    const registries = m.useModule(Registries);
    const facets = m.useModule(facetsWith(backing === "native" ? "NativeEscrowBundle" : "EscrowBundle"));

    const poco = m.contract("Poco", [m.getAccount(0), Object.values(facets)]);

    const { settings } = facets;
    const token = backing === "native" ? ZeroAddress : (rlc ?? m.getParameter<string>("token"));
    const deployment = { ...DEFAULT_SETTINGS, ...registries, token };
    const diamond = m.contractAt("UpgradeFacet", poco);
    m.call(diamond, "diamondCut", [[], settings, m.encodeFunctionCall(settings, "run", [deployment])]);

    return { ...registries, ...facets, poco, diamond, ...(rlc === undefined ? {} : { rlc }) };
  });
}

export default pocoWith("token");
