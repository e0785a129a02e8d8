import { posix } from "node:path";

import { checkBytes, isDigest, type Descriptor, type Digest } from "./digest.js";
import { assertImage, ImageError } from "./imageError.js";
import { FieldReader, parseStrictJson, type Fields } from "./strictJson.js";

/** Processor architectures, as images name them. */
export type Architecture = "amd64" | "arm64";

const ARCHITECTURES: Readonly<Record<string, Architecture>> = { x64: "amd64", arm64: "arm64" };

/** Returns the architecture of a processor by Node's name for it; undefined if images are not built for it. */
export function architectureOf(processor: string): Architecture | undefined {
  return Object.hasOwn(ARCHITECTURES, processor) ? ARCHITECTURES[processor] : undefined;
}

/** The compression of a layer's tar file. */
export type Compression = "none" | "gzip" | "zstd";

/** A layer: some of an image's files, and the paths that it deletes from the layers below. */
export interface Layer {
  /** The digest of the layer as the registry has it. */
  readonly digest: Digest;
  /** The size of the layer as the registry has it, in bytes. */
  readonly size: number;
  readonly compression: Compression;
  /** The digest of the uncompressed tar file. */
  readonly diffId: Digest;
}

/** The contents and the configuration of an image, read from documents whose digests were checked. */
export interface ContainerImage {
  /** The published digest: of the manifest, or of an index that names it. */
  readonly digest: Digest;
  /** The digest of the manifest for the platform. */
  readonly manifest: Digest;
  /** The digest of the config, which other tools call the image's id. */
  readonly config: Digest;
  readonly architecture: Architecture;
  /** The program and first arguments, which are always used. */
  readonly entrypoint: readonly string[];
  /** The default arguments, or the default command where there is no entry point. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** An absolute path. */
  readonly workingDirectory: string;
  /** A name or a number, optionally with a colon and a group; empty for root. */
  readonly user: string;
  readonly labels: Readonly<Record<string, string>>;
  /** From the lowest to the highest. */
  readonly layers: readonly Layer[];
}

/** A source of an image's documents, which are checked. */
export interface DocumentSource {
  readManifest(digest: Digest): Promise<Uint8Array>;
  readBlob(descriptor: Descriptor): Promise<Uint8Array>;
}

/** The maximum size of a manifest, an index or a config, in bytes. */
export const MAX_DOCUMENT_BYTES = 4 * 2 ** 20;

const MAX_LAYERS = 128;

/** The media types of supported manifests and indexes; registries are asked for no others. */
export const MANIFEST_TYPES = {
  ociManifest: "application/vnd.oci.image.manifest.v1+json",
  ociIndex: "application/vnd.oci.image.index.v1+json",
  dockerManifest: "application/vnd.docker.distribution.manifest.v2+json",
  dockerList: "application/vnd.docker.distribution.manifest.list.v2+json",
} as const;

const INDEX_TYPES: ReadonlySet<string> = new Set([MANIFEST_TYPES.ociIndex, MANIFEST_TYPES.dockerList]);
const IMAGE_TYPES: ReadonlySet<string> = new Set([MANIFEST_TYPES.ociManifest, MANIFEST_TYPES.dockerManifest]);
const CONFIG_TYPES: ReadonlySet<string> = new Set([
  "application/vnd.oci.image.config.v1+json",
  "application/vnd.docker.container.image.v1+json",
]);

const COMPRESSIONS: ReadonlyMap<string, Compression> = new Map([
  ["application/vnd.oci.image.layer.v1.tar", "none"],
  ["application/vnd.oci.image.layer.v1.tar+gzip", "gzip"],
  ["application/vnd.oci.image.layer.v1.tar+zstd", "zstd"],
  ["application/vnd.docker.image.rootfs.diff.tar", "none"],
  ["application/vnd.docker.image.rootfs.diff.tar.gzip", "gzip"],
  ["application/vnd.docker.image.rootfs.diff.tar.zstd", "zstd"],
]);
const FOREIGN = /\.foreign\.|\.nondistributable\./;

/** The annotation of manifests in an index that describe the build of another one. They are no images. */
const REFERENCE_TYPE = "vnd.docker.reference.type";
const ATTESTATION = "attestation-manifest";

