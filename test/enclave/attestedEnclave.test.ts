import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { getBytes, solidityPackedKeccak256, verifyMessage } from "ethers";

import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { encodeReportData } from "@poco-marketplace/sdk/wire/reportData.js";
import { measurementOf, verifyQuote } from "@poco-marketplace/enclave/attestation/verdict.js";
import { encryptData } from "@poco-marketplace/sdk/protect/encryptData.js";
import { readApp } from "@poco-marketplace/enclave/app/appFolder.js";
import { measureApp } from "@poco-marketplace/enclave/app/measurement.js";
import { AttestedEnclave, EnclaveFailedError } from "@poco-marketplace/enclave/runtime/attestedEnclave.js";
import { EnclaveLostError } from "@poco-marketplace/enclave/runtime/enclaveProcess.js";
import { simulatedProcessor } from "@poco-marketplace/enclave/runtime/processor.js";
import { chooseSandbox, NODE_WARNING, NoSandboxError } from "@poco-marketplace/enclave/runtime/sandbox.js";
import { sealSecret } from "@poco-marketplace/enclave/session/sealedSecret.js";
import { sealSession, type TaskSession } from "@poco-marketplace/enclave/session/session.js";
import { simulate, type Simulation } from "../attestation/simulation.js";
import { appFolder, MANIFEST } from "../fixtures/app.js";
import { appOf, kindsHere, readSaid, runApp, startApp, TASK, TASK_ID, WORKER } from "../fixtures/attested.js";
import { rejection } from "../fixtures/rejection.js";

const OTHER_WORKER = `0x${"11".repeat(20)}` as const;
const OTHER_TASK = `0x${"bb".repeat(32)}` as const;
const DATASET = "0x1234567890abcdef1234567890abcdef12345678";
/** The task as a secret service tells it, without secrets. */
const SESSION: TaskSession = {
  taskId: TASK_ID,
  dealId: TASK_ID,
  index: 0n,
  botFirst: 0n,
  botSize: 1n,
  inputFiles: [],
  requesterSecrets: {},
  storage: { provider: "ipfs" },
};

/** An app that says a word. */
const source = (word: string) => `import fs from "node:fs";
  fs.writeFileSync(process.env.IEXEC_OUT + "/said.json", '{"word":"${word}"}');
  fs.writeFileSync(process.env.IEXEC_OUT + "/computed.json", '{"deterministic-output-path":"said.json"}');`;

