import { defineConfig } from "hardhat/config";

import config from "./hardhat.config.js";
import { useInstrumentedTypes } from "./scripts/hardhat/instrumentedTypes.js";

useInstrumentedTypes();

/**
 * How coverage is measured: by all Solidity tests, and by those in TypeScript that try contracts/attestation with
 * quotes, which only TypeScript makes. Contracts that report which of their lines run are built aside, so that no
 * deployment and no typed binding ever sees them, and may be as large as they then are. Fuzz tests need no more runs
 * than it takes to get everywhere.
 */
export default defineConfig({
  ...config,
  paths: {
    ...config.paths,
    tests: { solidity: "test", mocha: "test/attestation/onchain" },
    artifacts: "coverage/build/artifacts",
    cache: "coverage/build/cache",
  },
  typechain: { outDir: "coverage/build/types" },
  networks: { ...config.networks, default: { type: "edr-simulated", allowUnlimitedContractSize: true } },
  coverage: { skipFiles: ["test/mocks/**"] },
  test: {
    solidity: {
      fuzz: { runs: 32, seed: "0x506f436f" },
      invariant: { runs: 2, depth: 48, failOnRevert: true },
    },
  },
});
