import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/** What registers datasets together with their schema. It has no owner and no settings. */
export default buildModule("DataProtector", (m) => ({
  dataProtector: m.contract("DataProtector", [m.getParameter<string>("datasetRegistry")]),
}));
