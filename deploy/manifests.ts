import { mkdir, readFile, writeFile } from "node:fs/promises";

import { readManifest, type Manifest } from "../src/config/manifest.js";
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
 * @throws DeployError when nothing was. InvalidManifestError when the file is none.
 */
export async function loadManifest(directory: string, network: string): Promise<Manifest> {
  const text = await readFile(fileOf(directory, network), "utf8").catch(() => {
    throw new DeployError(`Nothing is known to be on "${network}": \`npm run deploy -- --network ${network}\` first.`);
  });
  return readManifest(JSON.parse(text));
}

function fileOf(directory: string, network: string): string {
  return `${directory}/manifests/${network}.json`;
}
