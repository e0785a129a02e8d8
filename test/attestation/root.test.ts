import { generateKeyPairSync } from "node:crypto";

import { expect } from "chai";

import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { readPckChain } from "@poco-marketplace/enclave/attestation/pckChain.js";
import { parseQuote } from "@poco-marketplace/enclave/attestation/quote.js";
import { INTEL_ROOT_KEY, readRootKey, UnusableRootError } from "@poco-marketplace/enclave/attestation/root.js";
import { readVector, VECTORS } from "./vectors.js";

describe("The root that is trusted", () => {
  it("is Intel's, which all genuine quotes end in", () => {
    expect(toHex(INTEL_ROOT_KEY.subarray(0, 32))).to.equal(
      "0x0ba9c4c0c0c86193a3fe23d6b02cda10a8bbd4e88e48b4458561a36e705525f5",
    );
    for (const name of VECTORS) {
      const { root } = readPckChain(parseQuote(readVector(name)).signatureData.pemChain);
      expect(toHex(root.publicKey)).to.equal(toHex(INTEL_ROOT_KEY));
    }
  });

  it("can be read out of the chain of a quote that ends in it", () => {
    const { pemChain } = parseQuote(readVector("tdx-quote-v4")).signatureData;
    const blocks = Buffer.from(pemChain)
      .toString("latin1")
      .split(/(?=-----BEGIN)/);
    expect(toHex(readRootKey(Buffer.from(blocks[2]!)))).to.equal(toHex(INTEL_ROOT_KEY));
  });

  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-384" });
  for (const [what, file, sentence] of [
    ["a key on another curve", publicKey.export({ format: "pem", type: "spki" }), /not on the curve P-256/],
    ["a private key", privateKey.export({ format: "pem", type: "pkcs8" }), /^This is a private key: give the root's/],
    ["a text", "root", /^There is neither a certificate nor a public key/],
  ] as const) {
    it(`is not read out of ${what}`, () => {
      expect(() => readRootKey(Buffer.from(file))).to.throw(UnusableRootError, sentence);
    });
  }
});
