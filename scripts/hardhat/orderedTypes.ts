import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

import type { HardhatPlugin } from "hardhat/types/plugins";

/** Lines of TypeChain's two lists of contracts, `index.ts` and `hardhat.d.ts`. */
const LISTED = /^(?:export (?:type )?\{ \w+ \} from |\s*(?:getContractFactory|getContractAt|deployContract)\(name: ')/;

/** Sorts every run of neighboring lines that list contracts, and leaves the others where they are. */
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

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)));
}

/** Makes a folder the same as another one, and touches no file that is: other processes may be reading them. */
export async function mirror(source: string, target: string): Promise<void> {
  const names = await filesIn(source);
  for (const name of names) {
    const content = await readFile(join(source, name));
    const file = join(target, name);
    const known = await readFile(file).catch(() => undefined);
    if (known?.equals(content) === true) continue;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.${process.pid}.draft`, content);
    await rename(`${file}.${process.pid}.draft`, file);
  }
  const gone = (await filesIn(target)).filter((name) => !names.includes(name) && !name.endsWith(".draft"));
  for (const name of gone) await rm(join(target, name), { force: true });
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
              await mkdir(config.paths.cache, { recursive: true });
              const drafts = await mkdtemp(join(config.paths.cache, "typechain-"));
              try {
                const settings = { ...config.typechain, outDir: drafts, dontOverrideCompile: false };
                await internals.generateTypes(config.paths.root, settings, globalOptions.noTypechain, shipped);
                if (!globalOptions.noTypechain)
                  await mirror(drafts, join(config.paths.root, config.typechain.outDir ?? "types"));
              } finally {
                await rm(drafts, { recursive: true, force: true });
              }
            },
          }),
      };
    },
  },
};
