import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { pushImage } from "@poco-marketplace/cli/iapp/deploy/pushImage.js";
import { PushError } from "@poco-marketplace/cli/iapp/deploy/pushError.js";
import { describeImage, type BuiltImage } from "@poco-marketplace/enclave/image/build/imageDocuments.js";
import { writeLayer } from "@poco-marketplace/enclave/image/build/writeLayer.js";
import { digestOf } from "@poco-marketplace/enclave/image/digest.js";
import { ImageError } from "@poco-marketplace/enclave/image/imageError.js";
import { parseImageName } from "@poco-marketplace/enclave/image/imageName.js";
import { readImage } from "@poco-marketplace/enclave/image/manifest.js";
import { RegistryClient } from "@poco-marketplace/enclave/image/registry.js";
import { listen } from "@poco-marketplace/services/http/createServer.js";
import { openRegistryService } from "@poco-marketplace/services/registry/service.js";
import { rejection } from "../fixtures/rejection.js";

describe("An image that is pushed", () => {
  let folder: string;
  let image: BuiltImage;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "push-"));
    const layer = await writeLayer(join(folder, "layer"), [
      { path: "app", kind: "file", content: Buffer.alloc(300_000, 7) },
    ]);
    // A layer may occur twice.
    image = describeImage([layer, layer], { Entrypoint: ["/app"] }, "amd64");
  });
  after(() => rm(folder, { recursive: true }));

  it("is in the registry as workers pull it, and is not sent again", async () => {
    const registry = await openRegistryService({ folder: join(folder, "registry") });
    const sent: string[] = [];
    registry.addHook("onRequest", async (request) => {
      sent.push(request.method);
    });
    const origin = await listen(registry, 0);
    const name = { ...parseImageName(`${new URL(origin).host}/alice/hello`), tag: "1.0" };
    try {
      expect(await pushImage(image, name)).to.equal(image.digest);
      const client = new RegistryClient({ privateHosts: "allowed" });
      const source = {
        readManifest: () => client.readManifest(name, image.digest),
        readBlob: (blob: { digest: `sha256:${string}`; size: number }) => client.readBlob(name, blob),
      };
      expect((await readImage(image.digest, source, "amd64")).layers).to.have.lengthOf(2);

      sent.length = 0;
      expect(await pushImage(image, name)).to.equal(image.digest);
      expect(sent).to.deep.equal(["HEAD", "HEAD", "PUT", "GET"]);
    } finally {
      await registry.close();
    }
  });

  describe("to a registry that asks for a login", () => {
    let server: Server;
    let host: string;
    /** The scheme that it asks for. */
    let scheme: "Basic" | "Bearer";
    /** What it answers instead of taking the manifest. */
    let refusal: { readonly status: number; readonly body: string } | undefined;
    /** The manifest that it gives back. */
    let stored: Buffer;
    /** Where layers are sent, and where tokens come from; by default its own addresses. */
    let upload: string;
    let realm: string;
    /** The `Authorization` headers that another server got. */
    let leaked: (string | undefined)[];
    let other: Server;

    before(async () => {
      server = createServer((request, response) => {
        void answer();
        async function answer(): Promise<void> {
          const body = await bodyOf(request);
          const { url = "", method = "", headers } = request;
          const basic = `Basic ${Buffer.from("alice:secret").toString("base64")}`;
          if (url.startsWith("/token?")) {
            const isScoped =
              url.includes("scope=repository%3Aalice%2Fhello%3Apull%2Cpush") && url.includes("service=here");
            const isKnown = headers.authorization === basic && isScoped;
            return void response.writeHead(isKnown ? 200 : 401).end(isKnown ? '{"token": "t"}' : "");
          }
          if (headers.authorization !== (scheme === "Basic" ? basic : "Bearer t")) {
            const challenge = `${scheme} realm="${realm}",service="here"`;
            return void response.writeHead(401, { "www-authenticate": challenge }).end();
          }
          if (method === "HEAD") return void response.writeHead(404).end();
          if (method === "POST") return void response.writeHead(202, { location: upload }).end();
          if (method === "GET") return void response.end(stored);
          if (url.includes("/manifests/") && refusal !== undefined)
            return void response.writeHead(refusal.status).end(refusal.body);
          if (url.includes("/manifests/")) stored = body;
          response.writeHead(201).end();
        }
      });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      other = createServer((request, response) => {
        leaked.push(request.headers.authorization);
        request.resume();
        response.writeHead(401, { "www-authenticate": `Bearer realm="http://${host}/token",service="here"` }).end();
      });
      other.listen(0, "127.0.0.1");
      await once(other, "listening");
    });
    beforeEach(() => {
      [refusal, upload, realm, leaked] = [undefined, "/upload/1", `http://${host}/token`, []];
    });
    after(() => {
      for (const each of [server, other]) {
        each.close();
        each.closeAllConnections();
      }
    });

    const push = (password = "secret") =>
      pushImage(image, { ...parseImageName(`${host}/alice/hello`), tag: "1" }, { username: "alice", password });

    for (const each of ["Basic", "Bearer"] as const) {
      it(`gets there with an account (${each})`, async () => {
        scheme = each;
        expect(await push()).to.equal(image.digest);
        const refused = await rejection(push("wrong"), PushError);
        expect(refused.message).to.contain(`${host} does not allow alice to push to alice/hello: log in (docker login`);
      });
    }

    it("asks for a login where there is none", async () => {
      scheme = "Bearer";
      const name = { ...parseImageName(`${host}/alice/hello`), tag: "1" };
      expect((await rejection(pushImage(image, name), PushError)).message).to.contain(
        `${host} needs a login to push to alice/hello: log in`,
      );
    });

    it("gives the storage of its layers neither token nor password, even if that asks for one", async () => {
      scheme = "Basic";
      upload = `http://127.0.0.1:${(other.address() as AddressInfo).port}/upload`;
      await rejection(push(), PushError);
      expect(leaked).to.deep.equal([undefined]);
    });

    it("sends neither a password nor a layer over plain HTTP to another machine", async () => {
      scheme = "Bearer";
      realm = "http://registry.invalid/token";
      expect((await rejection(push(), ImageError)).reason).to.equal("PlainHttp");
      scheme = "Basic";
      upload = "http://registry.invalid/upload";
      expect((await rejection(push(), ImageError)).reason).to.equal("PlainHttp");
    });

    it("fails with the reason of the registry's refusal", async () => {
      scheme = "Basic";
      refusal = { status: 507, body: "no room" };
      expect((await rejection(push(), PushError)).message).to.contain("(507): no room");
    });

    it("has the digest of what the registry has, not of what was sent", async () => {
      scheme = "Basic";
      refusal = { status: 201, body: "" };
      stored = Buffer.from("another manifest");
      expect(await push()).to.equal(digestOf(stored));
    });
  });

  it("cannot get to a registry that is not there", async () => {
    const name = { ...parseImageName("127.0.0.1:1/alice/hello"), tag: "1" };
    const { message } = await rejection(pushImage(image, name), PushError);
    expect(message).to.contain("The registry 127.0.0.1:1 does not take the layer").and.contain("ECONNREFUSED");
  });
});

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
