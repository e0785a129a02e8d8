import { X509Certificate } from "node:crypto";

import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { expect } from "chai";

import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { AttestationError } from "@poco-marketplace/enclave/attestation/fault.js";
import { withLowS } from "@poco-marketplace/enclave/attestation/p256.js";
import { readPckChain } from "@poco-marketplace/enclave/attestation/pckChain.js";
import { readPemChain } from "@poco-marketplace/enclave/attestation/pem.js";
import { parseQuote } from "@poco-marketplace/enclave/attestation/quote.js";
import {
  defaultPolicy,
  judgeQuote,
  measurementOf,
  verifyQuote,
} from "@poco-marketplace/enclave/attestation/verdict.js";
import { DAY, readVector, VECTORS } from "./vectors.js";

/** Genuine is what these tests are about; what the quotes' hosts chose is looked at in one of its own. */
const POLICY = defaultPolicy({ at: DAY, isolation: "any" });
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

describe("A genuine quote", () => {
  const said = {
    "sgx-quote-v3": {
      version: 3,
      tee: "SGX",
      measurement: "0xa4f45c39dac622cb1dd32ddb35a52ec92db41d0fa88a1c911c49e59c534f61cd",
      reportData: `0x${"00".repeat(64)}`,
      fmspc: "0x00606a000000",
      serial: "0xd52864cbb1cefa9de768485947ebdc026799b496",
      tcb: [14, 14, 3, 3, 255, 255, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      pceSvn: 13,
    },
    "tdx-quote-v4": {
      version: 4,
      tee: "TDX",
      measurement: "0x935be7742dd89c6a4df6dba8353d89041ae0f052beef993b1e7f4524d3bc57650df20e5582158352e1240b3f1fed55d8",
      reportData: `0x${"00".repeat(64)}`,
      fmspc: "0x00806f050000",
      serial: "0xb6e84ed5c5dee11da48e3b4c4d35c2ae55ab2153",
      tcb: [6, 6, 2, 2, 3, 1, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0],
      pceSvn: 11,
    },
    "tdx-quote-v5": {
      version: 5,
      tee: "TDX",
      measurement: "0x157768a71a6a31f5561978c4cde665809d22976ef5dead2952839b7b3ea23b6c2931c9148fe1d117c99faefac18bb73b",
      reportData:
        "0x83ded8a0ee745596dbd961624da760cf1c8b0e48364959396c5c76ff96be4c1a" +
        "9c24ba8b980f2173e883d5352a360546c1138ef75ce730c843a6c7da6413f400",
      fmspc: "0x90c06f000000",
      serial: "0x8946184d0327e285d94e9d9f793d900324c1584e",
      tcb: [2, 2, 2, 2, 3, 1, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0],
      pceSvn: 13,
    },
  };

  for (const name of VECTORS) {
    it(`is believed, and says what it says: ${name}`, () => {
      const { quote, chain, facts } = verifyQuote(readVector(name), POLICY);

      expect({
        version: quote.header.version,
        tee: quote.header.tee,
        measurement: measurementOf(quote),
        reportData: toHex(quote.body.reportData),
        fmspc: toHex(facts.fmspc),
        serial: toHex(chain.pck.serial),
        tcb: facts.tcbComponents,
        pceSvn: facts.pceSvn,
      }).to.deep.equal(said[name]);
      expect(quote.body.isDebug).to.equal(false);
    });

    it(`shows whether its host is kept out: ${name}`, () => {
      const { refusal } = judgeQuote(readVector(name), defaultPolicy({ at: DAY }));

      // The host of that one bound a service domain to it.
      expect(refusal?.fault).to.equal(name === "tdx-quote-v5" ? "ServiceTrustDomain" : undefined);
    });

    it(`is believed with either form of its signatures: ${name}`, () => {
      const bytes = readVector(name);
      const at = parseQuote(bytes).signed.length + 4;
      const signature = bytes.subarray(at, at + 64);
      const s = BigInt(toHex(signature.subarray(32)));
      const other = Buffer.concat([
        signature.subarray(0, 32),
        Buffer.from((N - s).toString(16).padStart(64, "0"), "hex"),
      ]);
      const twin = Buffer.concat([bytes.subarray(0, at), other, bytes.subarray(at + 64)]);

      expect(judgeQuote(twin, POLICY).refusal).to.equal(undefined);
      expect(withLowS(other)).to.deep.equal(withLowS(signature));
      expect([signature, other].map(toHex)).to.include(toHex(withLowS(signature)));
    });

    it(`has certificates that two libraries read as we do: ${name}`, () => {
      const { pemChain } = parseQuote(readVector(name)).signatureData;
      const { pck, intermediate, root } = readPckChain(pemChain);
      const ours = [pck, intermediate, root];

      for (const [index, der] of readPemChain(pemChain, 3).entries()) {
        const certificate = ours[index]!;
        const openssl = new X509Certificate(der);
        expect(openssl.serialNumber.toLowerCase()).to.equal(toHex(certificate.serial).slice(2));
        expect(new Date(openssl.validFrom)).to.deep.equal(certificate.notBefore);
        expect(new Date(openssl.validTo)).to.deep.equal(certificate.notAfter);
        expect(openssl.publicKey.export({ format: "der", type: "spki" }).subarray(-64)).to.deep.equal(
          certificate.publicKey,
        );
        expect(openssl.ca).to.equal(certificate.extensions.basicConstraints!.ca);
        const issuer = new X509Certificate(readPemChain(pemChain, 3)[Math.min(index + 1, 2)]!);
        expect(openssl.checkIssued(issuer)).to.equal(true);
        expect(openssl.verify(issuer.publicKey)).to.equal(true);

        const peculiar = new x509.X509Certificate(der);
        expect(peculiar.notAfter).to.deep.equal(certificate.notAfter);
        expect(new Uint8Array(peculiar.subjectName.toArrayBuffer())).to.deep.equal(
          new Uint8Array(certificate.subjectName),
        );
        expect(peculiar.getExtension(x509.SubjectKeyIdentifierExtension)!.keyId).to.equal(
          toHex(certificate.extensions.subjectKeyId!).slice(2),
        );
        expect(peculiar.getExtension(x509.AuthorityKeyIdentifierExtension)!.keyId).to.equal(
          toHex(certificate.extensions.authorityKeyId!).slice(2),
        );
      }
    });

    it(`is not believed with any single byte changed: ${name}`, () => {
      const bytes = readVector(name);
      const believed: number[] = [];
      for (const [offset, byte] of bytes.entries()) {
        // Another bit of each byte, so that all kinds of changes come about: of one, of letters, of what is no text.
        bytes[offset] = byte ^ (1 << (offset % 8));
        if (!isRefused(bytes)) believed.push(offset);
        bytes[offset] = byte;
      }
      expect(believed).to.deep.equal([]);
      expect(isRefused(bytes), "the quote as it was").to.equal(false);
    });

    it(`is not believed when it is cut short: ${name}`, () => {
      const bytes = readVector(name);
      const signed = parseQuote(bytes).signed.length;
      const end = signed + 4 + bytes.readUInt32LE(signed);
      const faults = new Set<string | undefined>();
      for (let length = 0; length < end; length += 1) {
        faults.add(judgeQuote(bytes.subarray(0, length), POLICY).refusal?.fault);
      }
      expect([...faults]).to.deep.equal(["Truncated"]);
    });
  }
});

function isRefused(bytes: Uint8Array): boolean {
  try {
    verifyQuote(bytes, POLICY);
    return false;
  } catch (error) {
    if (error instanceof AttestationError) return true;
    throw error;
  }
}
