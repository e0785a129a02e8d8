import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/**
 * Hands over what the deployer owns. The registries change hands at once; the hub only once the new owner has called
 * `acceptOwnership`, so that upgrades never end up with an address that nobody answers for.
 */
export default buildModule("Handover", (m) => {
  const owner = m.getParameter<string>("owner");
  const poco = m.contractAt("Poco", m.getParameter<string>("poco"));
  const appRegistry = m.contractAt("AppRegistry", m.getParameter<string>("appRegistry"));
  const datasetRegistry = m.contractAt("DatasetRegistry", m.getParameter<string>("datasetRegistry"));
  const workerpoolRegistry = m.contractAt("WorkerpoolRegistry", m.getParameter<string>("workerpoolRegistry"));

  for (const owned of [poco, appRegistry, datasetRegistry, workerpoolRegistry]) {
    m.call(owned, "transferOwnership", [owner]);
  }
  return { poco, appRegistry, datasetRegistry, workerpoolRegistry };
});
