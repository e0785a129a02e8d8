import { analyze, solidityFiles } from "../../deploy/solidity.js";
import { abiFiles } from "./abis.js";
import { ERROR_CATALOG, errorCatalogFile } from "./errorCatalog.js";
import { READABLE_ABIS, readableAbisFile } from "./readableAbis.js";

/** Every generated file of packages/sdk/src/, as it ought to be: its text by its path from the root. */
export async function bindings(root: string): Promise<ReadonlyMap<string, string>> {
  const analysis = analyze(root, solidityFiles(root));
  return new Map([
    ...abiFiles(analysis),
    [ERROR_CATALOG, await errorCatalogFile(analysis, root)],
    [READABLE_ABIS, await readableAbisFile(analysis, root)],
  ]);
}
