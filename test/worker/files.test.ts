import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import type { Hex } from "@poco-marketplace/sdk/index.js";
import { loadedMeasurement } from "@poco-marketplace/enclave/runtime/enclaveApp.js";
import { createServer, listen } from "@poco-marketplace/services/http/createServer.js";
import { encodeMultiaddr } from "@poco-marketplace/sdk/protect/multiaddr.js";
import { measureApp } from "@poco-marketplace/enclave/app/measurement.js";
import { InvalidPackageError, packApp, packageChecksum } from "@poco-marketplace/enclave/app/package.js";
import { openAppStore } from "@poco-marketplace/services/worker/apps.js";
import { FetchFailedError, fetchUrl, type FetchOptions } from "@poco-marketplace/services/worker/fetchFile.js";
import { locationOf, UnknownLocationError } from "@poco-marketplace/services/worker/location.js";
import { WrongAppError, type PublishedApp } from "@poco-marketplace/services/worker/publishedApp.js";
import { addressOf } from "../fixtures/addresses.js";
import { MANIFEST } from "../fixtures/app.js";
import { rejection } from "../fixtures/rejection.js";

const CID = "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKPbdG";
const hex = (bytes: Uint8Array | string): Hex => `0x${Buffer.from(bytes).toString("hex")}`;
const appNamed = (content: string) => ({
  files: [
    { path: "app.mjs", isExecutable: false, content: Buffer.from(content) },
    { path: "enclave.json", isExecutable: false, content: Buffer.from(MANIFEST) },
  ],
});
const APP = appNamed("1;\n");
const PACK = packApp(APP);
const published = (changes: Partial<PublishedApp> = {}): PublishedApp => ({
  address: addressOf(1),
  multiaddr: hex(`/ipfs/${CID}`),
  checksum: packageChecksum(PACK),
  mrEnclave: "0x",
  ...changes,
});

const DIGEST = `sha256:${"d1".repeat(32)}`;
const image = (registry: string, repository: string, more: object = {}) => ({
  kind: "image",
  name: { registry, repository, ...more },
});

describe("Where a multiaddr leads", () => {
  for (const [what, multiaddr, location] of [
    ["a binary multiaddr", encodeMultiaddr(CID), { kind: "ipfs", cid: CID }],
    ["/ipfs/<cid>", `/ipfs/${CID}`, { kind: "ipfs", cid: CID }],
    ["/p2p/<cid>", `/p2p/${CID}`, { kind: "ipfs", cid: CID }],
    ["ipfs://<cid>", `ipfs://${CID}`, { kind: "ipfs", cid: CID }],
    ["a URL", "https://arweave.net/abc", { kind: "url", url: "https://arweave.net/abc" }],
    ["an image", "docker.io/me/app:1.0-tdx", image("docker.io", "me/app", { tag: "1.0-tdx" })],
    ["an image without a registry, which is at Docker Hub", "me/app", image("docker.io", "me/app")],
    ["an official image", "python:3.13", image("docker.io", "library/python", { tag: "3.13" })],
    ["an image of a registry with a port", "host:5000/me/app:1", image("host:5000", "me/app", { tag: "1" })],
    ["an image with a digest", `me/app:1@${DIGEST}`, image("docker.io", "me/app", { tag: "1", digest: DIGEST })],
  ] as const) {
    it(`is told by ${what}`, () => expect(locationOf(hex(multiaddr))).to.deep.equal(location));
  }

  for (const multiaddr of ["", "/ipfs/../x", "/ipfs/nonsense", "http://", "file:///etc/passwd", "\0", "a b", "../x"]) {
    it(`is nowhere by ${JSON.stringify(multiaddr)}`, () => {
      expect(() => locationOf(hex(multiaddr))).to.throw(UnknownLocationError);
    });
  }

  it("is nowhere by a name of an image that no registry has, which says what is wrong with it", () => {
    for (const [name, problem] of [
      ["me/App:1", 'It is not a name of an image: "App" has upper-case letters'],
      ["docker://me/app", 'leave out "docker://"'],
      [`me/app@sha256:12`, 'the digest "sha256:12" is not'],
    ] as const) {
      expect(() => locationOf(hex(name))).to.throw(UnknownLocationError, problem);
    }
  });
});

