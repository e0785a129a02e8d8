import { createPrivateKey, KeyObject } from "node:crypto";

import { createAuthority } from "../../../src/attestation/simulated/authority.js";
import { createMachine } from "../../../src/attestation/simulated/machine.js";
import { certifyMachine, type SimulatedPlatform } from "../../../src/attestation/simulated/platform.js";
import { encodePem } from "../../../src/attestation/simulated/quoteWriter.js";
import { readJsonFile, writeJsonFile } from "../jsonFile.js";
import { NetworkError } from "../networkError.js";

const NOTICE =
  "SIMULATED. Quotes of this platform prove nothing about hardware, and whoever has this file can make them.";
const DAY = 24 * 3600 * 1000;

/**
 * The platform of a file: a machine that does not exist, certified under a root of its own. One is made where there is none.
 * Nobody keeps the key of the root then, so no other platform can be certified under it.
 */
export async function simulatedPlatform(file: string): Promise<SimulatedPlatform> {
  const known = await readPlatform(file);
  if (known !== undefined) return known;
  const period = { from: new Date(Date.now() - DAY), until: new Date(Date.now() + 3650 * DAY) };
  const platform = await certifyMachine(createMachine(), await createAuthority(period), period);
  await writeJsonFile(file, { notice: NOTICE, platform: flatten(platform) });
  return platform;
}

/**
 * The platform of a file that is there.
 *
 * @throws NetworkError
 */
export async function readSimulatedPlatform(file: string): Promise<SimulatedPlatform> {
  const known = await readPlatform(file);
  if (known !== undefined) return known;
  throw new NetworkError(`There is no platform in ${file}: name the attestation/platform.json of a network.`);
}

async function readPlatform(file: string): Promise<SimulatedPlatform | undefined> {
  const json = await readJsonFile<{ platform: unknown }>(file);
  return json === undefined ? undefined : (revive(json.platform) as SimulatedPlatform);
}

/** Bytes and keys in a form that JSON has. */
function flatten(value: unknown): unknown {
  if (value instanceof KeyObject) return { pem: value.export({ format: "pem", type: "pkcs8" }) };
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString("base64") };
  if (Array.isArray(value)) return value.map(flatten);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, flatten(inner)]));
}

function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== "object" || value === null) return value;
  const { pem, base64 } = value as { pem?: string; base64?: string };
  if (pem !== undefined) return createPrivateKey(pem);
  if (base64 !== undefined) return Uint8Array.from(Buffer.from(base64, "base64"));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, revive(inner)]));
}

/** The certificate of the root that a platform is certified under, as PEM. */
export function rootOf({ chain }: SimulatedPlatform): string {
  return encodePem([chain[2]]);
}
