import { createHash } from "node:crypto";
import type { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import * as zlib from "node:zlib";

import type { Digest } from "./digest.js";
import { assertImage, ImageError } from "./imageError.js";
import type { Compression, Layer } from "./manifest.js";
import type { RootFolder } from "./rootFolder.js";
import { readTar, TarError } from "./tarReader.js";

/** The size of a decompressor's output chunks, in bytes. */
const CHUNK_BYTES = 2 ** 17;
/** The maximum window of a zstd frame as a power of two: 128 MiB, the limit of the zstd tool. */
const ZSTD_WINDOW = 27;

/**
 * Unpacks a layer as a stream, with some hundred KiB of it in memory. The unpacked files may be used only after this
 * has returned: then both the compressed bytes and the tar file have their digests.
 *
 * @param number - The number of the layer from 1 on, for errors.
 * @throws `ImageError`
 */
export async function unpackLayer(
  compressed: AsyncIterable<Uint8Array>,
  layer: Layer,
  number: number,
  root: RootFolder,
  signal?: AbortSignal,
): Promise<void> {
  const what = `layer ${number}`;
  const [blobHash, tarHash] = [createHash("sha256"), createHash("sha256")];
  let size = 0;

  async function* blob(): AsyncGenerator<Uint8Array> {
    for await (const chunk of compressed) {
      size += chunk.length;
      assertImage(size <= layer.size, "WrongSize", { what, stated: layer.size, actual: size });
      blobHash.update(chunk);
      yield chunk;
    }
  }

  async function* tar(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      root.countBytes(chunk.length);
      tarHash.update(chunk);
      yield chunk;
    }
  }

  async function unpack(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    root.beginLayer();
    for await (const entry of readTar(tar(chunks))) await root.add(entry);
  }

  try {
    const unzip = decompressor(layer.compression, number);
    const options = signal === undefined ? {} : { signal };
    if (unzip === undefined) await pipeline(blob, unpack, options);
    else await pipeline(blob, unzip, unpack, options);
  } catch (cause) {
    throw explain(cause, number, layer.compression);
  }

  assertImage(size === layer.size, "WrongSize", { what, stated: layer.size, actual: size });
  const digest: Digest = `sha256:${blobHash.digest("hex")}`;
  assertImage(digest === layer.digest, "WrongDigest", { what, expected: layer.digest, actual: digest });
  const diffId: Digest = `sha256:${tarHash.digest("hex")}`;
  assertImage(diffId === layer.diffId, "WrongDiffId", { layer: number, expected: layer.diffId, actual: diffId });
}

function decompressor(compression: Compression, layer: number): Transform | undefined {
  switch (compression) {
    case "none":
      return undefined;
    case "gzip":
      return zlib.createGunzip({ chunkSize: CHUNK_BYTES });
    case "zstd":
      // Node before 22.15 has no zstd, whatever the types say.
      assertImage("createZstdDecompress" in zlib, "ZstdNotSupported", { layer });
      return zlib.createZstdDecompress({
        chunkSize: CHUNK_BYTES,
        params: { [zlib.constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW },
      });
  }
}

function explain(cause: unknown, layer: number, compression: Compression): unknown {
  if (cause instanceof TarError) return new ImageError("InvalidLayer", { layer, problem: cause.message }, { cause });
  const { code = "" } = cause as NodeJS.ErrnoException;
  if (/^(?:Z_|ZSTD_)/.test(code)) {
    return new ImageError(
      "InvalidLayer",
      { layer, problem: `it is not a valid ${compression} file (${code})` },
      { cause },
    );
  }
  return cause;
}