describe("What a worker fetches", () => {
  let url: string;
  let folder: string;
  let asked: string[];
  let stop: () => Promise<unknown>;
  let options: FetchOptions;

  before(async () => {
    const server = await createServer();
    server.get("/pack", ({ url: path }, reply) => (asked.push(path), reply.send(PACK)));
    server.get("/ipfs/:cid", ({ url: path }, reply) => (asked.push(path), reply.send(PACK)));
    server.get("/away", (_, reply) => reply.redirect("/pack"));
    server.get("/round", (_, reply) => reply.redirect("/round"));
    server.get("/out", (_, reply) => reply.redirect("file:///etc/passwd"));
    url = await listen(server, 0);
    stop = () => server.close();
  });
  after(() => stop());
  beforeEach(async () => {
    asked = [];
    folder = await mkdtemp(join(tmpdir(), "fetched-"));
    const { signal } = new AbortController();
    options = { gateway: url, maxBytes: 10_000, privateHosts: "allowed", signal };
  });
  afterEach(() => rm(folder, { recursive: true }));

  const store = (maxBytes = 1e6) => openAppStore({ packages: { folder, maxBytes }, images: undefined });

  it("is an app whose checksum and measurement are those published, once", async () => {
    const { mrEnclave, mrTd } = measureApp(APP);
    const apps = store();
    for (const measurement of ["0x", mrEnclave, `${mrTd}${"00".repeat(192)}`] as Hex[]) {
      const { app } = await apps.get(published({ mrEnclave: measurement }), options);
      expect(loadedMeasurement(app)).to.include({ kind: "package", mrEnclave });
    }
    expect(asked).to.deep.equal([`/ipfs/${CID}`]);
  });

  it("is not an app of another checksum or measurement, nor bytes that are not an app", async () => {
    const other = published({ checksum: `0x${"01".repeat(32)}` });
    expect((await rejection(store().get(other, options), WrongAppError)).message).to.contain(other.checksum);
    const unlike = published({ mrEnclave: `0x${"01".repeat(32)}` });
    expect((await rejection(store().get(unlike, options), WrongAppError)).message).to.contain(unlike.mrEnclave);
    expect(await readdir(folder)).to.deep.equal([]);

    const junk = published({ checksum: packageChecksum(Buffer.from("junk")) });
    await writeFile(join(folder, `${junk.checksum.slice(2)}.pack`), "junk");
    await rejection(store().get(junk, options), InvalidPackageError);
  });

  it("is fetched again when what was kept was changed, and makes room for itself only", async () => {
    const file = `${packageChecksum(PACK).slice(2)}.pack`;
    await writeFile(join(folder, file), "changed");
    await writeFile(join(folder, "old.pack"), "x".repeat(100));
    await store(PACK.length).get(published(), options);
    expect(asked).to.have.lengthOf(1);
    expect(await readdir(folder)).to.deep.equal([file]);
  });

  it("is a file at a URL, through redirections that end", async () => {
    expect(Buffer.from(await fetchUrl(`${url}/away`, options)).equals(PACK)).to.equal(true);
    for (const path of ["round", "out"]) {
      const error = await rejection(fetchUrl(`${url}/${path}`, options), FetchFailedError);
      expect(error.message).to.contain("leads from one address to the next");
    }
  });

  it("is neither too large, nor missing, nor private unless that is allowed", async () => {
    const small = fetchUrl(`${url}/pack`, { ...options, maxBytes: PACK.length - 1 });
    expect((await rejection(small, FetchFailedError)).message).to.contain(`more than ${PACK.length - 1} bytes`);
    expect((await rejection(fetchUrl(`${url}/none?key=secret`, options), FetchFailedError)).message)
      .to.contain("answers 404")
      .and.not.contain("secret");
    for (const place of [url, "http://localhost:1", "http://[::1]:1", "http://169.254.169.254", "http://10.1.2.3"]) {
      const fetching = fetchUrl(`${place}/pack`, { ...options, privateHosts: "refused" });
      expect((await rejection(fetching, FetchFailedError)).message).to.contain("which is private");
    }
    expect(asked).to.deep.equal(["/pack"]);
  });
});
