import { existsSync } from "node:fs";

import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { imageConfiguration, imageRegister } from "@poco-marketplace/enclave/attestation/imageRule.js";
import { hexOf } from "@poco-marketplace/enclave/image/digest.js";
import { ImageError } from "@poco-marketplace/enclave/image/imageError.js";
import { formatImageName, parseImageName, type ImageName } from "@poco-marketplace/enclave/image/imageName.js";
import { RegistryClient } from "@poco-marketplace/enclave/image/registry.js";
import { simulatedRuntime } from "@poco-marketplace/enclave/runtime/simulatedRuntime.js";
import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";

/** What the quote of a trust domain shows that runs an image, in JSON values. */
export interface ImageReport {
  /** The name with its digest. */
  readonly image: string;
  /** The digest as apps publish it: `m_appChecksum`, with `m_appMREnclave` empty. */
  readonly checksum: Hex;
  readonly mrConfigId: Hex;
  readonly rtmr3: Hex;
  /** The id of the runtime that runs images in this version's simulation, for the list of the TEE broker. */
  readonly runtime: Hex;
}

/**
 * Parses the name of an image: a text with a tag or a digest that is not the path of anything. Undefined for the path of
 * a folder.
 *
 * @throws `ImageError` InvalidName
 */
export function imageNamed(text: string): ImageName | undefined {
  if (!/[:@]/.test(text) || existsSync(text)) return undefined;
  const name = parseImageName(text);
  if (name.digest !== undefined || name.tag !== undefined) return name;
  throw new ImageError("InvalidName", { text, problem: "it has neither a tag nor a digest" });
}

/**
 * Measures an image: its digest decides. Where the name has only a tag, the registry is asked for the digest.
 *
 * @throws `ImageError`
 */
export async function measureImage(name: ImageName): Promise<ImageReport> {
  const digest = name.digest ?? (await new RegistryClient({ privateHosts: "allowed" }).digestOfTag(name, name.tag!));
  const checksum: Hex = `0x${hexOf(digest)}`;
  return {
    image: formatImageName({ ...name, digest }),
    checksum,
    mrConfigId: toHex(imageConfiguration(checksum)),
    rtmr3: toHex(imageRegister(checksum)),
    runtime: simulatedRuntime().id,
  };
}

/** Formats the report as text. */
export function writeImageReport({ image, checksum, mrConfigId, rtmr3, runtime }: ImageReport): string {
  return [
    ["image", image],
    ["checksum", `${checksum}, to publish with an empty measurement`],
    ["MRCONFIGID", mrConfigId],
    ["RTMR3", rtmr3],
    ["runtime", `${runtime}, which the hub's TEE broker must approve`],
  ]
    .map(([label, value]) => `${label!.padEnd(11)}  ${value}`)
    .join("\n");
}