/**
 * Reads an image from its digest alone: an index names exactly one manifest for the platform, the manifest its config,
 * and each document is checked against the digest in the one before. Tags and headers decide nothing.
 *
 * @param digest - The digest of a manifest, or of an index.
 * @throws `ImageError`
 */
export async function readImage(
  digest: Digest,
  source: DocumentSource,
  architecture: Architecture,
): Promise<ContainerImage> {
  const first = await readDocument("manifest or index", digest, undefined, () => source.readManifest(digest));
  const kind = kindOf(first, "manifest or index");
  if (kind === "manifest") return readPlatformImage(digest, digest, first, source, architecture);

  const chosen = choose(first, architecture);
  const fetched = () => source.readManifest(chosen.digest);
  const manifest = await readDocument("manifest", chosen.digest, chosen.size, fetched);
  if (kindOf(manifest, "manifest") === "index") throw new ImageError("NestedIndex", { digest: chosen.digest });
  return readPlatformImage(digest, chosen.digest, manifest, source, architecture);
}

async function readPlatformImage(
  digest: Digest,
  manifestDigest: Digest,
  manifest: Fields,
  source: DocumentSource,
  architecture: Architecture,
): Promise<ContainerImage> {
  const reader = new FieldReader("manifest");
  const configDescriptor = readDescriptor(reader.require(reader.object(manifest, "config"), "config"), reader);
  const { mediaType } = configDescriptor;
  assertImage(CONFIG_TYPES.has(mediaType), "UnsupportedManifest", { what: "config", mediaType });
  const layers = readLayers(reader.require(reader.objects(manifest, "layers"), "layers"), reader);

  const { digest: config, size } = configDescriptor;
  const fields = await readDocument("config", config, size, () => source.readBlob(configDescriptor));
  const described = readConfig(fields, architecture);
  const { diffIds, ...rest } = described;
  assertImage(layers.length === diffIds.length, "LayersDoNotMatch", {
    layers: layers.length,
    diffIds: diffIds.length,
  });
  return {
    digest,
    manifest: manifestDigest,
    config,
    architecture,
    ...rest,
    layers: layers.map((layer, index) => ({ ...layer, diffId: diffIds[index]! })),
  };
}

async function readDocument(
  what: string,
  digest: Digest,
  size: number | undefined,
  fetchBytes: () => Promise<Uint8Array>,
): Promise<Fields> {
  const limit = MAX_DOCUMENT_BYTES;
  const advice = "make it smaller";
  assertImage((size ?? 0) <= limit, "ImageTooLarge", { what: `bytes in its ${what}`, limit, advice });
  const bytes = await fetchBytes();
  assertImage(bytes.length <= limit, "ImageTooLarge", { what: `bytes in its ${what}`, limit, advice });
  checkBytes(bytes, `the ${what}`, digest, size);
  return parseStrictJson(bytes, what);
}

/** Returns the kind of a document according to its own fields: HTTP headers are covered by no digest. */
function kindOf(document: Fields, what: string): "manifest" | "index" {
  const reader = new FieldReader(what);
  const version = reader.count(document, "schemaVersion");
  assertImage(version !== 1, "OutdatedManifest", {});
  if (version !== 2) throw reader.refuse('its "schemaVersion" is not 2');
  const has = (name: string) => reader.get(document, name) !== undefined;
  const isIndex = has("manifests");
  const isManifest = has("config") || has("layers");
  if (isIndex === isManifest) throw reader.refuse("it is not either a manifest or an index");

  const mediaType = reader.text(document, "mediaType");
  const fitting = isIndex ? INDEX_TYPES : IMAGE_TYPES;
  assertImage(mediaType === undefined || fitting.has(mediaType), "UnsupportedManifest", {
    what,
    mediaType: mediaType ?? "",
  });
  return isIndex ? "index" : "manifest";
}

