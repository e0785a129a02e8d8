import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";

import hardhatToolboxMochaEthers from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { strictWarnings } from "./scripts/strictWarnings.js";
import { configVariable, defineConfig } from "hardhat/config";
import type { HttpNetworkUserConfig } from "hardhat/types/config";

/** A chain that is reached through a node and needs a key. Both come from Hardhat's keystore or from the environment. */
function live(chainId: number, rpcUrl: string): HttpNetworkUserConfig {
  return { type: "http", chainId, url: configVariable(rpcUrl), accounts: [configVariable("DEPLOYER_KEY")] };
}

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
  typechain: { outDir: "typechain-types" },
  networks: {
    embedded: { type: "edr-simulated" },
    sepolia: live(11_155_111, "SEPOLIA_RPC_URL"),
    arbitrumSepolia: live(421_614, "ARBITRUM_SEPOLIA_RPC_URL"),
    arbitrumOne: live(42_161, "ARBITRUM_ONE_RPC_URL"),
  },
  ignition: {
    // keccak256("PoCo"). With the create2 strategy, all addresses follow from this, the code and the deployer.
    strategyConfig: { create2: { salt: "0xa726b501db55c1ef8beec10a40794364e57688d287e6bd98e132249661f6b20d" } },
  },
});
