import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";

import hardhatToolboxMochaEthers from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { strictWarnings } from "./scripts/strictWarnings.js";
import { configVariable, defineConfig } from "hardhat/config";

/** The compiler that npm installed, so that a build downloads nothing. */
const solc = { version: "0.8.37", path: fileURLToPath(import.meta.resolve("solc/soljson.js")) };

/** What is deployed. Cancun runs on every chain that we deploy to; see docs/deploy.md. */
const forChains = { evmVersion: "cancun", viaIR: true, optimizer: { enabled: true, runs: 200 } };

/** Tests deploy contracts from their artifacts and need no optimizer themselves: they compile six times faster without. */
const forTests = { evmVersion: "cancun", optimizer: { enabled: false } };

/** Tests of internal libraries compile them in, and those need the IR pipeline. */
const tests = globSync("test/**/*.sol", { exclude: ["test/mocks/**", "test/unit/core/**"] });

export default defineConfig({
  plugins: [hardhatToolboxMochaEthers, strictWarnings],
  solidity: {
    compilers: [{ ...solc, settings: forChains }],
    overrides: Object.fromEntries(tests.map((test) => [test, { ...solc, settings: forTests }])),
  },
  paths: {
    sources: ["contracts", "test/mocks"],
    tests: { solidity: "test", mocha: "test" },
    ignition: "deploy",
  },
  test: {
    solidity: {
      fuzz: { runs: 256, seed: "0x506f436f" },
      invariant: { runs: 8, depth: 48, failOnRevert: true },
    },
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
