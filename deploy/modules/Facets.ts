import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/** What backs deposits: a token, or the chain's own coin. */
export type Escrow = "EscrowBundle" | "NativeEscrowBundle";

/**
 * What a hub serves: facets, several in one contract where they share most of their code. Adding one is one line in a bundle,
 * or here: facets say themselves which functions they serve.
 */
export function facetsWith(escrow: Escrow) {
  return buildModule("Facets", (m) => ({
    escrow: m.contract(escrow),
    market: m.contract("MarketBundle"),
    work: m.contract("WorkBundle"),
    settings: m.contract("SettingsBundle"),
  }));
}

export default facetsWith("EscrowBundle");
