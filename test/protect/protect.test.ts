import { createDecipheriv, createHash } from "node:crypto";

import { expect } from "chai";
import JSZip from "jszip";

import { DecryptionError } from "@poco-marketplace/sdk/protect/aes.js";
import { MalformedLeafError } from "@poco-marketplace/sdk/protect/borsh.js";
import { encryptData, zipData } from "@poco-marketplace/sdk/protect/encryptData.js";
import { InvalidKeyError, type LeafType, type Schema } from "@poco-marketplace/sdk/protect/schema.js";
import {
  ChecksumMismatchError,
  decryptData,
  InvalidDatasetKeyError,
  UnknownLeafTypeError,
  unprotectData,
} from "@poco-marketplace/sdk/protect/unprotect.js";
import { rejection } from "../fixtures/rejection.js";

const DATA = {
  text: "héllo",
  empty: "",
  numbers: { f: -1.5, zero: -0, min: -(2n ** 127n), max: 2n ** 127n - 1n, yes: true, no: false },
  bin: Uint8Array.of(1, 2, 3),
};

/** Opens what was protected with node's own primitives only. */
function openByHand(encrypted: Uint8Array, key: string): Buffer {
  const decipher = createDecipheriv("aes-256-cbc", Buffer.from(key, "base64"), encrypted.subarray(0, 16));
  return Buffer.concat([decipher.update(encrypted.subarray(16)), decipher.final()]);
}

describe("Protected data", () => {
  it("is an IV and AES-256-CBC ciphertext of a zip, announced by its SHA-256", async () => {
    const { encrypted, checksum, key } = await encryptData(DATA);

    expect(checksum).to.equal(`0x${createHash("sha256").update(encrypted).digest("hex")}`);
    expect(key).to.match(/^[A-Za-z0-9+/]{43}=$/);
    const zip = openByHand(encrypted, key);
    expect(zip.subarray(0, 4).toString("hex")).to.equal("504b0304");
    expect(encrypted.length).to.equal(16 + 16 * Math.floor(zip.length / 16 + 1));
  });

  it("has a new key and a new IV every time", async () => {
    const [first, second] = [await encryptData(DATA), await encryptData(DATA)];

    expect(first.key).to.not.equal(second.key);
    expect(first.encrypted.subarray(0, 16)).to.not.deep.equal(second.encrypted.subarray(0, 16));
  });

  it("keeps each value in a file of its own, in borsh, within folders", async () => {
    const zip = await JSZip.loadAsync(zipData(DATA));
    const hexOf = (path: string) =>
      zip
        .file(path)!
        .async("nodebuffer")
        .then((bytes) => bytes.toString("hex"));

    expect(Object.keys(zip.files)).to.have.ordered.members(
      "text empty numbers/ numbers/f numbers/zero numbers/min numbers/max numbers/yes numbers/no bin".split(" "),
    );
    expect(zip.files["numbers/"]!.dir).to.equal(true);
    expect(await hexOf("text")).to.equal("0600000068c3a96c6c6f");
    expect(await hexOf("empty")).to.equal("00000000");
    expect(await hexOf("numbers/f")).to.equal("000000000000f8bf");
    expect(await hexOf("numbers/zero")).to.equal("0000000000000080");
    expect(await hexOf("numbers/min")).to.equal(`${"00".repeat(15)}80`);
    expect(await hexOf("numbers/max")).to.equal(`${"ff".repeat(15)}7f`);
    expect(await hexOf("numbers/yes")).to.equal("01");
    expect(await hexOf("numbers/no")).to.equal("00");
    expect(await hexOf("bin")).to.equal("010203");
  });

  it("comes back as it was", async () => {
    const sealed = await encryptData(DATA);

    const data = await unprotectData(sealed, sealed.schema);

    expect({ ...data, bin: Uint8Array.from(data["bin"] as Uint8Array) }).to.deep.equal(DATA);
  });

  it("takes the bytes of a file for an object with a file in it", async () => {
    const sealed = await encryptData(Buffer.from("a,b\n1,2\n"));

    expect(sealed.schema).to.deep.equal({ file: "application/octet-stream" });
    const data = await unprotectData(sealed, sealed.schema);
    expect(Buffer.from(data["file"] as Uint8Array).toString()).to.equal("a,b\n1,2\n");
  });
});

describe("Opening protected data", () => {
  it("refuses a file that is not the announced one, even by one bit", async () => {
    const sealed = await encryptData(DATA);
    const encrypted = Uint8Array.from(sealed.encrypted);
    encrypted[20]! ^= 1;

    expect((await rejection(decryptData({ ...sealed, encrypted }), ChecksumMismatchError)).message).to.include(
      sealed.checksum,
    );
    await decryptData({ ...sealed, checksum: sealed.checksum.toUpperCase().replace("X", "x") });
  });

  it("refuses every wrong key, whatever the padding looks like", async () => {
    const sealed = await encryptData(DATA);

    for (let i = 0; i < 600; i++) {
      const key = createHash("sha256").update(`${i}`).digest("base64");
      expect((await rejection(decryptData({ ...sealed, key }), DecryptionError)).message).to.include(
        "use the key that belongs to it",
      );
    }
  });

  it("refuses a key of another length and a file that was cut", async () => {
    const sealed = await encryptData(DATA);
    const cut = { ...sealed, encrypted: sealed.encrypted.subarray(0, 40) };
    const checksum = `0x${createHash("sha256").update(cut.encrypted).digest("hex")}`;

    expect((await rejection(decryptData({ ...sealed, key: "c2hvcnQ=" }), InvalidDatasetKeyError)).message).to.include(
      "5 bytes, not to 32",
    );
    expect((await rejection(decryptData({ ...cut, checksum }), DecryptionError)).message).to.include("it has 40 bytes");
  });

  const misread: readonly [string, Schema, new (...args: never[]) => Error, string][] = [
    ["a value that is not there", { nothing: "string" }, MalformedLeafError, "no file of that name"],
    ["text as a number", { text: "f64" }, MalformedLeafError, "10 bytes where 8 are needed"],
    ["a number as text", { numbers: { f: "string" } }, MalformedLeafError, "8 bytes where 4 are needed"],
    ["bytes as text", { bin: "string" }, MalformedLeafError, "3 bytes where 4 are needed"],
    ["text as a boolean", { empty: "bool" }, MalformedLeafError, "4 bytes where 1 are needed"],
    ["an unknown type", { text: "utf16" as LeafType }, UnknownLeafTypeError, '"utf16"'],
    ["a path that leads elsewhere", { "../text": "string" }, InvalidKeyError, '"../text"'],
  ];
  for (const [name, schema, type, sentence] of misread) {
    it(`refuses to read ${name}`, async () => {
      const error = await rejection(unprotectData(await encryptData(DATA), schema), type);

      expect(error.message).to.include(sentence);
    });
  }

  it("refuses a boolean that is neither 0 nor 1 and text that is not UTF-8", async () => {
    const sealed = await encryptData({ two: Uint8Array.of(2), bad: Uint8Array.of(1, 0, 0, 0, 0xff) });

    const asBool = await rejection(unprotectData(sealed, { two: "bool" }), MalformedLeafError);
    const asText = await rejection(unprotectData(sealed, { bad: "string" }), MalformedLeafError);
    expect(asBool.message).to.include("its byte is 2");
    expect(asText.message).to.include("not UTF-8");
  });
});
