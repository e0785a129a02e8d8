import { constants, createDecipheriv, generateKeyPairSync, privateDecrypt, publicEncrypt } from "node:crypto";

import { expect } from "chai";
import JSZip from "jszip";

import { encryptAes } from "@poco-marketplace/sdk/protect/aes.js";
import {
  decryptResult,
  encryptResult,
  fromResultSecret,
  generateResultKeyPair,
  InvalidResultKeyError,
  NotAnEncryptedResultError,
  toResultSecret,
  WrongResultKeyError,
  type ResultKeyPair,
} from "@poco-marketplace/sdk/protect/resultEncryption.js";
import { decryptRsa, readPrivateKey } from "@poco-marketplace/sdk/protect/rsa.js";
import { rejection } from "../fixtures/rejection.js";

async function zipOf(files: Record<string, string | Uint8Array>): Promise<Uint8Array> {
  const zip = new JSZip();
  for (const [path, content] of Object.entries(files)) zip.file(path, content);
  return zip.generateAsync({ type: "uint8array" });
}

describe("The result of a task, encrypted for its beneficiary", () => {
  let alice: ResultKeyPair;
  let bob: ResultKeyPair;
  let result: Uint8Array;

  before(async () => {
    [alice, bob] = await Promise.all([generateResultKeyPair(), generateResultKeyPair()]);
    result = await zipOf({ "result.txt": "42" });
  });

  it("is a zip of the AES ciphertext and the RSA-wrapped key, both raw", async () => {
    const zip = await JSZip.loadAsync(await encryptResult(result, alice.publicKey));

    expect(Object.keys(zip.files).toSorted()).to.deep.equal(["aes-key.rsa", "iexec_out.zip.aes"]);
    const wrapped = await zip.file("aes-key.rsa")!.async("nodebuffer");
    expect(wrapped.length).to.equal(512);
    const padded = privateDecrypt({ key: alice.privateKey, padding: constants.RSA_NO_PADDING }, wrapped);
    expect([padded[0], padded[1], padded.indexOf(0, 2)]).to.deep.equal([0, 2, 512 - 33]);

    const encrypted = await zip.file("iexec_out.zip.aes")!.async("nodebuffer");
    const decipher = createDecipheriv("aes-256-cbc", padded.subarray(-32), encrypted.subarray(0, 16));
    expect(Buffer.concat([decipher.update(encrypted.subarray(16)), decipher.final()]).equals(result)).to.equal(true);
  });

  it("opens with the beneficiary's key and with no other", async () => {
    const archive = await encryptResult(result, alice.publicKey);

    expect(Buffer.from(await decryptResult(archive, alice.privateKey)).equals(result)).to.equal(true);
    const error = await rejection(decryptResult(archive, bob.privateKey), WrongResultKeyError);
    expect(error.message).to.include("does not open the result");
  });

  it("does not open when the key inside wraps something else", async () => {
    const wrap = (key: Uint8Array) =>
      publicEncrypt({ key: alice.publicKey, padding: constants.RSA_PKCS1_PADDING }, key);
    const short = {
      "iexec_out.zip.aes": await encryptAes(result, Buffer.alloc(32)),
      "aes-key.rsa": wrap(Buffer.alloc(31, 1)),
    };
    const noZip = { "iexec_out.zip.aes": await encryptAes(Buffer.from("no zip"), Buffer.alloc(32, 7)) };

    await rejection(decryptResult(await zipOf(short), alice.privateKey), WrongResultKeyError);
    const archive = await zipOf({ ...noZip, "aes-key.rsa": wrap(Buffer.alloc(32, 7)) });
    await rejection(decryptResult(archive, alice.privateKey), WrongResultKeyError);
  });

  it("does not open when the right key is wrapped in another padding", async () => {
    const aes = Buffer.alloc(32, 7);
    const wrap = async (block: Buffer) => {
      const wrapped = publicEncrypt({ key: alice.publicKey, padding: constants.RSA_NO_PADDING }, block);
      return zipOf({ "iexec_out.zip.aes": await encryptAes(result, aes), "aes-key.rsa": wrapped });
    };
    const blockOfType = (type: number) =>
      Buffer.concat([Buffer.of(0, type), Buffer.alloc(477, 255), Buffer.of(0), aes]);

    const opened = await decryptResult(await wrap(blockOfType(2)), alice.privateKey);
    expect(Buffer.from(opened).equals(result)).to.equal(true);
    await rejection(decryptResult(await wrap(blockOfType(1)), alice.privateKey), WrongResultKeyError);
    await rejection(
      decryptResult(await wrap(Buffer.concat([Buffer.alloc(480), aes])), alice.privateKey),
      WrongResultKeyError,
    );
  });

  it("does not open when the wrapped key has another length, which is seen before it is read as a number", () => {
    // As a number it would have more digits than a text can have.
    expect(decryptRsa(readPrivateKey(alice.privateKey), new Uint8Array(2 ** 29))).to.equal(undefined);
  });

  it("is told from other files", async () => {
    const plain = await rejection(decryptResult(result, alice.privateKey), NotAnEncryptedResultError);
    const garbage = await rejection(decryptResult(Buffer.from("x"), alice.privateKey), NotAnEncryptedResultError);

    expect(plain.message).to.include("it has no iexec_out.zip.aes inside");
    expect(garbage.message).to.include("it is not a zip archive");
  });

  it("needs RSA keys, of the right side and of a decent size", async () => {
    const elliptic = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const small = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const pem = (key: typeof small.publicKey) => key.export({ type: "spki", format: "pem" }).toString();

    const refused: readonly [string, string][] = [
      ["nonsense", "it is not a key"],
      [pem(elliptic.publicKey), "it is of type ec"],
      [pem(small.publicKey), "it has 1024 bits only"],
      [alice.privateKey, "it is a private key"],
    ];
    for (const [key, reason] of refused) {
      expect((await rejection(encryptResult(result, key), InvalidResultKeyError)).message).to.include(reason);
    }
    await rejection(decryptResult(result, alice.publicKey), InvalidResultKeyError);
  });

  it("has keys in PEM with lines of 64 characters, which the secret service keeps in base64", () => {
    expect(alice.publicKey).to.match(
      /^-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END PUBLIC KEY-----\n$/,
    );
    expect(alice.privateKey.split("\n")[1]).to.have.length(64);
    expect(fromResultSecret(toResultSecret(alice.publicKey))).to.equal(alice.publicKey);
    expect(toResultSecret("-----BEGIN")).to.equal("LS0tLS1CRUdJTg==");
  });
});
