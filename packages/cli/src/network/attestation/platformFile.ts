import { createAuthority } from "@poco-marketplace/enclave/attestation/simulated/authority.js";
import { createMachine } from "@poco-marketplace/enclave/attestation/simulated/machine.js";
import { certifyMachine, type SimulatedPlatform } from "@poco-marketplace/enclave/attestation/simulated/platform.js";
import { platformFromJson, platformToJson } from "@poco-marketplace/enclave/attestation/simulated/platformJson.js";
import { encodePem } from "@poco-marketplace/enclave/attestation/simulated/quoteWriter.js";
import { readJsonFile, writeJsonFile } from "../jsonFile.js";
import { NetworkError } from "../networkError.js";

const NOTICE =
  "SIMULATED. Quotes of this platform prove nothing about hardware, and anybody with this file can make them.";
const DAY = 24 * 3600 * 1000;

/**
 * Reads the simulated platform of a file, or creates one there: a machine that does not exist, certified under a root
 * of its own. The root's private key is discarded, so no other platform can be certified under it.
 */
export async function simulatedPlatform(file: string): Promise<SimulatedPlatform> {
  const known = await readPlatform(file);
  if (known !== undefined) return known;
  const period = { from: new Date(Date.now() - DAY), until: new Date(Date.now() + 3650 * DAY) };
  const platform = await certifyMachine(createMachine(), await createAuthority(period), period);
  await writeJsonFile(file, { notice: NOTICE, platform: platformToJson(platform) });
  return platform;
}

/**
 * Reads the simulated platform of an existing file.
 *
 * @throws {@link NetworkError} if the file does not exist
 */
export async function readSimulatedPlatform(file: string): Promise<SimulatedPlatform> {
  const known = await readPlatform(file);
  if (known !== undefined) return known;
  throw new NetworkError(`There is no platform in ${file}: name the attestation/platform.json of a network.`);
}

async function readPlatform(file: string): Promise<SimulatedPlatform | undefined> {
  const json = await readJsonFile<{ platform: unknown }>(file);
  return json === undefined ? undefined : platformFromJson(json.platform);
}

/** Returns the root certificate of a platform as PEM. */
export function rootOf({ chain }: SimulatedPlatform): string {
  return encodePem([chain[2]]);
}
