import { createHash } from "node:crypto";

import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { assertImage } from "./imageError.js";

/** The SHA-256 of some bytes, as registries write it. */
export type Digest = `sha256:${string}`;

/** What one document says of another: which bytes it is, and how many. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Whether a text is a digest that this reader can check. */
export function isDigest(text: string): text is Digest {
  return DIGEST.test(text);
}

/** The digest that an app published as its checksum, `m_appChecksum`. */
export function digestOfChecksum(checksum: Hex): Digest {
  const digest = `sha256:${checksum.slice(2).toLowerCase()}`;
  assertImage(isDigest(digest), "InvalidDigest", { text: checksum });
  return digest;
}

/** The 64 hexadecimal digits of a digest. */
export function hexOf(digest: Digest): string {
  return digest.slice("sha256:".length);
}

export function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/**
 * Refuses bytes that are not those that a digest names.
 *
 * @param what What to call them in errors: `the manifest`.
 * @param size How many there are to be, if that is known.
 * @throws `ImageError` WrongSize, WrongDigest
 */
export function checkBytes(bytes: Uint8Array, what: string, digest: Digest, size?: number): void {
  assertImage(size === undefined || bytes.length === size, "WrongSize", { what, stated: size!, actual: bytes.length });
  const actual = digestOf(bytes);
  assertImage(actual === digest, "WrongDigest", { what, expected: digest, actual });
}
