import { posix } from "node:path";

import { checkBytes, isDigest, type Descriptor, type Digest } from "./digest.js";
import { assertImage, ImageError } from "./imageError.js";
import { FieldReader, parseStrictJson, type Fields } from "./strictJson.js";

/** Processors, as images name them. */
export type Architecture = "amd64" | "arm64";

/** How the tar file of a layer is compressed. */
export type Compression = "none" | "gzip" | "zstd";

/** Some of an image's files, and which files of the layers below it are gone. */
export interface Layer {
  /** Of the bytes that a registry has. */
  readonly digest: Digest;
  /** How many those are. */
  readonly size: number;
  readonly compression: Compression;
  /** Of the tar file that they are when they are not compressed. */
  readonly diffId: Digest;
}

/** What is run, and all that is known of it, out of documents whose digests hold. */
export interface ContainerImage {
  /** What the app published: of the manifest, or of an index that names it. */
  readonly digest: Digest;
  /** Of the manifest for the platform. */
  readonly manifest: Digest;
  /** Of the config, which other tools call the image's id. */
  readonly config: Digest;
  readonly architecture: Architecture;
  /** What is run always. */
  readonly entrypoint: readonly string[];
  /** What is run, or given to the entry point, when there are no arguments. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** An absolute path. */
  readonly workingDirectory: string;
  /** A name or a number, with a group after a colon or without; empty for root. */
  readonly user: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The lowest first. */
  readonly layers: readonly Layer[];
}

/** Where the documents of an image come from. What it gives is checked. */
export interface DocumentSource {
  readManifest(digest: Digest): Promise<Uint8Array>;
  readBlob(descriptor: Descriptor): Promise<Uint8Array>;
}

/** Bytes that a manifest, an index or a config may have. */
export const MAX_DOCUMENT_BYTES = 4 * 2 ** 20;

const MAX_LAYERS = 128;

/** Manifests and indexes that are read; a registry is asked for no others. */
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

/** What build tools add to an index about how a manifest came to be. It is no image. */
const REFERENCE_TYPE = "vnd.docker.reference.type";
const ATTESTATION = "attestation-manifest";

/**
 * Reads what an image is, from its digest alone: an index leads to exactly one manifest, that to its config, and each of
 * them is what the one before says. Neither a tag nor a header decides anything.
 *
 * @param digest Of a manifest, or of an index.
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

/** What a document is, by what it says itself: a header that comes with it is covered by no digest. */
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

/** The one manifest of an index that is for this platform. */
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
  if (!isDigest(digest)) throw reader.refuse(`${JSON.stringify(digest.slice(0, 100))} is no SHA-256 digest`);
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
    if (!isDigest(diffId)) throw reader.refuse(`${JSON.stringify(diffId.slice(0, 100))} is no SHA-256 digest`);
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

/** The last of several of the same name is the one, as in a shell. */
function readEnvironment(entries: readonly string[], reader: FieldReader): Record<string, string> {
  return Object.fromEntries(
    entries.map((entry) => {
      const end = entry.indexOf("=");
      if (end < 1) throw reader.refuse(`its "Env" has ${JSON.stringify(entry.slice(0, 100))}, which is no NAME=value`);
      return [entry.slice(0, end), entry.slice(end + 1)];
    }),
  );
}

function readLabels(fields: Fields, reader: FieldReader): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (typeof value !== "string") throw reader.refuse(`its label ${JSON.stringify(name.slice(0, 100))} is no text`);
      return [name, value];
    }),
  );
}
