import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";

import { status } from "@nomicfoundation/ignition-core";

/**
 * Writes Ignition's list of addresses anew where it was cut off in the middle, by a kill or a full disk. Without this, that
 * deployment could not go on. The list repeats what the journal says, and the journal only ever grows at its end.
 */
export async function mendDeployedAddresses(journal: string): Promise<void> {
  const file = `${journal}/deployed_addresses.json`;
  if (!existsSync(file) || isJson(await readFile(file, "utf8"))) return;

  const { contracts } = await status(journal);
  const addresses = Object.fromEntries(Object.entries(contracts).map(([id, { address }]) => [id, address]));
  if (Object.keys(addresses).length === 0) await rm(file);
  else await writeFile(file, JSON.stringify(addresses, null, 2));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
