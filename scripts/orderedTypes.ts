import { join } from "node:path";

import type { HardhatPlugin } from "hardhat/types/plugins";

/** Lines of TypeChain's two lists of contracts, `index.ts` and `hardhat.d.ts`. */
const LISTED = /^(?:export (?:type )?\{ \w+ \} from |\s*(?:getContractFactory|getContractAt|deployContract)\(name: ')/;

/** Sorts every run of neighbouring lines that list contracts, and leaves the others where they are. */
export function orderLists(source: string): string {
  const runs: string[][] = [];
  let wasListed = false;
  for (const line of source.split("\n")) {
    const isListed = LISTED.test(line);
    if (isListed && wasListed) runs.at(-1)?.push(line);
    else runs.push([line]);
    wasListed = isListed;
  }
  // The template indents whichever line happens to come first.
  return runs.flatMap((run) => (run.length > 1 ? run.map((line) => line.trimStart()).toSorted() : run)).join("\n");
}

/**
 * What hardhat-typechain runs after each build; it offers no way to leave contracts out, so it is called from here
 * instead.
 */
type GenerateTypes = (root: string, config: object, noTypechain: boolean, artifacts: string[]) => Promise<void>;

/**
 * TypeChain, in order and without mocks. It lists contracts in the order in which they happened to be compiled: this
 * sorts them, so that a build that changes nothing changes no file. And it would type the tests' mocks, which are
 * nobody's business outside.
 */
export const orderedTypes: HardhatPlugin = {
  id: "ordered-types",
  hookHandlers: {
    config: () =>
      Promise.resolve({
        default: () =>
          Promise.resolve({
            async resolveUserConfig(userConfig, resolveConfigurationVariable, next) {
              const config = await next(userConfig, resolveConfigurationVariable);
              return { ...config, typechain: { ...config.typechain, dontOverrideCompile: true } };
            },
          }),
      }),
    solidity: async () => {
      const { outputTransformers } = await import("typechain/dist/codegen/outputTransformers/index.js");
      if (!outputTransformers.includes(orderLists)) outputTransformers.push(orderLists);
      const plugin = import.meta.resolve("@nomicfoundation/hardhat-typechain");
      const internals = (await import(new URL("internal/generate-types.js", plugin).href)) as {
        generateTypes: GenerateTypes;
      };
      return {
        default: () =>
          Promise.resolve({
            async processArtifactsAfterSuccessfulBuild({ config, globalOptions }, artifactPaths) {
              const contracts = join(config.paths.artifacts, "contracts");
              const shipped = artifactPaths.filter((path) => path.startsWith(contracts));
              if (shipped.length === 0) return;
              const settings = { ...config.typechain, dontOverrideCompile: false };
              await internals.generateTypes(config.paths.root, settings, globalOptions.noTypechain, shipped);
            },
          }),
      };
    },
  },
};
