import { digestOf, type Descriptor, type Digest } from "../digest.js";
import { MANIFEST_TYPES, type Architecture } from "../manifest.js";
import type { BuiltLayer } from "./writeLayer.js";

/** What a container runs, in the words of an image's config. */
export interface RunConfig {
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  /** `NAME=value` each. */
  readonly Env?: readonly string[];
  readonly WorkingDir?: string;
  readonly User?: string;
  readonly Labels?: Readonly<Record<string, string>>;
}

/** An image whose layers are in files. */
export interface BuiltImage {
  /** The digest of its manifest, by which it is published. */
  readonly digest: Digest;
  readonly manifest: Buffer;
  readonly config: Buffer;
  /** From the lowest to the highest. */
  readonly layers: readonly BuiltLayer[];
}

/** The media types of the documents and layers of images, as the Open Container Initiative names them. */
export const OCI_TYPES = {
  index: MANIFEST_TYPES.ociIndex,
  manifest: MANIFEST_TYPES.ociManifest,
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
} as const;

/** Describes an image of these layers. The same layers and configuration give the same digest. */
export function describeImage(layers: readonly BuiltLayer[], run: RunConfig, architecture: Architecture): BuiltImage {
  const config = jsonBytes({
    created: new Date(0).toISOString(),
    architecture,
    os: "linux",
    config: run,
    rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
  });
  return manifestImage(layers, config);
}

/** Writes the manifest of an image that has these layers and this config. */
export function manifestImage(layers: readonly BuiltLayer[], config: Buffer): BuiltImage {
  const manifest = jsonBytes({
    schemaVersion: 2,
    mediaType: OCI_TYPES.manifest,
    config: descriptorOf(OCI_TYPES.config, config),
    layers: layers.map(({ digest, size }) => ({ mediaType: `${OCI_TYPES.layer}+gzip`, digest, size })),
  });
  return { digest: digestOf(manifest), manifest, config, layers };
}

/** Returns the reference to a document, by which another one names it. */
export function descriptorOf(mediaType: string, bytes: Uint8Array): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

/** Formats a document. */
export function jsonBytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