describe("An attested enclave", () => {
  let simulation: Simulation;

  before(async () => {
    simulation = await simulate();
  });

  for (const version of [3, 4, 5] as const) {
    it(`shows a quote, version ${version}, that binds it to its app, worker, task and keys`, async () => {
      const app = await appOf(`done();`);
      const processor = simulatedProcessor(simulation.platform, { version });
      const enclave = await AttestedEnclave.start({
        app: { kind: "package", app },
        processor,
        worker: WORKER,
        taskId: TASK_ID,
      });
      await enclave.stop();
      const { binding, quote, measurement } = enclave.identity;

      const evidence = verifyQuote(quote, simulation.policy);

      const { mrEnclave, mrTd } = measureApp(app);
      expect(measurementOf(evidence.quote)).to.equal(version === 3 ? mrEnclave : mrTd);
      expect(measurement).to.deep.equal({ kind: "package", mrEnclave, mrTd });
      expect(toHex(evidence.quote.body.reportData)).to.equal(toHex(encodeReportData(binding)));
      expect(binding).to.include({ worker: WORKER, taskId: TASK_ID });
    });

    it(`in debug mode shows a quote, version ${version}, that is refused`, async () => {
      const processor = simulatedProcessor(simulation.platform, { version, mode: "debug" });
      const quote = processor.quote(measureApp(await appOf(`done();`)), new Uint8Array(64));

      expect(() => verifyQuote(quote, simulation.policy)).to.throw("debug");
      verifyQuote(quote, { ...simulation.policy, debugEnclaves: "accepted" });
    });
  }

  it("says in its notice that isolation is simulated, and warns where there is no sandbox", async () => {
    const app = await appOf(`done();`);
    const processor = simulatedProcessor(simulation.platform);
    const sandbox = { kind: "node", warning: NODE_WARNING } as const;
    const start = { app: { kind: "package", app }, processor, worker: WORKER, taskId: TASK_ID } as const;
    const [plain, warned] = [await AttestedEnclave.start(start), await AttestedEnclave.start({ ...start, sandbox })];
    await Promise.all([plain.stop(), warned.stop()]);

    expect(plain.identity.notice).to.match(/^Isolation is simulated: no enclave hardware is involved/);
    expect(warned.identity.notice)
      .to.match(/^Isolation is simulated/)
      .and.include("which is not a sandbox");
  });

  it("is put into the best sandbox that there is", async () => {
    const kinds = await kindsHere();

    expect((await chooseSandbox("none")).kind).to.equal(kinds[0]);
    expect((await chooseSandbox("none")).warning).to.equal(kinds[0] === "node" ? NODE_WARNING : undefined);
  });

  it("is not started without a sandbox where one is demanded", async () => {
    const { PATH } = process.env;
    process.env["PATH"] = tmpdir();
    try {
      const error = await rejection(chooseSandbox("bubblewrap"), NoSandboxError);
      expect(error.message).to.include("apt install bubblewrap").and.include("--sandbox none");
      expect(await chooseSandbox("none")).to.deep.equal({ kind: "node", warning: NODE_WARNING });
    } finally {
      process.env["PATH"] = PATH;
    }
  });

  it("runs what was measured, whatever becomes of the folder", async () => {
    const { folder, remove } = await appFolder({ "enclave.json": MANIFEST, "app.mjs": source("measured") });
    const app = await readApp(folder);
    await writeFile(join(folder, "app.mjs"), source("changed"));
    await mkdir(join(folder, "more"));

    const said = await runApp({ kind: (await chooseSandbox("none")).kind, app });
    await remove();

    expect(said).to.deep.equal({ word: "measured" });
  });
});

