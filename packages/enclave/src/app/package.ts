import { createHash } from "node:crypto";

import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { APP_LIMITS, appOf, type App, type AppFile, type AppLimits } from "./appFolder.js";
import { LAYOUT, measuredBytes } from "./measurement.js";

/** Bytes that are not a packed app. */
export class InvalidPackageError extends Error {
  override readonly name = "InvalidPackageError";

  constructor(reason: string, options?: ErrorOptions) {
    super(
      `These bytes are not a packed app: ${reason}. Pack its folder again (poco measure DIR --pack FILE).`,
      options,
    );
  }
}

const NUMBER_LENGTH = 8;

/**
 * Packs an app into one file: exactly the bytes that are measured, as docs/reference/apps.md specifies them. So the
 * SHA-256 of a package is the MRENCLAVE of its app, and may be published as its checksum.
 */
export function packApp(app: Pick<App, "files">): Uint8Array {
  return Buffer.concat([...measuredBytes(app)]);
}

/**
 * Unpacks an app from its package. The app packs to the same bytes again: no bytes are left over, every number has one
 * encoding, and there is nothing that the folder of an app could not hold.
 *
 * @throws {@link InvalidPackageError}, {@link InvalidAppError}, {@link InvalidAppManifestError}
 */
export function unpackApp(bytes: Uint8Array, limits: AppLimits = APP_LIMITS): App {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let place = 0;
  const take = (length: number, what: string): Buffer => {
    if (length > source.length - place) throw new InvalidPackageError(`it ends within ${what}`);
    place += length;
    return source.subarray(place - length, place);
  };
  const takeNumber = (what: string, most: number): number => {
    const value = take(NUMBER_LENGTH, what).readBigUInt64BE();
    if (value > BigInt(most)) throw new InvalidPackageError(`${what} is ${value}, and ${most} are allowed`);
    return Number(value);
  };

  if (!take(LAYOUT.length, "its heading").equals(LAYOUT)) throw new InvalidPackageError("its heading is another");
  const count = takeNumber("the number of its files", limits.maxFiles);
  const files: AppFile[] = [];
  for (let index = 0; index < count; index++) {
    const path = readPath(take(takeNumber("the length of a path", source.length), "a path"));
    const [flag] = take(1, `the mode of ${path}`);
    if (flag !== 0 && flag !== 1) throw new InvalidPackageError(`the mode of ${path} is ${flag}, neither 0 nor 1`);
    const content = take(takeNumber(`the length of ${path}`, limits.maxBytes), path);
    files.push({ path, isExecutable: flag === 1, content });
  }
  if (place !== source.length) throw new InvalidPackageError(`${source.length - place} bytes are left over`);
  return appOf(files, limits);
}

/** Computes the SHA-256 of a package, which is the MRENCLAVE of its app. */
export function packageChecksum(bytes: Uint8Array): Hex {
  return `0x${createHash("sha256").update(bytes).digest("hex")}`;
}

function readPath(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  if (!Buffer.from(text).equals(bytes)) throw new InvalidPackageError("a path in it is not UTF-8");
  return text;
}
