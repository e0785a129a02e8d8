import { createReadStream } from "node:fs";
import { join, posix } from "node:path";

import { manifestImage, type BuiltImage } from "@poco-marketplace/enclave/image/build/imageDocuments.js";
import { compressLayer, type BuiltLayer } from "@poco-marketplace/enclave/image/build/writeLayer.js";
import { readTar } from "@poco-marketplace/enclave/image/tarReader.js";
import { BuildError } from "./buildError.js";

/** The part of `manifest.json` in an archive that is read here. */
interface ArchiveManifest {
  readonly Config: string;
  /** The paths of the layers' tar files, from the lowest. */
  readonly Layers: readonly string[];
}

/**
 * Reads an image from an archive that `docker save` or `podman save` writes, and compresses its layers.
 *
 * @param folder - The folder for the layers.
 * @throws {@link BuildError}
 */
export async function readArchive(archive: string, folder: string): Promise<BuiltImage> {
  const documents = new Map<string, Buffer>();
  const links = new Map<string, string>();
  for await (const { kind, name, linkname, size, body } of readTar(createReadStream(archive))) {
    // Older versions write a layer once, and links where it occurs again.
    if (kind === "link") links.set(name, posix.join(posix.dirname(name), linkname));
    if (kind === "hardLink") links.set(name, linkname);
    if (kind === "file" && size < 2 ** 20) documents.set(name, Buffer.from(await body.whole()));
  }
  const { config, layers } = readManifest(documents);
  const paths = layers.map((path) => links.get(path) ?? path);
  const built = await compressLayers(archive, new Set(paths), folder);
  const missing = paths.find((path) => !built.has(path));
  if (missing !== undefined)
    throw new BuildError(`The container engine left the layer ${missing} out: build it again.`);
  return manifestImage(
    paths.map((path) => built.get(path)!),
    config,
  );
}

function readManifest(documents: ReadonlyMap<string, Buffer>): { config: Buffer; layers: readonly string[] } {
  const found = documents.get("manifest.json");
  const [manifest] = found === undefined ? [] : (JSON.parse(found.toString()) as ArchiveManifest[]);
  const config = documents.get(manifest?.Config ?? "");
  if (manifest === undefined || config === undefined) {
    throw new BuildError("The container engine's archive has no manifest.json that names a config: update the engine.");
  }
  return { config, layers: manifest.Layers };
}

async function compressLayers(
  archive: string,
  wanted: ReadonlySet<string>,
  folder: string,
): Promise<ReadonlyMap<string, BuiltLayer>> {
  const built = new Map<string, BuiltLayer>();
  for await (const { kind, name, body } of readTar(createReadStream(archive))) {
    if (kind !== "file" || !wanted.has(name)) continue;
    built.set(name, await compressLayer(join(folder, `${built.size}.tar.gz`), body.pieces()));
  }
  return built;
}
