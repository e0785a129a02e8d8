import { fileURLToPath } from "node:url";

import hardhatToolboxMochaEthers from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { configVariable, defineConfig } from "hardhat/config";
import { strictWarnings } from "./scripts/strictWarnings.js";
import { testCompiler } from "./scripts/testCompiler.js";

export default defineConfig({
  plugins: [hardhatToolboxMochaEthers, strictWarnings, testCompiler],
  solidity: {
    version: "0.8.37",
    // From npm, so that a build downloads nothing.
    path: fileURLToPath(import.meta.resolve("solc/soljson.js")),
    // Cancun runs on every chain that we deploy to; see docs/deploy.md.
    settings: { evmVersion: "cancun", viaIR: true, optimizer: { enabled: true, runs: 200 } },
    splitTestsCompilation: true,
  },
  paths: {
    sources: ["contracts", "test/mocks"],
    tests: { solidity: "test", mocha: "test" },
    ignition: "deploy",
  },
  typechain: { outDir: "typechain-types" },
  networks: {
    sepolia: {
      type: "http",
      url: configVariable("SEPOLIA_RPC_URL"),
      accounts: [configVariable("DEPLOYER_KEY")],
    },
  },
});
