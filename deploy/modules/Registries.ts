import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/** The three registries. Their only constructor argument is the deployer, so that they can have one address on all chains. */
export default buildModule("Registries", (m) => {
  const owner = m.getAccount(0);
  const appRegistry = m.contract("AppRegistry", [owner]);
  const datasetRegistry = m.contract("DatasetRegistry", [owner]);
  const workerpoolRegistry = m.contract("WorkerpoolRegistry", [owner]);

  return { appRegistry, datasetRegistry, workerpoolRegistry };
});
