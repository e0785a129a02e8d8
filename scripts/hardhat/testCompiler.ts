import { globSync } from "node:fs";

import type { HardhatPlugin } from "hardhat/types/plugins";

/**
 * Tests of internal libraries compile them in, and those need the IR pipeline, which takes several times as long. Tests of
 * the hub belong elsewhere. Mocks are contracts like any other.
 */
const COMPILED_LIKE_CONTRACTS = ["test/mocks/**", "test/unit/core/**"];

/**
 * Compiles Solidity tests without the optimizer and the IR pipeline, all in one run: several times faster. They deploy
 * the contracts from their artifacts, so what they test is what goes on chain.
 *
 * A plugin and not a list of `overrides`, because Hardhat merges compilations whose settings are the same object.
 */
export const testCompiler: HardhatPlugin = {
  id: "test-compiler",
  hookHandlers: {
    config: () =>
      Promise.resolve({
        default: () =>
          Promise.resolve({
            async resolveUserConfig(userConfig, resolveConfigurationVariable, next) {
              const config = await next(userConfig, resolveConfigurationVariable);
              const tests = globSync("test/**/*.sol", { exclude: COMPILED_LIKE_CONTRACTS });
              for (const profile of Object.values(config.solidity.profiles)) {
                const [compiler] = profile.compilers;
                if (compiler === undefined) continue;
                const { viaIR: _, optimizer: __, ...settings } = compiler.settings as Record<string, unknown>;
                const forTests = { ...compiler, settings: { ...settings, optimizer: { enabled: false } } };
                for (const test of tests) profile.overrides[test] = forTests;
              }
              return config;
            },
          }),
      }),
  },
};
