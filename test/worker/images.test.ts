import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { hexOf } from "@poco-marketplace/enclave/image/digest.js";
import { ImageCache, type ImageProgress } from "@poco-marketplace/enclave/image/imageCache.js";
import { ImageError } from "@poco-marketplace/enclave/image/imageError.js";
import { RegistryClient } from "@poco-marketplace/enclave/image/registry.js";
import { NODE_WARNING } from "@poco-marketplace/enclave/runtime/sandbox.js";
import type { Address, Hex, TaskId } from "@poco-marketplace/sdk/index.js";
import { openAppStore } from "@poco-marketplace/services/worker/apps.js";
import {
  AppRefusedError,
  checkNetwork,
  openEnclavePool,
  type OfferedNetwork,
} from "@poco-marketplace/services/worker/enclavePool.js";
import type { FetchOptions } from "@poco-marketplace/services/worker/fetchFile.js";
import { WrongAppError, type PublishedApp } from "@poco-marketplace/services/worker/publishedApp.js";
import { processorHere } from "../fixtures/attested.js";
import { addressOf } from "../fixtures/addresses.js";
import { buildImage, type BuiltImage } from "../fixtures/image/image.js";
import { serveRegistry, type RegistryServer } from "../fixtures/image/registryServer.js";
import { rejection } from "../fixtures/rejection.js";

const IMAGE = buildImage();
const MEASURED = `0x${"22".repeat(32)}` as Hex;
const FETCHING: FetchOptions = {
  gateway: "http://127.0.0.1:1",
  maxBytes: 1,
  privateHosts: "refused",
  signal: new AbortController().signal,
};

