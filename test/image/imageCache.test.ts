import { expect } from "chai";
import { randomBytes } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { digestOf, hexOf, type Digest } from "@poco-marketplace/enclave/image/digest.js";
import { ImageCache, type ImageCacheOptions, type ImageProgress } from "@poco-marketplace/enclave/image/imageCache.js";
import { ImageError } from "@poco-marketplace/enclave/image/imageError.js";
import { sandboxAccount } from "@poco-marketplace/enclave/files/sandboxAccount.js";
import { parseImageName } from "@poco-marketplace/enclave/image/imageName.js";
import { RegistryClient } from "@poco-marketplace/enclave/image/registry.js";
import { eventually } from "../fixtures/eventually.js";
import { buildImage, buildIndex, type BuiltImage } from "../fixtures/image/image.js";
import { serveRegistry, type RegistryServer } from "../fixtures/image/registryServer.js";
import { rejection } from "../fixtures/rejection.js";

const AMD64 = { os: "linux", architecture: "amd64" };
const MIB = 2 ** 20;

/** An image with a layer of its own, besides those that it has in common with others. */
function imageOf(own: string, shared: readonly { name: string; body: Buffer }[] = [], bytes = 1000): BuiltImage {
  const layers = [...shared.map((entry) => [entry]), [{ name: own, body: randomBytes(bytes) }]];
  return buildImage({ layers, compression: "none" });
}

/** Each takes some 2 MiB: its layer, and the file in it. */
const threeImages = () => ["one", "two", "three"].map((own) => imageOf(own, [], MIB));
const modeOf = (place: string) => statSync(place).mode & 0o777;
const namesOf = (images: readonly BuiltImage[]) => images.map(({ digest }) => hexOf(digest)).toSorted();
const layersOf = ({ manifest }: BuiltImage) =>
  (JSON.parse(manifest.toString()) as { layers: { digest: Digest }[] }).layers.map(({ digest }) => digest);

