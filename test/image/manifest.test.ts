import { expect } from "chai";

import { digestOf, digestOfChecksum, type Digest } from "@poco-marketplace/enclave/image/digest.js";
import { ImageError, type ImageErrorName } from "@poco-marketplace/enclave/image/imageError.js";
import { readImage, type DocumentSource } from "@poco-marketplace/enclave/image/manifest.js";
import { descriptorOf, OCI_TYPES as OCI } from "@poco-marketplace/enclave/image/build/imageDocuments.js";
import { buildImage, buildIndex, DOCKER, type BuiltImage } from "../fixtures/image/image.js";
import { refusal } from "../fixtures/image/refusal.js";

/** A registry that has this. */
function sourceOf({ contents }: Pick<BuiltImage, "contents">): DocumentSource {
  const find = (digest: Digest) => Promise.resolve(contents.get(digest) ?? Buffer.from("nothing"));
  return { readManifest: find, readBlob: ({ digest }) => find(digest) };
}

const read = (image: BuiltImage) => readImage(image.digest, sourceOf(image), "amd64");

const AMD64 = { os: "linux", architecture: "amd64" };
const ARM64 = { os: "linux", architecture: "arm64", variant: "v8" };

/** The same documents with one changed, and whatever names it unchanged. */
function withChanged(image: BuiltImage, digest: Digest, bytes: Buffer): BuiltImage {
  return { ...image, contents: new Map([...image.contents, [digest, bytes]]) };
}

function change(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  changed[changed.length - 3]! ^= 1;
  return changed;
}

/** A manifest as it is written, with its config. */
function written(text: string, config = buildImage().config): BuiltImage {
  const manifest = Buffer.from(text);
  const digest = digestOf(manifest);
  const contents = new Map<Digest, Buffer>([
    [digest, manifest],
    [digestOf(config), config],
  ]);
  return { digest, manifest, config, contents, descriptor: descriptorOf(OCI.manifest, manifest) };
}

const refuse = (image: BuiltImage, reason: ImageErrorName, sentence: string) => refusal(read(image), reason, sentence);

