import { defineConfig } from "hardhat/config";

import config from "./hardhat.config.js";

/**
 * How coverage is measured. Contracts that report which of their lines run are built aside, so that no deployment and
 * no typed binding ever sees them. Fuzz tests need no more runs than it takes to get everywhere.
 */
export default defineConfig({
  ...config,
  paths: { ...config.paths, artifacts: "coverage/build/artifacts", cache: "coverage/build/cache" },
  typechain: { outDir: "coverage/build/types" },
  coverage: { skipFiles: ["test/mocks/**"] },
  test: {
    solidity: {
      fuzz: { runs: 32, seed: "0x506f436f" },
      invariant: { runs: 2, depth: 48, failOnRevert: true },
    },
  },
});
