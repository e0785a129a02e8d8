import { createServer as createTcpServer } from "node:net";

import { expect } from "chai";

import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import { createServer, listen } from "@poco-marketplace/services/http/createServer.js";
import { HttpError } from "@poco-marketplace/services/http/HttpError.js";
import { retryWhile } from "@poco-marketplace/services/worker/retry.js";
import { uploadResult } from "@poco-marketplace/services/worker/resultUpload.js";
import { rejection } from "../fixtures/rejection.js";

const ARCHIVE = new Uint8Array(2 ** 20);

describe("The upload of a result", () => {
  it("waits for a store that is at fault for a moment, and not for one that refuses", async () => {
    const store = await createServer({ bodyLimit: 2 ** 21 });
    const answers = [503, 500, 200];
    store.addContentTypeParser("multipart/form-data", (_request, payload, done) => {
      payload.resume().once("end", () => done(null));
    });
    store.post("/api/v0/add", () => {
      const status = answers.shift() ?? 413;
      if (status !== 200) throw new HttpError(status, "Not now.");
      return { Hash: "Qm1" };
    });
    const url = await listen(store, 0);
    try {
      const { signal } = new AbortController();
      expect(await uploadResult(url, ARCHIVE, signal)).to.equal("Qm1");
      expect(answers).to.deep.equal([]);
      const refused = await rejection(uploadResult(url, ARCHIVE, signal), ServiceError);
      expect(refused).to.include({ isPassing: false, statusCode: 413, message: "Not now." });
    } finally {
      await store.close();
    }
  });

  it("ends nobody's process when the store is killed in the middle of it", async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    const others = process.rawListeners("unhandledRejection") as NodeJS.UnhandledRejectionListener[];
    process.removeAllListeners("unhandledRejection").on("unhandledRejection", note);
    const killed = createTcpServer((socket) => {
      socket.on("error", () => undefined).once("data", () => socket.resetAndDestroy());
    });
    await new Promise<void>((resolve) => killed.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = killed.address() as { port: number };
      const stop = new AbortController();
      const uploads = Array.from({ length: 20 }, () =>
        uploadResult(`http://127.0.0.1:${port}`, ARCHIVE, stop.signal).catch((error: Error) => error),
      );
      setTimeout(() => stop.abort(), 500);
      for (const error of await Promise.all(uploads)) expect(error).to.be.instanceOf(Error);
      await new Promise((resolve) => setImmediate(resolve));
      expect(unhandled).to.deep.equal([]);
    } finally {
      process.removeListener("unhandledRejection", note);
      for (const other of others) process.on("unhandledRejection", other);
      killed.close();
    }
  });
});

describe("What is tried again", () => {
  const { signal } = new AbortController();

  it("is what passes, for a while", async () => {
    let calls = 0;
    const act = () => (++calls < 3 ? Promise.reject(new Error("away")) : Promise.resolve(calls));
    expect(await retryWhile(act, { isPassing: () => true, forMs: 10_000, signal })).to.equal(3);
    calls = -1_000;
    await rejection(retryWhile(act, { isPassing: () => true, forMs: 300, signal }), Error);
    expect(calls).to.be.within(-999, -998);
  });

  it("is neither what stays, nor what nobody wants any more", async () => {
    let calls = 0;
    const act = () => Promise.reject(new Error(`call ${++calls}`));
    const stays = await rejection(retryWhile(act, { isPassing: () => false, forMs: 10_000, signal }), Error);
    expect(stays.message).to.equal("call 1");
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 20);
    const stopped = retryWhile(act, { isPassing: () => true, forMs: 60_000, signal: stop.signal });
    expect((await rejection(stopped, Error)).message).to.equal("call 2");
  });
});
