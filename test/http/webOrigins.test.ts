import { request, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";

import { expect } from "chai";
import type { FastifyInstance } from "fastify";

import { createServer, listen } from "@poco-marketplace/services/http/createServer.js";

const STRANGER = "https://evil.example";
const FRIEND = "https://app.example";

describe("A web page", () => {
  let server: FastifyInstance;
  let port: number;
  let changes: number;

  async function open(origins?: readonly string[]): Promise<void> {
    changes = 0;
    server = await createServer({ origins });
    server.get("/coins", () => ({ coins: changes }));
    server.route({ method: ["POST", "PUT", "DELETE"], url: "/coins", handler: () => ({ coins: ++changes }) });
    port = Number(new URL(await listen(server, 0)).port);
  }
  afterEach(() => server.close());

  /** As browsers send it: they do not let pages choose these headers. */
  async function send(method: string, headers: Record<string, string>) {
    const asked = request({ port, host: "127.0.0.1", method, path: "/coins", headers });
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    asked.once("response", resolve).once("error", reject).end();
    const answer = await promise;
    const allowed = answer.headers["access-control-allow-origin"];
    return { status: answer.statusCode, allowed, body: await text(answer) };
  }

  for (const origin of [
    STRANGER,
    "null",
    "file://",
    "https://localhost.evil.example",
    "https://127.0.0.1.evil.example",
    "chrome-extension://x",
  ]) {
    it(`of ${origin} changes nothing, and reads nothing`, async () => {
      await open([FRIEND]);
      for (const method of ["POST", "PUT", "DELETE"]) {
        const { status, allowed, body } = await send(method, { origin });
        expect([status, allowed]).to.deep.equal([403, undefined]);
        expect(body).to.include(`Web pages of \\"${origin}\\" may not call this service`).and.include("--origins");
      }
      expect(changes).to.equal(0);
      expect(await send("GET", { origin })).to.deep.include({ status: 200, allowed: undefined });
      const asked = { origin, "access-control-request-method": "PUT" };
      expect((await send("OPTIONS", asked)).allowed).to.equal(undefined);
    });
  }

  for (const origin of [
    FRIEND,
    "http://localhost:5173",
    "https://localhost",
    "http://127.0.0.1:3000",
    "http://[::1]:3000",
    "http://my.localhost",
  ]) {
    it(`of ${origin} may call`, async () => {
      await open([FRIEND]);
      for (const method of ["GET", "POST"])
        expect(await send(method, { origin })).to.deep.include({ status: 200, allowed: origin });
      const asked = { origin, "access-control-request-method": "PUT" };
      expect(await send("OPTIONS", asked)).to.deep.include({ status: 204, allowed: origin });
    });
  }

  it("of anywhere may call where that is said", async () => {
    await open(["*"]);
    expect((await send("POST", { origin: STRANGER })).status).to.equal(200);
    expect((await send("POST", { origin: STRANGER, host: "evil.example" })).status).to.equal(200);
  });

  for (const [host, status] of [
    ["evil.example", 421],
    ["127.0.0.1.evil.example", 421],
    ["localhost.evil.example:8545", 421],
    ["evil.example#localhost", 421],
    ["localhost", 200],
    ["localhost:8545", 200],
    ["127.0.0.1:8545", 200],
    ["[::1]:8545", 200],
    ["192.168.1.7:8545", 200],
    ["app.example", 200],
  ] as const) {
    it(`that makes its name ${host} lead here is answered with ${status}`, async () => {
      await open([FRIEND]);
      for (const headers of [{ host }, { host, origin: `http://${host}` }]) {
        for (const method of ["GET", "POST"]) {
          expect((await send(method, headers)).status).to.equal(status);
        }
      }
    });
  }

  it("is not meant where there is none: programs call as they like", async () => {
    await open();
    expect((await send("POST", {})).status).to.equal(200);
  });

  it("is told nothing to guess a type from", async () => {
    await open();
    for (const path of ["/health", "/nowhere"])
      expect((await server.inject(path)).headers["x-content-type-options"]).to.equal("nosniff");
  });
});
