import { connect } from "node:net";
import { text } from "node:stream/consumers";

import { expect } from "chai";

import { createServer, listen } from "@poco-marketplace/services/http/createServer.js";
import { HttpError } from "@poco-marketplace/services/http/HttpError.js";

describe("createServer", () => {
  it("answers on this machine only, in JSON", async () => {
    const server = await createServer();
    const origin = await listen(server, 0);
    try {
      expect(origin).to.match(/^http:\/\/127\.0\.0\.1:\d+$/);
      const answer = await fetch(`${origin}/health`);
      expect(answer.headers.get("content-type")).to.match(/^application\/json/);
      // A client that believes it has three more seconds in which nothing may go wrong.
      expect(answer.headers.get("keep-alive")).to.equal("timeout=3");
      expect(server.server.keepAliveTimeoutBuffer).to.equal(3_000);
      expect(await answer.json()).to.deep.equal({ ok: true });
    } finally {
      await server.close();
    }
  });

  it("tells a refusal with its status and sentence", async () => {
    const server = await createServer();
    server.get("/coins/:id", () => {
      throw new HttpError(409, "Coin 7 is spent: choose another one.");
    });

    const answer = await server.inject("/coins/7");

    expect(answer.statusCode).to.equal(409);
    expect(answer.json()).to.deep.equal({ error: "Coin 7 is spent: choose another one." });
  });

  it("keeps what went wrong inside to its log, and secrets out of that", async () => {
    const lines: string[] = [];
    const server = await createServer({ log: { write: (line) => lines.push(line) } });
    server.post("/coins", () => {
      throw new Error("the purse has a hole");
    });

    const headers = { authorization: "marker-of-a-key", "content-type": "text/plain" };
    const answer = await server.inject({ method: "POST", url: "/coins", headers, payload: "marker-of-a-body" });

    expect(answer.statusCode).to.equal(500);
    expect(answer.body).not.to.contain("hole");
    expect(lines.join("")).to.contain("the purse has a hole").and.not.to.contain("marker-of");
  });

  for (const [what, request, status] of [
    ["a body that is too long", { method: "POST", url: "/coins", payload: "x".repeat(11) }, 413],
    ["JSON that is cut off", { method: "POST", url: "/coins", payload: '{"a":', headers: json() }, 400],
    ["a route that is not there", { method: "GET", url: "/nowhere?key=secret" }, 404],
    ["a type that nobody reads", { method: "POST", url: "/coins", payload: "<a/>", headers: json("text/xml") }, 415],
  ] as const) {
    it(`answers ${what} with ${status} and a sentence`, async () => {
      const server = await createServer({ bodyLimit: 10 });
      server.post("/coins", () => ({ ok: true }));

      const answer = await server.inject({ headers: json("text/plain"), ...request });

      expect(answer.statusCode).to.equal(status);
      expect(answer.json<{ error: string }>().error).to.be.a("string").and.not.contain("secret");
    });
  }

  for (const [what, status, type] of [
    ["too long", 413, "text/plain"],
    ["of no type that it takes", 415, "text/xml"],
  ] as const)
    it(`lets a client that writes all of a body before it reads hear that it is ${what}`, async () => {
      const server = await createServer();
      server.post("/coins", () => ({ ok: true }));
      const { port } = new URL(await listen(server, 0));
      const length = 8 * 2 ** 20;
      const socket = connect(Number(port), "127.0.0.1");
      try {
        const headers = ["host: localhost", "connection: close", `content-type: ${type}`, `content-length: ${length}`];
        socket.write(`POST /coins HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n`);
        await new Promise<void>((resolve, reject) => {
          socket.once("error", reject);
          socket.write("x".repeat(length), () => resolve());
        });
        expect(await text(socket)).to.match(new RegExp(`^HTTP/1\\.1 ${status} `));
      } finally {
        socket.destroy();
        await server.close();
      }
    });
});

function json(type = "application/json") {
  return { "content-type": type };
}
