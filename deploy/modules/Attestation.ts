import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/**
 * What a hub asks about enclaves: a registry of the platforms under one root, a verifier of quotes, and the TEE broker.
 * Registry and broker have their owner from the start; the hub's owner makes the broker the hub's.
 */
export default buildModule("Attestation", (m) => {
  const owner = m.getParameter<string>("owner");
  const poco = m.contractAt("IPoco", m.getParameter<string>("poco"));

  const platformRegistry = m.contract("PlatformRegistry", [owner, m.getParameter<string>("root")]);
  const quoteVerifier = m.contract("QuoteVerifier", [platformRegistry, m.getParameter<string>("rootText")]);
  const teeBroker = m.contract("TeeBroker", [owner, poco, platformRegistry]);
  m.call(poco, "setTeeBroker", [teeBroker]);

  return { platformRegistry, quoteVerifier, teeBroker };
});
