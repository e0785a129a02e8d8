import { createHash } from "node:crypto";

import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import type { App } from "./appFolder.js";

/** What a quote says that its enclave runs: a packed app, or a container image. */
export type Measurement = PackageMeasurement | ImageMeasurement;

/**
 * The measurement of a packed app, in the two sizes that quotes have room for.
 *
 * Both are digests of the same bytes, which docs/reference/apps.md specifies.
 */
export interface PackageMeasurement {
  readonly kind: "package";
  /** SHA-256, 32 bytes: MRENCLAVE of an SGX quote. */
  readonly mrEnclave: Hex;
  /** SHA-384, 48 bytes: MRTD of a TDX quote. */
  readonly mrTd: Hex;
}

/** The measurement of a container image, which the runtime loads after it has been measured itself. */
export interface ImageMeasurement {
  readonly kind: "image";
  /** The SHA-256 of the image's manifest or index, 32 bytes: `m_appChecksum` of its app. */
  readonly digest: Hex;
}

/** The first bytes of what is measured, which name the layout. */
export const LAYOUT = Buffer.from("PoCo app measurement 1\n");

/** Measures an app: every file's path, executable bit and content, the manifest among them. */
export function measureApp(app: Pick<App, "files">): PackageMeasurement {
  return { kind: "package", mrEnclave: digest("sha256", app), mrTd: digest("sha384", app) };
}

/** Yields the bytes that are measured, piece by piece. */
export function* measuredBytes({ files }: Pick<App, "files">): Generator<Uint8Array> {
  yield LAYOUT;
  yield uint64(files.length);
  for (const { path, isExecutable, content } of files) {
    const name = Buffer.from(path);
    yield uint64(name.length);
    yield name;
    yield Uint8Array.of(isExecutable ? 1 : 0);
    yield uint64(content.length);
    yield content;
  }
}

function digest(algorithm: "sha256" | "sha384", app: Pick<App, "files">): Hex {
  const hash = createHash(algorithm);
  for (const piece of measuredBytes(app)) hash.update(piece);
  return `0x${hash.digest("hex")}`;
}

function uint64(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