describe("An image's documents", () => {
  for (const format of ["oci", "docker"] as const) {
    for (const compression of ["none", "gzip", "zstd"] as const) {
      it(`say what is run, as ${format} with layers compressed with ${compression}`, async () => {
        const run = {
          Entrypoint: ["python3", "/app/src/app.py"],
          Cmd: null,
          Env: ["PATH=/bin", "A=1=2", "A=3", "EMPTY="],
          WorkingDir: "/app/../work",
          User: "1000:1000",
          Labels: { a: "b", A: "c" },
        };
        const image = buildImage({ layers: [[{ name: "a" }], [{ name: "b" }]], format, compression, run });
        const found = await read(image);
        const { layers, ...rest } = found;
        expect(rest).to.deep.equal({
          digest: image.digest,
          manifest: image.digest,
          config: digestOf(image.config),
          architecture: "amd64",
          entrypoint: ["python3", "/app/src/app.py"],
          command: [],
          environment: { PATH: "/bin", A: "3", EMPTY: "" },
          workingDirectory: "/work",
          user: "1000:1000",
          labels: { a: "b", A: "c" },
        });
        expect(layers.map((layer) => layer.compression)).to.deep.equal([compression, compression]);
        for (const { digest, size } of layers) expect(image.contents.get(digest)!.length).to.equal(size);
      });
    }
  }

  it("may say nothing of how it is run", async () => {
    const image = buildImage({ config: { config: undefined } });
    const { entrypoint, command, environment, workingDirectory, user, labels } = await read(image);
    expect({ entrypoint, command, environment, workingDirectory, user, labels }).to.deep.equal({
      entrypoint: [],
      command: [],
      environment: {},
      workingDirectory: "/",
      user: "",
      labels: {},
    });
  });

  it("need no media type of a manifest", async () => {
    const image = buildImage({ manifest: { mediaType: undefined } });
    expect((await read(image)).manifest).to.equal(image.digest);
  });

  describe("in an index", () => {
    const image = buildImage();
    const other = buildImage({ config: { architecture: "arm64" } });
    const entry = { ...image.descriptor, platform: AMD64 };
    const arm = { ...other.descriptor, platform: ARM64 };

    it("are those of the one manifest for the platform", async () => {
      const attestation = {
        ...descriptorOf(OCI.manifest, Buffer.from("attested")),
        platform: AMD64,
        annotations: { "vnd.docker.reference.type": "attestation-manifest" },
      };
      const index = buildIndex([arm, attestation, entry], [image, other]);
      const found = await read(index);
      expect([found.digest, found.manifest]).to.deep.equal([index.digest, image.digest]);
      expect((await readImage(index.digest, sourceOf(index), "arm64")).manifest).to.equal(other.digest);
    });

    it("are those of Docker's list of manifests", async () => {
      const docker = buildImage({ format: "docker" });
      const list = buildIndex([{ ...docker.descriptor, platform: AMD64 }], [docker], { mediaType: DOCKER.list });
      expect((await read(list)).manifest).to.equal(docker.digest);
    });

    it("are refused when there is none for the platform", () =>
      refuse(
        buildIndex([arm], [other]),
        "NoSuchPlatform",
        "The image is not there for linux/amd64, only for linux/arm64: build it with --platform linux/amd64.",
      ));

    it("are refused when it is empty", () =>
      refuse(buildIndex([]), "NoSuchPlatform", "The image is not there for linux/amd64, only for nothing"));

    it("are refused when there are two for the platform", () =>
      refuse(
        buildIndex([entry, entry], [image]),
        "SeveralOfPlatform",
        "The image's index has 2 manifests for linux/amd64",
      ));

    it("are refused when the index names another index", () => {
      const inner = buildIndex([entry], [image]);
      return refuse(
        buildIndex([{ ...inner.descriptor, platform: AMD64 }], [inner]),
        "NestedIndex",
        `The image's index names another index (${inner.digest})`,
      );
    });

    it("are refused when it names another index as a manifest", () => {
      const inner = buildIndex([entry], [image]);
      return refuse(
        buildIndex([{ ...inner.descriptor, mediaType: OCI.manifest, platform: AMD64 }], [inner]),
        "NestedIndex",
        `The image's index names another index (${inner.digest})`,
      );
    });

    it("are refused when the manifest is not the one that it names", () =>
      refuse(
        withChanged(buildIndex([entry], [image]), image.digest, change(image.manifest)),
        "WrongDigest",
        `and not ${image.digest}: whoever sent it changed it`,
      ));

    it("are refused when the manifest is longer than it says", () =>
      refuse(
        buildIndex([{ ...entry, size: entry.size - 1 }], [image]),
        "WrongSize",
        `What came as the manifest has ${entry.size} bytes, and not ${entry.size - 1}`,
      ));

    it("are refused when the manifest is for another platform than it says", () =>
      refuse(
        buildIndex([{ ...arm, platform: AMD64 }], [other]),
        "WrongPlatform",
        "The image is for linux/arm64, and this worker runs linux/amd64: build it with --platform linux/amd64.",
      ));

    it("are refused when it says that the manifest has more bytes than are read", () =>
      refuse(
        buildIndex([{ ...entry, size: 5 * 2 ** 20 }], [image]),
        "ImageTooLarge",
        "The image has more than 4194304 bytes in its manifest",
      ));
  });

  const image = buildImage();
  const { config } = image;
  const configDigest = digestOf(config);

  const CHANGED: readonly (readonly [string, BuiltImage, ImageErrorName, string])[] = [
    [
      "a manifest that is not the one that was published",
      withChanged(image, image.digest, change(image.manifest)),
      "WrongDigest",
      "What came as the manifest or index has digest sha256:",
    ],
    [
      "a config that is not the one in the manifest",
      withChanged(image, configDigest, change(config)),
      "WrongDigest",
      "What came as the config has digest sha256:",
    ],
    [
      "a config of another size",
      withChanged(image, configDigest, Buffer.concat([config, Buffer.from(" ")])),
      "WrongSize",
      `What came as the config has ${config.length + 1} bytes, and not ${config.length}`,
    ],
    [
      "a manifest of more than 4 MiB",
      written(" ".repeat(4 * 2 ** 20 + 1)),
      "ImageTooLarge",
      "The image has more than 4194304 bytes in its manifest or index, which is this worker's limit: make it smaller.",
    ],
    [
      "a manifest of schema 1",
      buildIndex([], [], { schemaVersion: 1, manifests: undefined, fsLayers: [] }),
      "OutdatedManifest",
      "The image has a manifest of schema 1",
    ],
    [
      "another schema",
      buildImage({ manifest: { schemaVersion: 3 } }),
      "MalformedDocument",
      'its "schemaVersion" is not 2',
    ],
    [
      "no schema",
      buildImage({ manifest: { schemaVersion: null } }),
      "MalformedDocument",
      'its "schemaVersion" is not 2',
    ],
    [
      "a manifest that is an index too",
      buildImage({ manifest: { manifests: [] } }),
      "MalformedDocument",
      "it is not either a manifest or an index",
    ],
    [
      "a manifest that calls itself an index",
      buildImage({ manifest: { mediaType: OCI.index } }),
      "UnsupportedManifest",
      `is of type "${OCI.index}"`,
    ],
    [
      "a config of another type, as of an artifact",
      buildImage({ manifest: { config: { ...descriptorOf("application/vnd.example+json", config) } } }),
      "UnsupportedManifest",
      `The image's config is of type "application/vnd.example+json", which is none that workers run`,
    ],
    [
      "a layer of Docker's that is fetched from elsewhere",
      buildImage({
        manifest: { layers: [descriptorOf("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", config)] },
      }),
      "ForeignLayer",
      "Layer 1 is to be fetched from elsewhere than the registry",
    ],
    [
      "a layer with addresses of its own",
      buildImage({ manifest: { layers: [{ ...descriptorOf(OCI.layer, config), urls: ["https://example.org"] }] } }),
      "ForeignLayer",
      "Layer 1 is to be fetched from elsewhere than the registry",
    ],
    [
      "a layer that is encrypted",
      buildImage({ manifest: { layers: [descriptorOf(`${OCI.layer}+gzip+encrypted`, config)] } }),
      "UnsupportedLayer",
      `Layer 1 is of type "${OCI.layer}+gzip+encrypted": only tar is unpacked`,
    ],
    [
      "more layers than diff ids",
      buildImage({ config: { rootfs: { type: "layers", diff_ids: [] } } }),
      "LayersDoNotMatch",
      "The manifest has 1 layers and the config 0 diff ids",
    ],
    [
      "more layers than an image has",
      buildImage({ layers: Array.from({ length: 129 }, () => []) }),
      "ImageTooLarge",
      "The image has more than 128 layers, which is this worker's limit: join some of its steps.",
    ],
    [
      "another system",
      buildImage({ config: { os: "windows" } }),
      "WrongPlatform",
      "The image is for windows/amd64, and this worker runs linux/amd64",
    ],
    ["no system", buildImage({ config: { os: undefined } }), "MalformedDocument", 'it has no "os"'],
    [
      "another digest algorithm",
      buildImage({
        manifest: { config: { ...descriptorOf(OCI.config, config), digest: `sha512:${"0".repeat(128)}` } },
      }),
      "MalformedDocument",
      "is not a SHA-256 digest",
    ],
    [
      "a size that is not a number",
      buildImage({ manifest: { config: { ...descriptorOf(OCI.config, config), size: "12" } } }),
      "MalformedDocument",
      '"size" is not a whole number',
    ],
    [
      "a size below zero",
      buildImage({ manifest: { config: { ...descriptorOf(OCI.config, config), size: -1 } } }),
      "MalformedDocument",
      '"size" is not a whole number',
    ],
    ["no layers", buildImage({ manifest: { layers: undefined } }), "MalformedDocument", 'it has no "layers"'],
    [
      "layers that are none",
      buildImage({ manifest: { layers: [1] } }),
      "MalformedDocument",
      '"layers" is not a list of objects',
    ],
    ["no config", buildImage({ manifest: { config: undefined } }), "MalformedDocument", 'it has no "config"'],
    [
      "an entry point that is a text",
      buildImage({ run: { Entrypoint: "/app.sh" } }),
      "MalformedDocument",
      '"Entrypoint" is not a list',
    ],
    [
      "an argument that ends early",
      buildImage({ run: { Cmd: ["a\0b"] } }),
      "MalformedDocument",
      '"Cmd" is not a list of texts',
    ],
    [
      "an environment without names",
      buildImage({ run: { Env: ["=1"] } }),
      "MalformedDocument",
      'its "Env" has "=1", which is not NAME=value',
    ],
    [
      "a label that is a number",
      buildImage({ run: { Labels: { a: 1 } } }),
      "MalformedDocument",
      'its label "a" is not text',
    ],
    [
      "a second entry point in another spelling",
      buildImage({ run: { Entrypoint: ["/a"], EntryPoint: ["/b"] } }),
      "MalformedDocument",
      'it has "EntryPoint", which some take for "Entrypoint"',
    ],
    [
      "a second name that Go takes for another, since it takes a long s for an s",
      buildImage({ run: { Labels: {}, Labelſ: {} } }),
      "MalformedDocument",
      'it has "Labelſ", which some take for "Labels"',
    ],
    [
      "a root that is not made of layers",
      buildImage({ config: { rootfs: { type: "other", diff_ids: [] } } }),
      "MalformedDocument",
      'its "rootfs" is not of type "layers"',
    ],
    [
      "a diff id that is not a digest",
      buildImage({ config: { rootfs: { type: "layers", diff_ids: ["12"] } } }),
      "MalformedDocument",
      '"12" is not a SHA-256 digest',
    ],
    [
      "what is not JSON",
      written("{"),
      "MalformedDocument",
      "The image's manifest or index is malformed: it is not JSON in UTF-8",
    ],
    ["JSON that is not an object", written("[]"), "MalformedDocument", "it is not a JSON object"],
    ["a byte order mark", written('\uFEFF{"schemaVersion":2}'), "MalformedDocument", "it is not JSON in UTF-8"],
    [
      "a field that comes twice",
      written('{"schemaVersion":2,"schemaVersion":2}'),
      "MalformedDocument",
      'it has the field "schemaVersion" twice',
    ],
    [
      "a field that comes twice in other spellings of the same text",
      written(String.raw`{"schemaVersion":2,"a":[{"b":"}","\u0062":2}]}`),
      "MalformedDocument",
      'it has the field "b" twice',
    ],
    ["lists in lists without end", written("[".repeat(2 ** 20)), "MalformedDocument", "it is not JSON in UTF-8"],
  ];

  for (const [what, changed, reason, sentence] of CHANGED) {
    it(`are refused with ${what}`, () => refuse(changed, reason, sentence));
  }

  it("may have the same field in different objects, and names within texts", async () => {
    const text = image.manifest.toString();
    const found = written(text.replace(/\}$/, String.raw`,"annotations":{"a":"\",\"a\":","b":"{"}}`), config);
    expect((await read(found)).config).to.equal(configDigest);
  });

  it("are found by the checksum of an app", () => {
    expect(digestOfChecksum(`0x${"AB".repeat(32)}`)).to.equal(`sha256:${"ab".repeat(32)}`);
    expect(() => digestOfChecksum("0x12")).to.throw(ImageError, '"0x12" is not a SHA-256 digest');
  });
});