for (const kind of await kindsHere()) {
  describe(`An attested enclave (${kind})`, () => {
    it("has keys of its own each time, and vouches with the one that was attested", async () => {
      const app = await appOf(`done();`);
      const [one, two] = [await startApp({ kind, app }), await startApp({ kind, app })];
      await two.stop();
      const { binding } = one.identity;
      expect(binding.enclave).not.to.equal(two.identity.binding.enclave);
      expect(toHex(binding.encryptionKey)).not.to.equal(toHex(two.identity.binding.encryptionKey));

      const { resultHash, resultSeal, enclaveSignature, digest } = await one.run(TASK);

      expect(resultHash).to.equal(solidityPackedKeccak256(["bytes32", "bytes32"], [TASK_ID, digest]));
      const signed = solidityPackedKeccak256(["bytes32", "bytes32"], [resultHash, resultSeal]);
      expect(verifyMessage(getBytes(signed), enclaveSignature)).to.equal(binding.enclave);
    });

    it("opens what was sealed for it: data, app secret, requester's secrets", async () => {
      const data = Buffer.from("a table");
      const { encrypted, key, checksum } = await encryptData(data);
      const body = `done({
        data: fs.readFileSync(path.join(process.env.IEXEC_IN, process.env.IEXEC_DATASET_FILENAME), "latin1").includes("a table"),
        app: process.env.IEXEC_APP_DEVELOPER_SECRET,
        requester: process.env.IEXEC_REQUESTER_SECRET_2,
        variables: Object.keys(process.env).filter((name) => !name.startsWith("IEXEC_")),
      });`;
      const enclave = await startApp({ kind, app: await appOf(body) });
      const { binding } = enclave.identity;

      const { archive } = await enclave.run(
        { ...TASK, dataset: { address: DATASET, checksum, encrypted } },
        {
          session: await sealSession(binding, {
            ...SESSION,
            dataset: { address: DATASET, checksum, key },
            appSecret: "of the app",
            requesterSecrets: { 2: "of the requester" },
          }),
        },
      );

      const said = await readSaid(archive);
      expect(said).to.include({ data: true, app: "of the app", requester: "of the requester" });
      expect(said["variables"]).to.deep.equal(["PATH"]);
    });

    it("does without what was not sealed for it", async () => {
      const app = await appOf(`done();`);
      const [thief, owner] = [await startApp({ kind, app }), await startApp({ kind, app })];
      const session = await sealSession(owner.identity.binding, { ...SESSION, appSecret: "of the app" });
      await owner.stop();

      const error = await rejection(thief.run(TASK, { session }), EnclaveFailedError);

      expect(error).to.include({ reason: "UnopenedSecretError" });
      expect(error.message).to.include("The session does not open");
    });

    it("does not take one secret for another", async () => {
      const enclave = await startApp({ kind, app: await appOf(`done();`) });
      const session = await sealSecret(enclave.identity.binding, "another", JSON.stringify({ appSecret: "a word" }));

      expect(await rejection(enclave.run(TASK, { session }), EnclaveFailedError)).to.include({
        reason: "UnopenedSecretError",
      });
    });

    it("takes a session's word for the task, and its worker's for files only", async () => {
      const [url, other] = ["https://example.org/a.txt", "https://example.org/b.txt"];
      const body = `done({
        args: process.argv.slice(2),
        files: fs.readdirSync(process.env.IEXEC_IN).length,
        size: process.env.IEXEC_BOT_SIZE,
        secrets: Object.keys(process.env).filter((name) => name.includes("SECRET")),
      });`;
      const enclave = await startApp({ kind, app: await appOf(body) });
      const told = { ...SESSION, args: "[1] two", inputFiles: [url], botSize: 3n };
      const session = await sealSession(enclave.identity.binding, told);
      const content = Buffer.from("text");

      const { archive } = await enclave.run(
        { ...TASK, args: "[7] of-the-worker", inputFiles: [url, other].map((each) => ({ url: each, content })) },
        { session },
      );

      expect(await readSaid(archive)).to.deep.equal({ args: ["[1]", "two"], files: 1, size: "3", secrets: [] });
    });

    it("misses what its session names and nobody brought", async () => {
      const dataset = { address: DATASET, checksum: TASK_ID, key: "" } as const;
      for (const [told, reason] of [
        [{ ...SESSION, inputFiles: ["https://example.org/a.txt"] }, "MissingInputFileError"],
        [{ ...SESSION, dataset }, "MissingDatasetError"],
        [{ ...SESSION, bulk: [dataset] }, "MissingDatasetError"],
      ] as const) {
        const enclave = await startApp({ kind, app: await appOf(`done();`) });
        const session = await sealSession(enclave.identity.binding, told);
        expect(await rejection(enclave.run(TASK, { session }), EnclaveFailedError)).to.include({ reason });
      }
    });

    it("misses the key of a dataset that nobody released", async () => {
      const { encrypted, checksum } = await encryptData(Buffer.from("a table"));
      const enclave = await startApp({ kind, app: await appOf(`done();`) });

      const error = await rejection(
        enclave.run({ ...TASK, dataset: { address: DATASET, checksum, encrypted } }),
        EnclaveFailedError,
      );

      expect(error).to.include({ reason: "MissingDatasetError" });
    });

    it("works for nobody else, on nothing else, and only once", async () => {
      const app = await appOf(`done();`);
      const refused: readonly [Partial<typeof TASK>, string][] = [
        [{ worker: OTHER_WORKER }, `worker is ${OTHER_WORKER}: this enclave was started for ${WORKER}`],
        [{ taskId: OTHER_TASK }, `taskId is ${OTHER_TASK}: this enclave was started for ${TASK_ID}`],
      ];
      for (const [change, says] of refused) {
        const enclave = await startApp({ kind, app });
        const error = await rejection(enclave.run({ ...TASK, ...change }), EnclaveFailedError);
        expect(error.message).to.include(says);
        await rejection(enclave.run(TASK), EnclaveLostError);
      }
    });

    it("fails with what its app says", async () => {
      const enclave = await startApp({ kind, app: await appOf(`console.error("no such column"); process.exit(7);`) });

      const error = await rejection(enclave.run(TASK), EnclaveFailedError);

      expect(error).to.include({ reason: "ProgramFailedError" });
      expect(error.message).to.include("exit code 7").and.to.include("no such column");
    });

    it("leaves no listeners behind", async () => {
      const listeners = process.listenerCount("exit");
      await runApp({ kind, app: await appOf(`done();`) });

      expect(process.listenerCount("exit")).to.equal(listeners);
    });
  });
}
