import { fileURLToPath } from "node:url";

import hardhatToolboxMochaEthers from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { configVariable, defineConfig } from "hardhat/config";
import type { HttpNetworkUserConfig } from "hardhat/types/config";

import { tasks } from "./deploy/tasks/tasks.js";
import { coverageAside } from "./scripts/hardhat/coverageAside.js";
import { orderedTypes } from "./scripts/hardhat/orderedTypes.js";
import { strictWarnings } from "./scripts/hardhat/strictWarnings.js";
import { testCompiler } from "./scripts/hardhat/testCompiler.js";
import { testProfiles } from "./scripts/hardhat/testProfiles.js";

/** A chain that is reached through a node and needs a key: both from Hardhat's keystore or from the environment. */
function live(chainId: number, rpcUrl: string): HttpNetworkUserConfig {
  return { type: "http", chainId, url: configVariable(rpcUrl), accounts: [configVariable("DEPLOYER_KEY")] };
}

/**
 * The compiler's own steps without the function specializer (F), which copies a function for each constant that it is
 * called with: copies of our guards, which name the order they refuse, made up a fifth of the market's code. What that
 * saves at deployment pays for more runs, which make each call cheaper. From 1,000 runs on, code grows by a tenth.
 */
const optimizer = {
  enabled: true,
  runs: 700,
  details: {
    yulDetails: {
      optimizerSteps:
        "dhfoDgvulfnTUtnIf[xa[r]EscLMVcul[j]Trpeul]xa[rul]xa[r]cL" +
        "gvifCTUca[r]LSsTOtfDnca[r]IulcscCTUt[gvifM]jmul[jul]VcTOcul jmul:fDnTOcmu",
    },
  },
} as const;

export default defineConfig({
  plugins: [hardhatToolboxMochaEthers, coverageAside, orderedTypes, strictWarnings, testCompiler],
  solidity: {
    version: "0.8.37",
    // From npm, so that a build downloads nothing.
    path: fileURLToPath(import.meta.resolve("solc/soljson.js")),
    // Cancun runs on every chain that we deploy to; see docs/how-to/deploy.md.
    settings: { evmVersion: "cancun", viaIR: true, optimizer },
    splitTestsCompilation: true,
  },
  paths: {
    sources: ["contracts", "test/mocks"],
    tests: { solidity: "test", mocha: "test" },
    ignition: "deploy",
  },
  tasks,
  // A guard against what never ends, and nothing else: no test may depend on how busy the machine is.
  test: { solidity: { profiles: testProfiles }, mocha: { timeout: 600_000 } },
  typechain: { outDir: "typechain-types" },
  networks: {
    embedded: { type: "edr-simulated" },
    sepolia: live(11_155_111, "SEPOLIA_RPC_URL"),
    arbitrumSepolia: live(421_614, "ARBITRUM_SEPOLIA_RPC_URL"),
    arbitrumOne: live(42_161, "ARBITRUM_ONE_RPC_URL"),
  },
  verify: { etherscan: { apiKey: configVariable("ETHERSCAN_API_KEY") } },
});
