import { createHash } from "node:crypto";

import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { assertImage } from "./imageError.js";

/** The SHA-256 of some bytes, as registries write it. */
export type Digest = `sha256:${string}`;

/** A document's reference to another: its digest and its size. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Whether a text is a digest of a kind that is checked here. */
export function isDigest(text: string): text is Digest {
  return DIGEST.test(text);
}

/** Returns the digest for the checksum that an app published, `m_appChecksum`. */
export function digestOfChecksum(checksum: Hex): Digest {
  const digest = `sha256:${checksum.slice(2).toLowerCase()}`;
  assertImage(isDigest(digest), "InvalidDigest", { text: checksum });
  return digest;
}

/** Returns the 64 hexadecimal digits of a digest. */
export function hexOf(digest: Digest): string {
  return digest.slice("sha256:".length);
}

export function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/**
 * Refuses bytes that are not those that a digest names.
 *
 * @param what - The name of the bytes in errors: `the manifest`.
 * @param size - The expected number of bytes, if it is known.
 * @throws `ImageError` WrongSize, WrongDigest
 */
export function checkBytes(bytes: Uint8Array, what: string, digest: Digest, size?: number): void {
  assertImage(size === undefined || bytes.length === size, "WrongSize", { what, stated: size!, actual: bytes.length });
  const actual = digestOf(bytes);
  assertImage(actual === digest, "WrongDigest", { what, expected: digest, actual });
}