/** Returns the only manifest of an index for this platform. */
function choose(index: Fields, architecture: Architecture): Descriptor {
  const reader = new FieldReader("index");
  const wanted = `linux/${architecture}`;
  const offered: string[] = [];
  const fitting: Descriptor[] = [];
  for (const entry of reader.require(reader.objects(index, "manifests"), "manifests")) {
    const descriptor = readDescriptor(entry, reader);
    assertImage(!INDEX_TYPES.has(descriptor.mediaType), "NestedIndex", { digest: descriptor.digest });
    const annotations = reader.object(entry, "annotations") ?? {};
    if (annotations[REFERENCE_TYPE] === ATTESTATION || !IMAGE_TYPES.has(descriptor.mediaType)) continue;
    const platform = reader.object(entry, "platform");
    if (platform === undefined) continue;
    const found = platformOf(platform, reader);
    offered.push(found);
    if (found === wanted) fitting.push(descriptor);
  }
  const [chosen, ...others] = fitting;
  if (chosen === undefined) throw new ImageError("NoSuchPlatform", { wanted, offered });
  assertImage(others.length === 0, "SeveralOfPlatform", { wanted, count: fitting.length });
  return chosen;
}

function platformOf(fields: Fields, reader: FieldReader): string {
  const os = reader.require(reader.text(fields, "os"), "os");
  return `${os}/${reader.require(reader.text(fields, "architecture"), "architecture")}`;
}

function readDescriptor(fields: Fields, reader: FieldReader): Descriptor {
  const digest = reader.require(reader.text(fields, "digest"), "digest");
  if (!isDigest(digest)) throw reader.refuse(`${JSON.stringify(digest.slice(0, 100))} is not a SHA-256 digest`);
  return {
    mediaType: reader.require(reader.text(fields, "mediaType"), "mediaType"),
    digest,
    size: reader.require(reader.count(fields, "size"), "size"),
  };
}

function readLayers(entries: readonly Fields[], reader: FieldReader): Omit<Layer, "diffId">[] {
  assertImage(entries.length <= MAX_LAYERS, "ImageTooLarge", {
    what: "layers",
    limit: MAX_LAYERS,
    advice: "join some of its steps",
  });
  return entries.map((entry, index) => {
    const layer = index + 1;
    const { mediaType, digest, size } = readDescriptor(entry, reader);
    const urls = reader.list(entry, "urls") ?? [];
    assertImage(urls.length === 0 && !FOREIGN.test(mediaType), "ForeignLayer", { layer });
    const compression = COMPRESSIONS.get(mediaType);
    if (compression === undefined) throw new ImageError("UnsupportedLayer", { layer, mediaType });
    return { digest, size, compression };
  });
}

function readConfig(fields: Fields, architecture: Architecture) {
  const reader = new FieldReader("config");
  const [wanted, found] = [`linux/${architecture}`, platformOf(fields, reader)];
  assertImage(found === wanted, "WrongPlatform", { wanted, found });

  const rootfs = reader.require(reader.object(fields, "rootfs"), "rootfs");
  if (reader.text(rootfs, "type") !== "layers") throw reader.refuse('its "rootfs" is not of type "layers"');
  const diffIds = reader.require(reader.texts(rootfs, "diff_ids"), "diff_ids").map((diffId) => {
    if (!isDigest(diffId)) throw reader.refuse(`${JSON.stringify(diffId.slice(0, 100))} is not a SHA-256 digest`);
    return diffId;
  });

  const config = reader.object(fields, "config") ?? {};
  return {
    diffIds,
    entrypoint: reader.texts(config, "Entrypoint") ?? [],
    command: reader.texts(config, "Cmd") ?? [],
    environment: readEnvironment(reader.texts(config, "Env") ?? [], reader),
    workingDirectory: posix.resolve("/", reader.text(config, "WorkingDir") ?? ""),
    user: reader.text(config, "User") ?? "",
    labels: readLabels(reader.object(config, "Labels") ?? {}, reader),
  };
}

/** If a name is repeated, the last value wins, as in a shell. */
function readEnvironment(entries: readonly string[], reader: FieldReader): Record<string, string> {
  return Object.fromEntries(
    entries.map((entry) => {
      const end = entry.indexOf("=");
      if (end < 1) throw reader.refuse(`its "Env" has ${JSON.stringify(entry.slice(0, 100))}, which is not NAME=value`);
      return [entry.slice(0, end), entry.slice(end + 1)];
    }),
  );
}

function readLabels(fields: Fields, reader: FieldReader): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (typeof value !== "string") throw reader.refuse(`its label ${JSON.stringify(name.slice(0, 100))} is not text`);
      return [name, value];
    }),
  );
}
