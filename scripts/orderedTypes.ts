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
  return runs.flatMap((run) => run.toSorted()).join("\n");
}

/**
 * TypeChain lists contracts in the order in which they happened to be compiled. This puts them in order, so that a build that changes
 * nothing changes no file.
 */
export const orderedTypes: HardhatPlugin = {
  id: "ordered-types",
  hookHandlers: {
    solidity: async () => {
      const { outputTransformers } = await import("typechain/dist/codegen/outputTransformers/index.js");
      if (!outputTransformers.includes(orderLists)) outputTransformers.push(orderLists);
      return { default: () => Promise.resolve({}) };
    },
  },
};
