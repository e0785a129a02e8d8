import { createHash } from "node:crypto";
import { mkdtemp, readdir, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { concat, getBytes, keccak256, verifyMessage, Wallet } from "ethers";
import JSZip from "jszip";

import { encryptData } from "@poco-marketplace/sdk/protect/encryptData.js";
import {
  decryptResult,
  generateResultKeyPair,
  InvalidResultKeyError,
  WrongResultKeyError,
} from "@poco-marketplace/sdk/protect/resultEncryption.js";
import { ChecksumMismatchError } from "@poco-marketplace/sdk/protect/unprotect.js";
import { Enclave } from "@poco-marketplace/enclave/task/enclave.js";
import {
  InvalidTaskError,
  MissingDatasetError,
  type EnclaveTask,
  type TaskDataset,
} from "@poco-marketplace/enclave/task/task.js";
import { programFolder, script, taskFor } from "../fixtures/program.js";
import { rejection } from "../fixtures/rejection.js";

const DATASET = "0x5FbDB2315678afecb367f032d93F642f64180aa3";
const ANSWER = script(`write("answer.txt", "42"); computed({ "deterministic-output-path": out + "/answer.txt" });`);

describe("An enclave that runs a task", () => {
  let programs: Awaited<ReturnType<typeof programFolder>>;
  let answer: string;

  before(async () => {
    programs = await programFolder();
    answer = await programs.write("answer.mjs", ANSWER);
  });

  after(() => programs.remove());

  const answerFrom = (dataset: TaskDataset) => new Enclave().run(taskFor(answer, { dataset }));

  it("signs the digest of the result for the worker and the task, with the key it is known by", async () => {
    const key = Wallet.createRandom();
    const task = taskFor(answer);

    const result = await new Enclave({ key }).run(task);

    const digest = `0x${createHash("sha256").update("42").digest("hex")}`;
    const resultHash = keccak256(concat([task.taskId, digest]));
    const resultSeal = keccak256(concat([task.worker, task.taskId, digest]));
    expect(result).to.include({ taskId: task.taskId, digest, resultHash, resultSeal, enclave: key.address });
    const message = getBytes(keccak256(concat([resultHash, resultSeal])));
    expect(verifyMessage(message, result.enclaveSignature)).to.equal(key.address);
    expect(result.computed).to.deep.equal({
      "deterministic-output-path": "/iexec_out/answer.txt",
      "task-id": task.taskId,
      "result-digest": digest,
      "enclave-signature": result.enclaveSignature,
    });
  });

  it("has a key of its own", () => {
    expect(new Enclave().challenge).to.not.equal(new Enclave().challenge);
  });

  it("packs the same output into the same bytes, whoever runs it", async () => {
    const [one, other] = [await new Enclave().run(taskFor(answer)), await new Enclave().run(taskFor(answer))];

    const names = Object.keys((await JSZip.loadAsync(one.archive)).files);
    expect(names).to.deep.equal(["answer.txt", "computed.json"]);
    expect(one.digest).to.equal(other.digest);
    expect(one.isEncrypted).to.equal(false);
  });

  it("encrypts the result so that only its beneficiary reads it", async () => {
    const [alice, bob] = await Promise.all([generateResultKeyPair(), generateResultKeyPair()]);

    const { archive, isEncrypted } = await new Enclave().run(taskFor(answer, { resultKey: alice.publicKey }));

    expect(isEncrypted).to.equal(true);
    expect(Object.keys((await JSZip.loadAsync(archive)).files)).to.not.include("answer.txt");
    await rejection(decryptResult(archive, bob.privateKey), WrongResultKeyError);
    const zip = await JSZip.loadAsync(await decryptResult(archive, alice.privateKey));
    expect(await zip.file("answer.txt")!.async("string")).to.equal("42");
  });

  it("puts what the program printed into a result that only its beneficiary reads, or where that is wanted", async () => {
    const { publicKey, privateKey } = await generateResultKeyPair();
    const talks = await programs.write(
      "talks.mjs",
      script(
        `console.log("out"); console.error("err"); write("a", "1"); computed({ "deterministic-output-path": "/iexec_out" });`,
      ),
    );
    const [plain, published, encrypted] = [
      await new Enclave().run(taskFor(talks)),
      await new Enclave({ logs: "published" }).run(taskFor(talks)),
      await new Enclave().run(taskFor(talks, { resultKey: publicKey })),
    ];

    const all = { a: "1", "stderr.txt": "err\n", "stdout.txt": "out\n" };
    expect(await texts(plain.archive)).to.deep.equal({ a: "1" });
    expect(await texts(published.archive)).to.deep.equal(all);
    expect(await texts(await decryptResult(encrypted.archive, privateKey))).to.deep.equal(all);
    // The digest is of the whole folder here, except for these files.
    expect(new Set([plain.digest, published.digest, encrypted.digest]).size).to.equal(1);
  });

  it("leaves alone what the program names like that itself", async () => {
    const own = await programs.write(
      "own.mjs",
      script(
        `console.log("out"); write("stdout.txt", "its own"); computed({ "deterministic-output-path": "stdout.txt" });`,
      ),
    );
    const { archive } = await new Enclave({ logs: "published" }).run(taskFor(own));

    expect(await (await JSZip.loadAsync(archive)).file("stdout.txt")!.async("string")).to.equal("its own");
  });

  it("refuses a bad result key before it runs anything", async () => {
    const crash = await programs.write("crash.mjs", "process.exit(1)");

    await rejection(new Enclave().run(taskFor(crash, { resultKey: "no key" })), InvalidResultKeyError);
  });

  it("gives the program the dataset in the clear, and leaves nothing of it on disk", async () => {
    const { encrypted, checksum, key } = await encryptData(Buffer.from("secret of the data provider"));
    const read = await programs.write(
      "read.mjs",
      script(`
        const file = path.join(process.env.IEXEC_IN, process.env.IEXEC_DATASET_FILENAME);
        write("copy.zip", fs.readFileSync(file));
        write("where.txt", path.dirname(out));
        computed({ "deterministic-output-path": out + "/copy.zip" });`),
    );

    const { archive } = await new Enclave().run(
      taskFor(read, { dataset: { address: DATASET, encrypted, checksum, key } }),
    );

    const zip = await JSZip.loadAsync(archive);
    const copy = await JSZip.loadAsync(await zip.file("copy.zip")!.async("uint8array"));
    expect(await copy.file("file")!.async("string")).to.equal("secret of the data provider");
    const where = await zip.file("where.txt")!.async("string");
    expect(where.startsWith(tmpdir())).to.equal(true);
    expect(await readdir(tmpdir())).to.not.include(where.split("/").at(-1));
  });

  it("does not start without its dataset, its key, or with another file", async () => {
    const { encrypted, checksum, key } = await encryptData(Buffer.from("data"));
    const sealed = { address: DATASET, encrypted, checksum, key } as const;

    const noFile = await rejection(answerFrom({ ...sealed, encrypted: undefined }), MissingDatasetError);
    const noKey = await rejection(answerFrom({ ...sealed, key: undefined }), MissingDatasetError);
    const otherFile = Uint8Array.from(encrypted);
    otherFile[otherFile.length - 1]! ^= 1;
    await rejection(answerFrom({ ...sealed, encrypted: otherFile }), ChecksumMismatchError);
    expect(noFile.message).to.include(`dataset ${DATASET}, whose encrypted file is missing`);
    expect(noKey.message).to.include(`dataset ${DATASET}, whose key is missing`);
  });

  it("leaves nothing on disk when the task fails", async () => {
    // A folder of its own: other tests' enclaves use the machine's at the same time.
    const workspace = await mkdtemp(join(tmpdir(), "workspace-"));
    const crash = await programs.write("crash.mjs", script(`write("x", "y"); process.exit(3);`));

    await rejection(new Enclave({ workspace }).run(taskFor(crash)), Error);

    expect(await readdir(workspace)).to.deep.equal([]);
    await rmdir(workspace);
  });

  const bad: readonly [string, Partial<EnclaveTask>, string][] = [
    ["a task id that is none", { taskId: "0x12" }, `taskId is "0x12"`],
    ["a deal id that is none", { dealId: "0x" }, `dealId is "0x"`],
    ["a worker that is not an address", { worker: "0x12" }, `worker is "0x12"`],
    ["an index before the deal's first", { index: 4n }, "index is 4: stay within the deal, from 5 to 8"],
    ["an index after the deal's last", { index: 9n }, "index is 9"],
    ["a secret without a number", { requesterSecrets: { name: "x" } }, "requester secret name"],
    ["a secret numbered 0", { requesterSecrets: { "0": "x" } }, "requester secret 0"],
    ["a secret that is not text", { requesterSecrets: { "1": "a\0b" } }, "NUL"],
    ["an app secret that is not text", { appSecret: "a\0b" }, "app secret"],
    ["an argument that is not text", { args: ["a\0b"] }, "argument"],
    [
      "a dataset whose address leads elsewhere",
      { dataset: { address: "0x../../etc", checksum: "0x", encrypted: undefined, key: undefined } },
      `dataset is "0x../../etc"`,
    ],
  ];
  for (const [name, more, sentence] of bad) {
    it(`refuses ${name}`, async () => {
      const error = await rejection(new Enclave().run(taskFor(answer, more)), InvalidTaskError);

      expect(error.message).to.include(sentence);
    });
  }
});

/** Reads the files of a result, but for computed.json. */
async function texts(archive: Uint8Array): Promise<object> {
  const { files } = await JSZip.loadAsync(archive);
  const { "computed.json": _, ...rest } = files;
  return Object.fromEntries(
    await Promise.all(Object.entries(rest).map(async ([name, file]) => [name, await file.async("string")])),
  ) as object;
}
