import { join } from "node:path";

import { HardhatPluginError } from "hardhat/plugins";
import type { HardhatPlugin } from "hardhat/types/plugins";

/**
 * Refuses to measure coverage in the folder where deployments find their contracts: what it builds reports every line
 * that runs, costs several times the gas, and would be deployed with `--no-compile`.
 */
export const coverageAside: HardhatPlugin = {
  id: "coverage-aside",
  hookHandlers: {
    hre: () =>
      Promise.resolve({
        default: () =>
          Promise.resolve({
            created({ config, globalOptions }) {
              const isAside = config.paths.artifacts.startsWith(join(config.paths.root, "coverage"));
              if (globalOptions.coverage && !isAside) {
                throw new HardhatPluginError(
                  "coverage-aside",
                  "--coverage would build over the contracts that are deployed: use `npm run coverage`, " +
                    "or add `--config coverage.config.ts`.",
                );
              }
              return Promise.resolve();
            },
          }),
      }),
  },
};
