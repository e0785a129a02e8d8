import { webcrypto } from "node:crypto";

import { expect } from "chai";
import { concat, getBytes, hexlify, keccak256, solidityPackedKeccak256 } from "ethers";

import { bindingHash, encodeReportData, type EnclaveBinding } from "@poco-marketplace/sdk/wire/reportData.js";
import {
  createEncryptionKey,
  openSecret,
  sealSecret,
  UnopenedSecretError,
} from "@poco-marketplace/enclave/session/sealedSecret.js";
import { TASK_ID, WORKER } from "../fixtures/attested.js";
import { rejection } from "../fixtures/rejection.js";

const ENCLAVE = `0x${"e1".repeat(20)}` as const;
const NAME = `dataset-key 0x${"da".repeat(20)}` as const;

async function newEnclave() {
  const { pair, publicKey } = await createEncryptionKey();
  const binding: EnclaveBinding = { worker: WORKER, taskId: TASK_ID, enclave: ENCLAVE, encryptionKey: publicKey };
  return { pair, binding };
}

describe("The report data of an enclave", () => {
  const binding = {
    worker: WORKER,
    taskId: TASK_ID,
    enclave: ENCLAVE,
    encryptionKey: new Uint8Array(32).fill(7),
  } as const;

  it("is the hash of worker, task and enclave, as the hub has it authorized, and the hash of its encryption key", () => {
    const permission = solidityPackedKeccak256(["address", "bytes32", "address"], [WORKER, TASK_ID, ENCLAVE]);
    const expected = concat([permission, keccak256(binding.encryptionKey)]);

    expect(hexlify(encodeReportData(binding))).to.equal(expected);
    expect(bindingHash(binding)).to.equal(keccak256(expected));
  });

  it("is another one for another worker, task, enclave or key", () => {
    const others: Partial<EnclaveBinding>[] = [
      { worker: ENCLAVE },
      { taskId: `0x${"ab".repeat(32)}` },
      { enclave: WORKER },
      { encryptionKey: new Uint8Array(32).fill(8) },
    ];
    const hashes = others.map((other) => bindingHash({ ...binding, ...other }));

    expect(new Set([...hashes, bindingHash(binding)]).size).to.equal(5);
  });

  it("takes nothing that is too long or too short", () => {
    expect(() => bindingHash({ ...binding, worker: "0x00" })).to.throw(RangeError, "worker has 1 bytes: give 20");
    expect(() => bindingHash({ ...binding, taskId: `0x${"aa".repeat(31)}` })).to.throw(RangeError, "give 32");
    expect(() => bindingHash({ ...binding, enclave: TASK_ID })).to.throw(RangeError, "enclave has 32 bytes: give 20");
    expect(() => bindingHash({ ...binding, encryptionKey: new Uint8Array(33) })).to.throw(RangeError, "has 33 bytes");
  });
});

describe("A sealed secret", () => {
  it("opens in the enclave that it was sealed for", async () => {
    const enclave = await newEnclave();

    for (const secret of ["", "s3cret", "ä".repeat(5_000)]) {
      const sealed = await sealSecret(enclave.binding, NAME, secret);
      expect(Buffer.from(await openSecret(enclave, NAME, sealed)).toString()).to.equal(secret);
    }
  });

  it("shows nothing of itself but its length, and never looks the same twice", async () => {
    const { binding } = await newEnclave();
    const [one, two] = [await sealSecret(binding, NAME, "s3cret"), await sealSecret(binding, NAME, "s3cret")];

    expect(one).not.to.equal(two);
    expect(getBytes(one).length).to.equal(32 + 6 + 16);
    expect(one).not.to.include(Buffer.from("s3cret").toString("hex"));
  });

  it("opens under no other name, nor for another worker, task or enclave, though its key is the same", async () => {
    const { pair, binding } = await newEnclave();
    const sealed = await sealSecret(binding, NAME, "s3cret");

    await rejection(openSecret({ pair, binding }, "app-secret", sealed), UnopenedSecretError);
    for (const other of [{ worker: ENCLAVE }, { taskId: `0x${"ab".repeat(32)}` }, { enclave: WORKER }] as const) {
      await rejection(openSecret({ pair, binding: { ...binding, ...other } }, NAME, sealed), UnopenedSecretError);
    }
  });

  it("opens with no other key", async () => {
    const [enclave, other] = [await newEnclave(), await newEnclave()];
    const sealed = await sealSecret(enclave.binding, NAME, "s3cret");

    const error = await rejection(
      openSecret({ pair: other.pair, binding: enclave.binding }, NAME, sealed),
      UnopenedSecretError,
    );

    expect(error.message).to.include(`The ${NAME} does not open`);
  });

  it("does not open with any of its bytes changed, nor cut short", async () => {
    const enclave = await newEnclave();
    const bytes = getBytes(await sealSecret(enclave.binding, NAME, "s3cret"));

    for (const index of bytes.keys()) {
      const changed = Uint8Array.from(bytes);
      changed[index]! ^= 1;
      await rejection(openSecret(enclave, NAME, hexlify(changed) as `0x${string}`), UnopenedSecretError);
    }
    for (const length of [0, 1, 31, 32, 47, bytes.length - 1]) {
      const cut = hexlify(bytes.slice(0, length)) as `0x${string}`;
      await rejection(openSecret(enclave, NAME, cut), UnopenedSecretError);
    }
  });

  it("is opened by a key that cannot be taken out", async () => {
    const { pair } = await newEnclave();

    for (const format of ["jwk", "pkcs8"] as const) {
      const error = await rejection(webcrypto.subtle.exportKey(format as "pkcs8", pair.privateKey), Error);
      expect(error.name).to.equal("InvalidAccessError");
    }
  });
});