describe("An app that is a container image", () => {
  let registry: RegistryServer;
  let folder: string;

  beforeEach(async () => {
    registry = await serveRegistry(IMAGE.contents);
    folder = await mkdtemp(join(tmpdir(), "images-"));
  });
  afterEach(async () => {
    await registry.close();
    await rm(folder, { recursive: true, force: true });
  });

  const published = (
    { digest }: Pick<BuiltImage, "digest"> = IMAGE,
    { name = "alice/hello:1.0", mrEnclave = "0x" }: { name?: string; mrEnclave?: Hex } = {},
  ): PublishedApp => ({
    address: addressOf(1),
    multiaddr: `0x${Buffer.from(`${registry.host}/${name}`).toString("hex")}`,
    checksum: `0x${hexOf(digest)}`,
    mrEnclave,
  });

  async function appStore(appNetwork: OfferedNetwork = "public", privateRegistries = [registry.host]) {
    const images = await ImageCache.open({
      folder: join(folder, "images"),
      registry: new RegistryClient({ privateRegistries, pauseMs: 1 }),
      architecture: "amd64",
      maxBytes: 2 ** 30,
      check: (image) => checkNetwork({ kind: "image", image: { image, root: "" } }, appNetwork),
    });
    return openAppStore({ packages: { folder: join(folder, "apps"), maxBytes: 2 ** 20 }, images });
  }

  it("is fetched by the digest that it published, whatever its tag says", async () => {
    const steps = new Set<string>();
    const onProgress = ({ step, done, total }: ImageProgress) => void (done <= total && steps.add(step));
    const { app, release } = await (await appStore()).get(published(), { ...FETCHING, onProgress });

    expect([...steps]).to.deep.equal(["download", "unpack"]);
    expect(app.kind === "image" && app.image.image.digest).to.equal(IMAGE.digest);
    const root = app.kind === "image" ? app.image.root : "";
    expect(await readFile(join(root, "app.sh"), "utf8")).to.equal("echo hello\n");
    expect(registry.requests[0]).to.equal(`GET /v2/alice/hello/manifests/${IMAGE.digest}`);
    expect(registry.requests.join()).to.not.contain("1.0");
    await release();
  });

  it("is not run where its name or its measurement says something else than its checksum", async () => {
    const apps = await appStore();
    const other = `sha256:${"0d".repeat(32)}`;
    for (const [app, words] of [
      [published(IMAGE, { name: `alice/hello@${other}` }), `names the digest ${other}, and published the checksum 0x`],
      [published(IMAGE, { mrEnclave: MEASURED }), `published the measurement ${MEASURED} of a packed app`],
    ] as const) {
      expect((await rejection(apps.get(app, FETCHING), WrongAppError)).message).to.contain(words);
    }
    expect(registry.requests).to.deep.equal([]);
  });

  it("is refused with what is wrong with it and what to do", async () => {
    const arm = buildImage({ config: { architecture: "riscv64" } });
    const greedy = buildImage({ run: { Entrypoint: ["/app.sh"], Labels: { "poco.network": "all" } } });
    for (const [digest, bytes] of [...arm.contents, ...greedy.contents]) registry.contents.set(digest, bytes);
    const missing = { digest: `sha256:${"0d".repeat(32)}` } as const;
    const apps = await appStore();
    for (const [app, words] of [
      [published(missing), `does not have the manifest ${missing.digest} of ${registry.host}/alice/hello:1.0: push`],
      [published(greedy), "poco.network"],
      [published(arm), "is for linux/riscv64, and this worker runs linux/amd64: build it with --platform linux/amd64"],
    ] as const) {
      expect((await rejection(apps.get(app, FETCHING), ImageError)).message).to.contain(words);
    }
    registry.intercept = (_, response) => (response.writeHead(401).end(), "answered");
    const error = await rejection(apps.get(published(), FETCHING), ImageError);
    expect(error.message).to.contain("is private, or not there: make it public, check its name");
  });

  it("is asked for again while its registry is away, but not where that takes no more requests", async () => {
    const apps = await appStore();
    let failures = 6;
    registry.intercept = (_, response) => {
      if (failures-- <= 0) return undefined;
      response.writeHead(503).end();
      return "answered";
    };
    const places: number[] = [];
    const onProgress = ({ step, done, total }: ImageProgress) =>
      void places.push(step === "download" ? done : total + done);
    const { release } = await apps.get(published(), { ...FETCHING, onProgress });
    await release();
    expect(registry.requests.filter((request) => request.includes("/manifests/"))).to.have.lengthOf(7);
    expect(places).to.deep.equal([...new Set(places)].toSorted((a, b) => a - b));

    registry.requests.length = 0;
    registry.intercept = (_, response) => (response.writeHead(429).end(), "answered");
    const missing = { digest: `sha256:${"0d".repeat(32)}` } as const;
    const error = await rejection(apps.get(published(missing), FETCHING), ImageError);
    expect(error.reason).to.equal("TooManyRequests");
    expect(registry.requests).to.have.lengthOf(1);
  });

  it("is fetched from this machine only where the worker's settings name the registry", async () => {
    const error = await rejection((await appStore("public", [])).get(published(), FETCHING), ImageError);

    expect(error.message).to.contain("is at 127.0.0.1, which is private");
    expect(registry.requests).to.deep.equal([]);
  });

  it("is refused before its layers come by a worker whose apps get no network, unless its label asks for none", async () => {
    const apps = await appStore("off");
    expect((await rejection(apps.get(published(), FETCHING), AppRefusedError)).message).to.contain("poco.network=none");
    expect(registry.requests).to.have.lengthOf(2);

    const modest = buildImage({ run: { Entrypoint: ["/app.sh"], Labels: { "poco.network": "none" } } });
    for (const [digest, bytes] of modest.contents) registry.contents.set(digest, bytes);
    const { release } = await apps.get(published(modest), FETCHING);
    await release();
  });

  it("is refused before anything is fetched by a worker that has no sandbox for it, or no such processor", async () => {
    const enclaves = openEnclavePool({
      apps: await appStore(),
      processor: await processorHere(),
      sandbox: { kind: "node", warning: NODE_WARNING },
      appNetwork: "public",
      warm: 0,
    });
    const owner = { worker: addressOf(2) as Address, taskId: MEASURED as TaskId };
    const error = await rejection(enclaves.acquire(published(), owner, FETCHING), AppRefusedError);
    expect(error.message).to.match(/^This worker cannot run container images: they need Bubblewrap/);

    const none = openAppStore({ packages: { folder, maxBytes: 1 }, images: undefined });
    const other = await rejection(none.get(published(), FETCHING), WrongAppError);
    expect(other.message).to.contain("images are not built for this worker's processor");
    expect(registry.requests).to.deep.equal([]);
  });
});
