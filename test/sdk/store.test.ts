import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import type { FastifyInstance } from "fastify";

import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import { FileTooLargeError, StoreClient } from "@poco-marketplace/sdk/client/store.js";
import { InvalidFieldError } from "@poco-marketplace/sdk/protocol/field.js";
import { listen } from "@poco-marketplace/services/http/createServer.js";
import { openStoreService } from "@poco-marketplace/services/store/service.js";
import { rejection } from "../fixtures/rejection.js";
import { rootByHand } from "../fixtures/unixfs.js";

const NOT_THERE = "QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o";

describe("The SDK's client of the content store", () => {
  let folder: string;
  let server: FastifyInstance;
  let store: StoreClient;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "store-client-"));
    server = await openStoreService({ folder: join(folder, "blocks"), maxUpload: 2 * 2 ** 20 });
    const origin = await listen(server, 0);
    store = new StoreClient({ node: origin, gateway: `${origin}/` });
  });
  after(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("stores bytes under the name that IPFS gives them, and reads them", async () => {
    for (const file of [randomBytes(700_000), Buffer.from("\r\n--poco-\r\n"), Buffer.alloc(1)]) {
      const cid = await store.upload(file);

      expect(cid).to.equal(rootByHand(file));
      expect(await store.has(cid)).to.equal(true);
      expect(Buffer.from(await store.download(cid)).equals(file)).to.equal(true);
      expect(Buffer.from(await store.download(`/ipfs/${cid}`)).equals(file)).to.equal(true);
    }
  });

  it("reads no more than it may", async () => {
    const cid = await store.upload(Buffer.from("hello world"));

    expect((await store.download(cid, { maxBytes: 11 })).length).to.equal(11);
    const error = await rejection(store.download(cid, { maxBytes: 10 }), FileTooLargeError);
    expect(error.message).to.include(cid).and.include("more than 10 bytes");
  });

  it("says what is not there, what is not a location, and what is too large", async () => {
    expect(await store.has(NOT_THERE)).to.equal(false);
    expect((await rejection(store.download(NOT_THERE), ServiceError)).statusCode).to.equal(404);
    for (const elsewhere of ["../secrets", "Qm/../secrets", "Qm/%2e%2E/secrets", "Qm/..\\secrets", "Qm/a/.\t./../../b"])
      await rejection(store.download(elsewhere), InvalidFieldError);
    expect((await rejection(store.upload(new Uint8Array(3 * 2 ** 20)), ServiceError)).statusCode).to.equal(413);
  });
});
