import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import type { FastifyInstance } from "fastify";

import { digestOf, type Digest } from "@poco-marketplace/enclave/image/digest.js";
import { parseImageName } from "@poco-marketplace/enclave/image/imageName.js";
import { readImage } from "@poco-marketplace/enclave/image/manifest.js";
import { RegistryClient } from "@poco-marketplace/enclave/image/registry.js";
import { listen } from "@poco-marketplace/services/http/createServer.js";
import { openRegistryService } from "@poco-marketplace/services/registry/service.js";
import { OCI_TYPES as OCI } from "@poco-marketplace/enclave/image/build/imageDocuments.js";
import { buildImage, buildIndex, type BuiltImage } from "../fixtures/image/image.js";

const IMAGE = buildImage();
const BLOB = Buffer.from("some bytes of a layer");
const DIGEST = digestOf(BLOB);
const OTHER = digestOf(Buffer.from("other"));

/** What a refusal says, with its status. */
async function refusalOf(response: Response): Promise<string> {
  const { errors } = (await response.json()) as { errors: [{ code: string; message: string }] };
  return `${response.status} ${errors[0].code}: ${errors[0].message}`;
}

describe("The container registry as a service", () => {
  let folder: string;
  let server: FastifyInstance;
  let origin: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "registry-service-"));
    await reopen();
  });

  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function reopen(options: { maxBytes?: number } = {}): Promise<void> {
    await server?.close();
    server = await openRegistryService({ folder: join(folder, "registry"), ...options });
    origin = await listen(server, 0);
  }

  const ask = (method: string, path: string, body?: string | Buffer, headers: Record<string, string> = {}) =>
    fetch(new URL(path, origin), {
      method,
      headers,
      ...(body !== undefined && { body: new Uint8Array(Buffer.from(body)) }),
    });

  /** Pushes a blob as docker does: an upload is begun, its bytes come in pieces, and it is ended. */
  async function pushBlob(
    bytes: Buffer,
    digest: string = digestOf(bytes),
    repository = "alice/hello",
  ): Promise<Response> {
    const begun = await ask("POST", `/v2/${repository}/blobs/uploads/`);
    expect(begun.status).to.equal(202);
    const location = begun.headers.get("location")!;
    const half = bytes.length >> 1;
    expect((await ask("PATCH", location, bytes.subarray(0, half))).status).to.equal(202);
    const second = await ask("PATCH", location, bytes.subarray(half), {
      "content-range": `${half}-${bytes.length - 1}`,
    });
    expect([second.status, second.headers.get("range")]).to.deep.equal([202, `0-${bytes.length - 1}`]);
    return ask("PUT", `${location}?digest=${digest}`);
  }

  const put = (bytes: Buffer) => ask("PUT", "/v2/a/manifests/1", bytes, { "content-type": OCI.manifest });

  async function push({ contents, manifest }: BuiltImage, reference: string, repository = "alice/hello") {
    for (const bytes of contents.values())
      if (!bytes.equals(manifest)) await pushBlob(bytes, digestOf(bytes), repository);
    return ask("PUT", `/v2/${repository}/manifests/${reference}`, manifest, { "content-type": OCI.manifest });
  }

  it("says that it is one", async () => {
    const response = await ask("GET", "/v2/");
    expect([response.status, response.headers.get("docker-distribution-api-version")]).to.deep.equal([
      200,
      "registry/2.0",
    ]);
  });

  it("gives images as they were pushed, by tag and by digest, also after a restart", async () => {
    const pushed = await push(IMAGE, "1.0");
    expect([pushed.status, pushed.headers.get("docker-content-digest")]).to.deep.equal([201, IMAGE.digest]);
    await reopen();
    for (const reference of ["1.0", IMAGE.digest]) {
      const found = await ask("GET", `/v2/alice/hello/manifests/${reference}`);
      expect(found.headers.get("content-type")).to.equal(OCI.manifest);
      expect(found.headers.get("docker-content-digest")).to.equal(IMAGE.digest);
      expect(Buffer.from(await found.arrayBuffer())).to.deep.equal(IMAGE.manifest);
      const head = await ask("HEAD", `/v2/alice/hello/manifests/${reference}`);
      expect(head.headers.get("content-length")).to.equal(`${IMAGE.manifest.length}`);
    }
    expect(await (await ask("GET", "/v2/alice/hello/tags/list")).json()).to.deep.equal({
      name: "alice/hello",
      tags: ["1.0"],
    });

    const name = parseImageName(`${new URL(origin).host}/alice/hello`);
    const client = new RegistryClient({ privateHosts: "allowed" });
    const source = {
      readManifest: (digest: Digest) => client.readManifest(name, digest),
      readBlob: (blob: { digest: Digest; size: number }) => client.readBlob(name, blob),
    };
    const { layers } = await readImage(IMAGE.digest, source, "amd64");
    await client.downloadBlob(name, layers[0]!, join(folder, "layer"));
    expect((await stat(join(folder, "layer"))).size).to.equal(layers[0]!.size);
  });

  it("gives the rest of a blob", async () => {
    await pushBlob(BLOB);
    const rest = await ask("GET", `/v2/x/blobs/${DIGEST}`, undefined, { range: "bytes=5-" });
    expect([rest.status, rest.headers.get("content-range")]).to.deep.equal([
      206,
      `bytes 5-${BLOB.length - 1}/${BLOB.length}`,
    ]);
    expect(await rest.text()).to.equal("bytes of a layer");
    const head = await ask("HEAD", `/v2/x/blobs/${DIGEST}`);
    expect([head.status, head.headers.get("content-length")]).to.deep.equal([200, `${BLOB.length}`]);
    const beyond = await ask("GET", `/v2/x/blobs/${DIGEST}`, undefined, { range: "bytes=99-" });
    expect(await refusalOf(beyond)).to.equal(`416 RANGE_INVALID: There are ${BLOB.length} bytes: ask for those.`);
  });

  it("takes a blob at once, with the end of its upload, or from another repository", async () => {
    expect((await ask("POST", `/v2/a/blobs/uploads/?digest=${DIGEST}`, BLOB)).status).to.equal(201);
    const mounted = await ask("POST", `/v2/b/blobs/uploads/?mount=${DIGEST}&from=a`);
    expect([mounted.status, mounted.headers.get("location")]).to.deep.equal([201, `/v2/b/blobs/${DIGEST}`]);
    expect((await ask("POST", `/v2/b/blobs/uploads/?mount=${OTHER}&from=a`)).status).to.equal(202);
    const other = Buffer.from("other");
    const location = (await ask("POST", "/v2/a/blobs/uploads/")).headers.get("location")!;
    expect((await ask("PUT", `${location}?digest=${OTHER}`, other)).status).to.equal(201);
  });

  it("says how far an upload is, and gives it up", async () => {
    const location = (await ask("POST", "/v2/a/blobs/uploads/")).headers.get("location")!;
    await ask("PATCH", location, BLOB);
    const found = await ask("GET", location);
    expect([found.status, found.headers.get("range")]).to.deep.equal([204, `0-${BLOB.length - 1}`]);
    const apart = await ask("PATCH", location, BLOB, { "content-range": "3-9" });
    expect(await refusalOf(apart)).to.equal(
      `416 BLOB_UPLOAD_INVALID: There are ${BLOB.length} bytes: go on from there.`,
    );
    expect((await ask("DELETE", location)).status).to.equal(204);
    const unknown = "404 BLOB_UPLOAD_UNKNOWN: There is no such upload: begin another.";
    for (const method of ["GET", "PATCH", "PUT", "DELETE"]) {
      expect(await refusalOf(await ask(method, `${location}?digest=${DIGEST}`))).to.equal(unknown);
    }
    expect(await refusalOf(await ask("GET", "/v2/a/blobs/uploads/..%2fblobs"))).to.match(/^404 UNSUPPORTED/);
  });

  it("keeps nothing that does not have its digest", async () => {
    const sentence = `400 DIGEST_INVALID: What came does not have the digest ${OTHER}: send it again.`;
    expect(await refusalOf(await pushBlob(BLOB, OTHER))).to.equal(sentence);
    expect(await refusalOf(await pushBlob(BLOB, "sha256:12"))).to.contain(
      "400 DIGEST_INVALID: A digest is sha256: and 64",
    );
    expect(await readdir(join(folder, "registry/blobs"))).to.deep.equal([]);
    expect(await refusalOf(await push(IMAGE, OTHER))).to.contain(
      `400 DIGEST_INVALID: What came has the digest ${IMAGE.digest}`,
    );
  });

  it("takes a manifest only when all that it names is there", async () => {
    expect(await refusalOf(await put(IMAGE.manifest))).to.match(
      /^404 MANIFEST_BLOB_UNKNOWN: The manifest names sha256:/,
    );
    const index = buildIndex([IMAGE.descriptor]);
    expect(await refusalOf(await put(index.manifest))).to.equal(
      `404 MANIFEST_BLOB_UNKNOWN: The manifest names ${IMAGE.digest}: push that first.`,
    );
    await push(IMAGE, IMAGE.digest, "a");
    expect((await put(index.manifest)).status).to.equal(201);
    expect(await refusalOf(await put(Buffer.from("{")))).to.match(
      /^400 MANIFEST_INVALID: The image's manifest is malformed/,
    );
    expect(await refusalOf(await put(Buffer.alloc(5 * 2 ** 20, " ")))).to.match(
      /^413 MANIFEST_INVALID: A manifest may have/,
    );
  });

  it("does not have what was not pushed, and takes no names that are none", async () => {
    const answers = await Promise.all(
      [
        ["GET", `/v2/a/blobs/${DIGEST}`],
        ["GET", "/v2/a/manifests/1.0"],
        ["GET", `/v2/a/manifests/${DIGEST}`],
        ["GET", "/v2/a/tags/list"],
        ["GET", "/v2/A/tags/list"],
        ["GET", "/v2/a/..%2f..%2fb/tags/list"],
        ["GET", "/v2/a/manifests/-"],
        ["GET", "/v2/a/other"],
        ["DELETE", "/v2/a/manifests/1.0"],
      ].map(async ([method, path]) => (await refusalOf(await ask(method!, path!))).replace(/:.*$/, "")),
    );
    expect(answers).to.deep.equal([
      "404 BLOB_UNKNOWN",
      "404 MANIFEST_UNKNOWN",
      "404 MANIFEST_UNKNOWN",
      "404 NAME_UNKNOWN",
      "400 NAME_INVALID",
      "400 NAME_INVALID",
      "400 TAG_INVALID",
      "404 UNSUPPORTED",
      "404 UNSUPPORTED",
    ]);
  });

  it("holds no more bytes than it may, also after a restart", async () => {
    await reopen({ maxBytes: BLOB.length + 10 });
    expect((await pushBlob(BLOB)).status).to.equal(201);
    await reopen({ maxBytes: BLOB.length + 10 });
    const full = await ask("POST", `/v2/a/blobs/uploads/?digest=${OTHER}`, Buffer.alloc(11));
    expect(await refusalOf(full)).to.equal(
      `507 DENIED: The registry may hold ${BLOB.length + 10} bytes, and this would be more: raise the limit, or empty its folder.`,
    );
    // What is not finished counts too, until there is no room for it.
    const location = (await ask("POST", "/v2/a/blobs/uploads/")).headers.get("location")!;
    expect((await ask("PATCH", location, Buffer.alloc(8))).status).to.equal(202);
    expect((await ask("POST", `/v2/a/blobs/uploads/?digest=${OTHER}`, "other")).status).to.equal(507);
    expect((await ask("PATCH", location, Buffer.alloc(8))).status).to.equal(507);
    expect((await ask("POST", `/v2/a/blobs/uploads/?digest=${OTHER}`, "other")).status).to.equal(201);
  });
});
