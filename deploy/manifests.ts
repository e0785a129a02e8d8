import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";

import { readManifest, type Manifest } from "@poco-marketplace/sdk/manifest.js";
import { DeployError } from "./DeployError.js";

/** Writes what clients need to know of a deployment, and says where. */
export async function saveManifest(directory: string, manifest: Manifest): Promise<string> {
  const file = fileOf(directory, manifest.network);
  await mkdir(`${directory}/manifests`, { recursive: true });
  await writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`);
  return file;
}

/**
 * What was deployed to a network.
 *
 * @throws DeployError when nothing was, and when the file is no manifest.
 */
export async function loadManifest(directory: string, network: string): Promise<Manifest> {
  const known = await knownManifest(directory, network);
  if (known !== undefined) return known;
  throw new DeployError(`Nothing is known to be on "${network}": \`npm run deploy -- --network ${network}\` first.`);
}

/**
 * The same, or undefined when nothing was deployed.
 *
 * @throws DeployError when the file is no manifest.
 */
export async function knownManifest(directory: string, network: string): Promise<Manifest | undefined> {
  const file = fileOf(directory, network);
  if (!existsSync(file)) return undefined;
  try {
    return readManifest(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
    throw new DeployError(`${file} cannot be read (${reason}): bring back the file that was written.`, {
      cause: error,
    });
  }
}

function fileOf(directory: string, network: string): string {
  return `${directory}/manifests/${network}.json`;
}