describe("A cache of images", () => {
  let folder: string;
  let registry: RegistryServer;

  beforeEach(async () => {
    folder = path.join(mkdtempSync(path.join(tmpdir(), "poco-images-")), "cache");
    registry = await serveRegistry();
  });

  afterEach(async () => {
    await registry.close();
    rmSync(path.dirname(folder), { recursive: true });
  });

  const open = (options: Partial<ImageCacheOptions> = {}) =>
    ImageCache.open({
      folder,
      registry: new RegistryClient({ privateHosts: "allowed", pauseMs: 1 }),
      architecture: "amd64",
      maxBytes: 1000 * MIB,
      ...options,
    });

  const name = (repository = "alice/hello:1.0") => parseImageName(`${registry.host}/${repository}`);

  function serve(...images: BuiltImage[]): void {
    for (const { contents } of images) for (const [digest, bytes] of contents) registry.contents.set(digest, bytes);
  }

  const blobsAsked = () => registry.requests.filter((request) => request.includes("/blobs/"));
  const kept = (place: string) => readdirSync(path.join(folder, place)).toSorted();

  it("unpacks for the account that runs images, in a folder that is closed to it and others", async () => {
    const layer = [
      { name: "a/b/file", body: "1" },
      { name: "folder", type: "5" },
      { name: "link", type: "2", linkname: "a" },
    ] as const;
    const image = buildImage({ layers: [layer, [{ name: "a/b/file", body: "2" }]] });
    serve(image);
    const { root } = await (await open()).get(name(), image.digest);
    const owner = sandboxAccount()?.uid ?? process.getuid!();
    for (const entry of ["", "a", "a/b", "a/b/file", "folder", "link"]) {
      expect(lstatSync(path.join(root, entry)).uid, entry).to.equal(owner);
    }
    expect([statSync(path.dirname(root)).uid, modeOf(path.dirname(root))]).to.deep.equal([process.getuid!(), 0o700]);
  });

  it("gives an image with its files, and asks for it once", async () => {
    const image = buildImage({ layers: [[{ name: "a", body: "1" }], [{ name: "b", body: "2" }]] });
    const index = buildIndex([{ ...image.descriptor, platform: AMD64 }], [image]);
    serve(index);
    const cache = await open();
    const first = await cache.get(name(), index.digest);
    expect(first.image.manifest).to.equal(image.digest);
    expect(first.image.entrypoint).to.deep.equal(["/app.sh"]);
    expect(["a", "b"].map((file) => readFileSync(path.join(first.root, file), "utf8"))).to.deep.equal(["1", "2"]);

    const { length } = registry.requests;
    const second = await cache.get(name("bob/other"), index.digest);
    expect(second.image).to.deep.equal(first.image);
    expect(registry.requests).to.have.length(length);
  });

  it("is closed to others, whoever made its folder", async () => {
    mkdirSync(folder, { mode: 0o755 });
    const image = buildImage();
    serve(image);
    const cache = await open();
    const { root } = await cache.get(name(), image.digest);
    for (const place of ["", "layers", "partial", "images", "temporary"]) {
      expect(modeOf(path.join(folder, place))).to.equal(0o700);
    }
    expect(modeOf(path.dirname(root))).to.equal(0o700);
    expect(modeOf(path.join(root, "../image.json"))).to.equal(0o600);
    for (const layer of kept("layers")) expect(modeOf(path.join(folder, "layers", layer))).to.equal(0o600);
  });

  it("tells how far it is: bytes of bytes, downloaded and then unpacked", async () => {
    const image = buildImage({
      layers: [[{ name: "a", body: randomBytes(300_000) }], [{ name: "b", body: randomBytes(300_000) }]],
    });
    serve(image);
    const heard: ImageProgress[] = [];
    const cache = await open();
    await cache.get(name(), image.digest, { onProgress: (progress) => heard.push(progress) });
    const { layers } = (await cache.get(name(), image.digest)).image;
    const total = layers.reduce((sum, { size }) => sum + size, 0);
    for (const step of ["download", "unpack"]) {
      const of = heard.filter((progress) => progress.step === step);
      expect(of.at(-1)).to.deep.equal({ step, done: total, total });
      expect(of.map(({ done }) => done)).to.deep.equal(of.map(({ done }) => done).toSorted((a, b) => a - b));
    }
  });

  it("downloads layers that images share once", async () => {
    const base = [{ name: "base", body: randomBytes(1000) }];
    const [one, two] = [imageOf("one", base), imageOf("two", base)];
    serve(one, two);
    const cache = await open();
    await cache.get(name(), one.digest);
    await cache.get(name(), two.digest);
    const asked = blobsAsked().filter((request) => request.endsWith(layersOf(one)[0]!));
    expect(asked).to.have.length(1);
  });

  it("downloads and unpacks an image once for two who want it at once, and tells both how far it is", async () => {
    const image = imageOf("app", [], 3_000_000);
    serve(image);
    const cache = await open();
    const heard = [0, 0];
    const both = [0, 1].map((who) => cache.get(name(), image.digest, { onProgress: () => (heard[who]! += 1) }));
    const [one, two] = await Promise.all(both);
    expect(one!.root).to.equal(two!.root);
    expect(blobsAsked()).to.have.length(2);
    expect(heard[0]).to.be.greaterThan(1);
    expect(heard[0]).to.equal(heard[1]);
  });

  it("goes on for the other when one who wants an image gives up, and stops when both do", async () => {
    const image = imageOf("app");
    serve(image);
    const { promise: held, resolve: answer } = Promise.withResolvers<void>();
    const [layer] = layersOf(image);
    registry.intercept = ({ url }, response) => {
      if (!url!.endsWith(layer!)) return undefined;
      const bytes = registry.contents.get(layer!)!;
      response.writeHead(200, { "content-length": bytes.length }).write(bytes.subarray(0, 10));
      void held.then(() => response.end(bytes.subarray(10)));
      return "answered";
    };
    const cache = await open();
    const stop = new AbortController();
    const impatient = rejection(cache.get(name(), image.digest, { signal: stop.signal }), Error);
    const patient = cache.get(name(), image.digest);
    await eventually("the layer is asked for", async () => blobsAsked().length === 2);
    stop.abort(new Error("enough"));
    expect((await impatient).message).to.equal("enough");
    answer();
    expect(existsSync((await patient).root)).to.equal(true);

    const other = imageOf("other");
    serve(other);
    const closed: boolean[] = [];
    registry.intercept = ({ url }, response) => {
      if (!url!.endsWith(layersOf(other)[0]!)) return undefined;
      response.on("close", () => closed.push(true));
      response.writeHead(200).write("x");
      return "answered";
    };
    const end = new AbortController();
    const ended = [0, 1].map(() => rejection(cache.get(name(), other.digest, { signal: end.signal }), Error));
    await eventually("the layer is asked for", async () =>
      blobsAsked().some((request) => request.endsWith(layersOf(other)[0]!)),
    );
    end.abort(new Error("enough"));
    await Promise.all(ended);
    await eventually("nobody waits for the registry", async () => closed.length === 1);
    // It can be had all the same, by whoever asks later.
    registry.intercept = () => undefined;
    expect(existsSync((await cache.get(name(), other.digest)).root)).to.equal(true);
  });

  it("does not have one wait for the registry of another", async () => {
    const image = imageOf("app");
    serve(image);
    const slow = await serveRegistry();
    slow.intercept = () => "answered";
    const cache = await open();
    const stop = new AbortController();
    const waiting = rejection(
      cache.get(parseImageName(`${slow.host}/mallory/x`), image.digest, { signal: stop.signal }),
      Error,
    );
    expect(existsSync((await cache.get(name(), image.digest)).root)).to.equal(true);
    stop.abort(new Error("enough"));
    await waiting;
    await slow.close();
  });

  it("asks the repository of who waits when that of another does not have a layer", async () => {
    const image = imageOf("app");
    serve(image);
    const [layer] = layersOf(image);
    const { promise: held, resolve: refuse } = Promise.withResolvers<void>();
    registry.intercept = ({ url }, response) => {
      if (url !== `/v2/mallory/x/blobs/${layer}`) return undefined;
      void held.then(() => response.writeHead(404).end());
      return "answered";
    };
    const cache = await open();
    const failing = rejection(cache.get(name("mallory/x"), image.digest), ImageError);
    await eventually("the first is asked", async () =>
      blobsAsked().some((request) => request.includes("mallory/x/blobs/" + layer)),
    );
    const waiting = cache.get(name(), image.digest);
    await eventually(
      "the second has its config",
      async () => blobsAsked().filter((request) => request.includes("alice/")).length === 1,
    );
    refuse();
    expect((await failing).reason).to.equal("ImageNotFound");
    expect(existsSync((await waiting).root)).to.equal(true);
  });

  describe("after a restart", () => {
    it("has what it had", async () => {
      const image = imageOf("app");
      serve(image);
      const before = await (await open()).get(name(), image.digest);
      const { length } = registry.requests;
      const after = await (await open()).get(name(), image.digest);
      expect(after.image).to.deep.equal(before.image);
      expect(registry.requests).to.have.length(length);
    });

    it("goes on with a download that was interrupted", async () => {
      const image = imageOf("app", [], 2_000_000);
      serve(image);
      const [layer] = layersOf(image);
      registry.intercept = ({ url }, response) => {
        if (!url!.endsWith(layer!)) return undefined;
        const bytes = registry.contents.get(layer!)!;
        response.writeHead(200, { "content-length": bytes.length }).write(bytes.subarray(0, 900_000));
        return "answered";
      };
      const stop = new AbortController();
      const cache = await open();
      const stopped = rejection(cache.get(name(), image.digest, { signal: stop.signal }), Error);
      await eventually("most of it is there", async () =>
        kept("partial").some((file) => statSync(path.join(folder, "partial", file)).size === 900_000),
      );
      stop.abort(new Error("enough"));
      await stopped;

      registry.intercept = () => undefined;
      const { root } = await (await open()).get(name(), image.digest);
      expect(statSync(path.join(root, "app")).size).to.equal(2_000_000);
      expect(registry.requests.at(-1)).to.equal(`GET /v2/alice/hello/blobs/${layer} bytes=900000-`);
      expect(kept("partial")).to.deep.equal([]);
    });

    it("uses nothing that was not unpacked to its end", async () => {
      const image = imageOf("app");
      serve(image);
      const { root } = await (await open()).get(name(), image.digest);
      const note = path.join(root, "../image.json");
      mkdirSync(path.join(folder, "temporary/image-x/root"), { recursive: true });
      // As if the machine had gone down since: what it had not written by then is lost.
      writeFileSync(note, readFileSync(note, "utf8").replace(/"boot":"[^"]*"/, '"boot":"another"'));
      writeFileSync(path.join(root, "app"), "");
      const again = await (await open()).get(name(), image.digest);
      expect(statSync(path.join(again.root, "app")).size).to.equal(1000);
      expect(kept("temporary")).to.deep.equal([]);

      rmSync(note);
      expect((await (await open()).get(name(), image.digest)).image.digest).to.equal(image.digest);
    });

    it("uses nothing that another account owns than the one that runs it", async () => {
      const image = imageOf("app");
      serve(image);
      const { root } = await (await open()).get(name(), image.digest);
      const note = path.join(root, "../image.json");
      const written = JSON.parse(readFileSync(note, "utf8")) as object;
      writeFileSync(note, JSON.stringify({ ...written, owner: 1 }));
      writeFileSync(path.join(root, "app"), "");
      const again = await (await open()).get(name(), image.digest);
      expect(statSync(path.join(again.root, "app")).size).to.equal(1000);
    });

    it("fetches a layer once more that its disk has damaged", async () => {
      const image = imageOf("app");
      serve(image);
      const { root } = await (await open()).get(name(), image.digest);
      rmSync(path.join(root, "../image.json"));
      truncateSync(path.join(folder, "layers", hexOf(layersOf(image)[0]!)), 500);
      const again = await (await open()).get(name(), image.digest);
      expect(statSync(path.join(again.root, "app")).size).to.equal(1000);
    });
  });

  describe("with more than fits", () => {
    it("removes what was used longest ago", async () => {
      const [one, two, three] = threeImages() as [BuiltImage, BuiltImage, BuiltImage];
      serve(one, two, three);
      const cache = await open({ maxBytes: 3.5 * MIB });
      for (const { digest } of [one, two]) await (await cache.get(name(), digest)).release();
      await (await cache.get(name(), one.digest)).release();
      await (await cache.get(name(), three.digest)).release();
      expect(kept("images")).to.deep.equal(namesOf([one, three]));
      expect(kept("temporary")).to.deep.equal([]);
      const { length } = registry.requests;
      await cache.get(name(), one.digest);
      expect(registry.requests).to.have.length(length);
    });

    it("removes nothing that is in use, whatever that takes", async () => {
      const [one, two, three] = threeImages() as [BuiltImage, BuiltImage, BuiltImage];
      serve(one, two, three);
      const cache = await open({ maxBytes: 1000 });
      const held = await Promise.all([one, two, three].map(({ digest }) => cache.get(name(), digest)));
      expect(kept("images")).to.deep.equal(namesOf([one, two, three]));
      expect(kept("layers")).to.deep.equal([]);
      await held[1]!.release();
      await held[1]!.release();
      expect(kept("images")).to.deep.equal(namesOf([one, three]));
      expect(statSync(path.join(held[0]!.root, "one")).size).to.equal(MIB);
      await Promise.all(held.map((image) => image.release()));
      expect(kept("images")).to.deep.equal([]);
    });

    it("knows after a restart what was used longest ago", async () => {
      const [one, two, three] = threeImages() as [BuiltImage, BuiltImage, BuiltImage];
      serve(one, two, three);
      const before = await open();
      for (const { digest } of [one, two, three, one]) await (await before.get(name(), digest)).release();
      for (const layer of kept("layers")) rmSync(path.join(folder, "layers", layer));
      await open({ maxBytes: 2.5 * MIB });
      expect(kept("images")).to.deep.equal(namesOf([one, three]));
    });

    it("refuses an image with more bytes in its layers than one may have, before any comes", async () => {
      const image = imageOf("app", [], MIB);
      serve(image);
      const cache = await open({ maxImageBytes: 1000 });
      const error = await rejection(cache.get(name(), image.digest), ImageError);
      expect(error.message).to.equal(
        "The image has more than 1000 bytes in its layers, which is this worker's limit: leave out what the app does not need.",
      );
      expect(blobsAsked()).to.have.length(1);
    });
  });

  it("keeps no file of an image that is refused, and refuses it again", async () => {
    const image = buildImage({ layers: [[{ name: "a", body: "1" }], [{ name: "../b", body: "2" }]] });
    serve(image);
    const cache = await open();
    for (let time = 0; time < 2; time++) {
      const error = await rejection(cache.get(name(), image.digest), ImageError);
      expect(error.message).to.equal(
        'Layer 2 has an entry "../b" that leads out of its folder: build the image without it.',
      );
      expect([kept("images"), kept("temporary")]).to.deep.equal([[], []]);
    }
  });

  it("says which layer is missing in the registry, and keeps those that came", async () => {
    const image = buildImage({ layers: [[{ name: "a" }], [{ name: "b" }]] });
    serve(image);
    const [first, second] = layersOf(image);
    registry.contents.delete(second!);
    const cache = await open();
    const error = await rejection(cache.get(name(), image.digest), ImageError);
    expect(error.message).to.contain(`does not have the layer ${second} of ${registry.host}/alice/hello:1.0`);
    registry.contents.set(second!, image.contents.get(second!)!);
    await cache.get(name(), image.digest);
    expect(blobsAsked().filter((request) => request.endsWith(first!)).length).to.be.at.most(2);
  });

  it("takes an image with the same layer twice, and one without layers", async () => {
    const twice = buildImage({ layers: [[{ name: "a", body: "1" }], [{ name: "a", body: "1" }]] });
    const empty = buildImage({ layers: [] });
    serve(twice, empty);
    const cache = await open();
    expect(readdirSync((await cache.get(name(), twice.digest)).root)).to.deep.equal(["a"]);
    expect(blobsAsked()).to.have.length(2);
    expect(readdirSync((await cache.get(name(), empty.digest)).root)).to.deep.equal([]);
  });

  it("is not misled by a tag", async () => {
    const [wanted, tagged] = [imageOf("wanted"), imageOf("tagged")];
    serve(wanted);
    registry.intercept = ({ url }, response) => {
      if (!url!.endsWith("/manifests/1.0")) return undefined;
      response.end(tagged.manifest);
      return "answered";
    };
    const cache = await open();
    expect(readdirSync((await cache.get(name(), wanted.digest)).root)).to.deep.equal(["wanted"]);
    const error = await rejection(cache.get(name(), digestOf(Buffer.from("other"))), ImageError);
    expect(error.reason).to.equal("ImageNotFound");
  });
});
