import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

import type { pocoWith } from "./Poco.js";

/**
 * Deploys, and hands over what the deployer owns. The registries change hands at once; the hub only when the new owner
 * calls `acceptOwnership`, so that upgrades never end up with an address that nobody answers for.
 */
export function handoverOf(module: ReturnType<typeof pocoWith>) {
  return buildModule("Handover", (m) => {
    const deployed = m.useModule(module);
    const { diamond, appRegistry, datasetRegistry, workerpoolRegistry } = deployed;

    for (const owned of [diamond, appRegistry, datasetRegistry, workerpoolRegistry]) {
      m.call(owned, "transferOwnership", [m.getParameter<string>("owner")], { after: [module] });
    }
    return deployed;
  });
}
