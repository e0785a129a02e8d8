import { createHash } from "node:crypto";

import type { Hex } from "../../protocol/ids.js";
import type { App, AppFile } from "./appFolder.js";

/**
 * What tells one app from another, in the two sizes that quotes have room for.
 *
 * Both are digests of the same bytes, which docs/enclaves.md lays out.
 */
export type Measurement = {
  /** 32 bytes, SHA-256: what an SGX quote has for MRENCLAVE. */
  readonly mrEnclave: Hex;
  /** 48 bytes, SHA-384: what a TDX quote has for MRTD. */
  readonly mrTd: Hex;
};

/** What the measured bytes begin with, so that they are not taken for those of another layout. */
const LAYOUT = Buffer.from("PoCo app measurement 1\n");

/** Measures an app: every file's path, executable bit and content, the manifest among them. */
export function measureApp({ files }: Pick<App, "files">): Measurement {
  return { mrEnclave: digest("sha256", files), mrTd: digest("sha384", files) };
}

function digest(algorithm: "sha256" | "sha384", files: readonly AppFile[]): Hex {
  const hash = createHash(algorithm).update(LAYOUT).update(uint64(files.length));
  for (const { path, isExecutable, content } of files) {
    const name = Buffer.from(path);
    hash.update(uint64(name.length)).update(name);
    hash.update(Uint8Array.of(isExecutable ? 1 : 0));
    hash.update(uint64(content.length)).update(content);
  }
  return `0x${hash.digest("hex")}`;
}

function uint64(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
