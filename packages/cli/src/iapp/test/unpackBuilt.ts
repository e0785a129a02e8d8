import { execFile } from "node:child_process";
import { createReadStream, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rename } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { removeFolder } from "@poco-marketplace/enclave/files/removeFolder.js";
import { sandboxAccount } from "@poco-marketplace/enclave/files/sandboxAccount.js";
import type { BuiltImage } from "@poco-marketplace/enclave/image/build/imageDocuments.js";
import {
  readImage,
  type Architecture,
  type ContainerImage,
  type Layer,
} from "@poco-marketplace/enclave/image/manifest.js";
import { RootFolder, UNPACK_LIMITS } from "@poco-marketplace/enclave/image/rootFolder.js";
import { unpackLayer } from "@poco-marketplace/enclave/image/unpack.js";
import { cacheFolder } from "../build/layerCache.js";

/** Where images are unpacked. */
export interface UnpackOptions {
  /** A path at which nothing is. */
  readonly folder: string;
  readonly architecture: Architecture;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Checks an image as a worker does, and unpacks it. Its lowest layer, which rarely changes, is unpacked once, and its files
 * are linked from then on: nobody writes to the files of an image.
 *
 * @throws `ImageError`
 */
export async function unpackBuilt(
  { digest, manifest, config, layers }: BuiltImage,
  { folder, architecture, environment }: UnpackOptions,
): Promise<ContainerImage> {
  const source = { readManifest: () => Promise.resolve(manifest), readBlob: () => Promise.resolve(config) };
  const image = await readImage(digest, source, architecture);
  const [base] = image.layers;
  if (base === undefined) await mkdir(folder);
  else await promisify(execFile)("cp", ["-al", await unpackedBase(base, layers[0]!.file, environment), folder]);
  const root = new RootFolder(folder, UNPACK_LIMITS, sandboxAccount());
  // What is there counts as a layer.
  root.beginLayer();
  for (const [index, layer] of image.layers.entries()) {
    if (index > 0) await unpackLayer(createReadStream(layers[index]!.file), layer, index + 1, root);
  }
  await root.finish();
  return image;
}

/** Returns the folder of an unpacked layer, which is unpacked unless it is there. */
async function unpackedBase(layer: Layer, file: string, environment: UnpackOptions["environment"]): Promise<string> {
  const roots = await cacheFolder(environment, "roots");
  const owner = sandboxAccount()?.uid ?? process.getuid?.() ?? 0;
  // A crash of the machine may have lost files that were not on disk yet, so only folders of this boot count.
  const place = join(roots, `${layer.diffId.slice("sha256:".length)}-${owner}-${bootOf()}`);
  const aside = await mkdtemp(join(roots, "unpacking-"));
  try {
    await rename(place, place);
  } catch {
    const root = new RootFolder(aside, UNPACK_LIMITS, sandboxAccount());
    await unpackLayer(createReadStream(file), layer, 1, root);
    await root.finish();
    // Another command may have been faster.
    await rename(aside, place).catch(() => undefined);
  } finally {
    await removeFolder(aside);
  }
  return place;
}

function bootOf(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}
