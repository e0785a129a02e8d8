import { expect } from "chai";
import { JsonRpcProvider } from "ethers";
import { network } from "hardhat";

import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { sessionChallenge } from "@poco-marketplace/sdk/wire/sessionRequest.js";
import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import { readChainFacts } from "@poco-marketplace/services/secrets/chainFacts.js";
import { SecretRefusal } from "@poco-marketplace/services/secrets/refusal.js";
import { requesterSecret } from "@poco-marketplace/sdk/wire/secretRef.js";
import type { Address, Hex } from "@poco-marketplace/sdk/index.js";
import { rejection } from "../fixtures/rejection.js";
import { makeEnclave, secretWorld, startService, type SecretWorld } from "../fixtures/secretService.js";

const connection = await network.create();

describe("The secret service, to those who mean no good", () => {
  let world: SecretWorld;
  let service: Awaited<ReturnType<typeof startService>>;
  let dealId: Hex;

  before(async () => {
    world = await secretWorld(connection);
    service = await startService(world);
    dealId = await world.makeDeal({ data: "none", volume: 2n });
  });
  after(() => service.stop());

  async function post(url: string, payload: string, headers: Record<string, string> = {}) {
    const type = { "content-type": "application/json", ...headers };
    const answer = await service.server.inject({ method: "POST", url, headers: type, payload });
    return { status: answer.statusCode, ...answer.json<{ error: string; message?: string }>() };
  }

  /** An honest request, in JSON. */
  async function honest() {
    const { request } = await makeEnclave(world, { dealId });
    const { authorization, quote, encryptionKey } = request;
    return {
      request,
      body: { authorization, quote: toHex(quote), encryptionKey: toHex(encryptionKey) },
      sign: await world.accounts.worker1.signMessage(Buffer.from(sessionChallenge(request).slice(2), "hex")),
    };
  }

  it("answers JSON that is none, or of another shape, with 400", async () => {
    const { body } = await honest();
    const { authorization } = body;
    for (const payload of [
      "",
      "{",
      `{"quote":`,
      "[".repeat(50_000),
      `{"__proto__":{"quote":"0x"}}`,
      ...[
        null,
        7,
        [],
        {},
        { ...body, authorization: undefined },
        { ...body, authorization: [] },
        { ...body, authorization: { ...authorization, worker: "0x12" } },
        { ...body, authorization: { ...authorization, worker: { toString: "0x" } } },
        { ...body, authorization: { ...authorization, taskId: authorization.taskId.slice(0, -2) } },
        { ...body, authorization: { ...authorization, enclave: 12 } },
        { ...body, authorization: { ...authorization, sign: "0xzz" } },
        { ...body, quote: "0x1" },
        { ...body, quote: { length: 5 } },
        { ...body, quote: `0x${"00".repeat(32_769)}` },
        { ...body, encryptionKey: `${body.encryptionKey}00` },
      ].map((value) => JSON.stringify(value)),
    ]) {
      const answer = await post("/tee/sessions", payload);
      expect(answer, payload.slice(0, 60)).to.include({ status: 400 });
      expect(answer.error).to.be.a("string");
    }
  });

  it("answers signatures that are none with 401, and quotes that are none with 403", async () => {
    const { body, request } = await honest();
    const another = (await honest()).sign;
    for (const authorization of [
      "",
      "0x",
      `0x${"00".repeat(65)}`,
      `0x${"ff".repeat(65)}`,
      `0x${"11".repeat(2048)}`,
      another,
    ]) {
      expect(await post("/tee/sessions", JSON.stringify(body), { authorization })).to.include({ status: 401 });
    }
    for (const quote of [
      "0x",
      "0x00",
      `0x${"ff".repeat(5000)}`,
      `${body.quote}01`,
      body.quote.slice(0, -200),
    ] as Hex[]) {
      const changed = { ...request, quote: Buffer.from(quote.slice(2), "hex") };
      const error = await rejection(service.sms.openSession(changed, world.accounts.worker1), ServiceError);
      expect(error, quote.slice(0, 40)).to.include({ statusCode: 403, reason: "QuoteRefused" });
    }
  });

  it("answers bodies that are too large with 413", async () => {
    const { body, sign } = await honest();
    const padded = JSON.stringify({ ...body, padding: "x".repeat(200_000) });

    const answer = await post("/tee/sessions", padded, { authorization: sign });

    expect(answer).to.include({ status: 413, error: "SecretTooLarge" });
    expect(answer.message).to.equal("The body is too large: 163840 bytes are allowed here.");
  });

  it("answers appointments of another shape with 400", async () => {
    const { authorization } = (await honest()).body;
    const usual = { worker: authorization.worker, enclave: authorization.enclave, sequence: "1", sign: "0x12" };
    for (const [taskId, change] of [
      ["7", {}],
      ["..%2f..", {}],
      [authorization.taskId, { sequence: "-1" }],
      [authorization.taskId, { sequence: 1.5 }],
      [authorization.taskId, { sequence: `1${"0".repeat(78)}` }],
      [authorization.taskId, { worker: null }],
    ] as const) {
      const answer = await post(`/tee/challenges/${taskId}`, JSON.stringify({ ...usual, ...change }));
      expect(answer, taskId).to.include({ status: 400, error: "MalformedRequest" });
    }
  });

  it("answers sixty at once, each as it should", async () => {
    const ref = requesterSecret(world.accounts.requester.address as Address, "popular");
    const attempts = Array.from({ length: 60 }, (_, index) =>
      index % 3 === 0
        ? service.sms.push(ref, `value ${index}`, world.accounts.requester).then(
            () => "kept",
            (error: ServiceError) => error.reason,
          )
        : service.sms.has(ref).then((there) => `there: ${there}`),
    );

    const outcomes = await Promise.all(attempts);

    expect(outcomes.filter((outcome) => outcome === "kept")).to.have.length(1);
    expect(outcomes.filter((outcome) => outcome === "SecretExists")).to.have.length(19);
  });

  it("says that the chain is gone when it is", async () => {
    const gone = new JsonRpcProvider("http://127.0.0.1:1", 31_337, { staticNetwork: true });
    const { hub, apps, datasets, ...rest } = world.contracts;
    const elsewhere = { hub: hub.connect(gone), apps: apps.connect(gone), datasets: datasets.connect(gone) };
    const chain = readChainFacts({ ...rest, ...elsewhere });
    const { taskId, worker, sign } = (await honest()).request.authorization;

    for (const question of [
      chain.ownerOf("dataset", world.assets.dataset),
      chain.task(taskId),
      chain.now(),
      chain.broker(),
      chain.digestsOf(world.assets.app),
      chain.checksumOf(world.assets.dataset),
      chain.isSignedBy(worker, taskId, sign),
      chain.refusalBy(worker, {
        platform: { authority: taskId, serial: 1n },
        level: {
          tee: 0n,
          facts: { fmspc: "0x000000000000", components: `0x${"00".repeat(16)}`, pceSvn: 0n },
          qeSvn: 0n,
          teeTcbSvn: `0x${"00".repeat(16)}`,
        },
        rootKey: new Uint8Array(64),
      }),
    ]) {
      const refusal = await rejection(question, SecretRefusal);
      expect(refusal).to.include({ statusCode: 503, reason: "ChainUnavailable" });
      expect(refusal.message).to.match(/^The chain cannot be read now \(.+\): try again in a moment\.$/);
    }
    gone.destroy();
  });
});
