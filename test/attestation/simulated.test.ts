import { X509Certificate } from "node:crypto";

import { expect } from "chai";

import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { readPckChain } from "@poco-marketplace/enclave/attestation/pckChain.js";
import { readPemChain } from "@poco-marketplace/enclave/attestation/pem.js";
import { parseQuote } from "@poco-marketplace/enclave/attestation/quote.js";
import { certifyMachine } from "@poco-marketplace/enclave/attestation/simulated/platform.js";
import { encodePem, saysSimulated, writeQuote } from "@poco-marketplace/enclave/attestation/simulated/quoteWriter.js";
import { encodeSgxReport, encodeTdReport } from "@poco-marketplace/enclave/attestation/simulated/reports.js";
import { encodeSgxExtension } from "@poco-marketplace/enclave/attestation/simulated/sgxExtension.js";
import {
  defaultPolicy,
  judgeQuote,
  measurementOf,
  verifyQuote,
} from "@poco-marketplace/enclave/attestation/verdict.js";
import { PERIOD, simulate, STATEMENTS, type Simulation } from "./simulation.js";
import { DAY, readVector, VECTORS } from "./vectors.js";

describe("A simulated platform", () => {
  let simulation: Simulation;
  before(async () => {
    simulation = await simulate();
  });

  for (const [layout, statement] of Object.entries(STATEMENTS)) {
    it(`makes quotes that are believed under its own root: ${layout}`, () => {
      const { platform, policy } = simulation;
      const bytes = writeQuote(platform, statement);

      const { quote, facts } = verifyQuote(bytes, policy);

      expect(quote.header.version).to.equal(statement.version);
      const { version, body } = statement;
      const { measurement, tee } =
        version === 3 ? { measurement: body.mrEnclave!, tee: "SGX" } : { measurement: body.mrTd!, tee: "TDX" };
      expect(quote.header.tee).to.equal(tee);
      expect(measurementOf(quote)).to.equal(toHex(measurement));
      expect(quote.body.reportData).to.deep.equal(statement.body.reportData);
      expect(inHex(facts)).to.deep.equal(inHex(platform.facts));
    });

    it(`is refused under Intel's root: ${layout}`, () => {
      const { platform, authority } = simulation;
      const { refusal } = judgeQuote(writeQuote(platform, statement), defaultPolicy({ at: DAY }));

      expect(refusal?.fault).to.equal("UntrustedRoot");
      expect(refusal?.values).to.have.property("root", toHex(authority.root.key.point));
    });
  }

  for (const name of VECTORS) {
    it(`has a root that believes no genuine quote: ${name}`, () => {
      const { refusal } = judgeQuote(readVector(name), simulation.policy);

      expect(refusal?.fault).to.equal("UntrustedRoot");
      expect(refusal?.values).to.have.property("trusted", toHex(simulation.policy.rootKey));
    });
  }

  it("is unmistakable: in its quotes, its identifier and every name of its certificates", () => {
    const { platform } = simulation;
    for (const statement of Object.values(STATEMENTS)) {
      expect(saysSimulated(parseQuote(writeQuote(platform, statement)).header)).to.equal(true);
    }
    for (const name of VECTORS) expect(saysSimulated(parseQuote(readVector(name)).header)).to.equal(false);
    expect(Buffer.from(platform.facts.ppid).toString("latin1")).to.match(/^SIMULATED/);
    for (const certificate of platform.chain.map((der) => new X509Certificate(der))) {
      expect(certificate.subject).to.match(/CN=SIMULATED /);
      expect(certificate.issuer).to.match(/CN=SIMULATED .*O=PoCo simulation\\?, not Intel/s);
    }
  });

  it("has certificates that OpenSSL takes for a chain", () => {
    const [pck, intermediate, root] = simulation.platform.chain.map((der) => new X509Certificate(der)) as [
      X509Certificate,
      X509Certificate,
      X509Certificate,
    ];
    for (const [certificate, issuer] of [
      [pck, intermediate],
      [intermediate, root],
      [root, root],
    ] as const) {
      expect(certificate.checkIssued(issuer)).to.equal(true);
      expect(certificate.verify(issuer.publicKey)).to.equal(true);
    }
    expect([pck.ca, intermediate.ca, root.ca]).to.deep.equal([false, true, true]);
  });

  it("is certified by a Processor CA without the items that such leave out", async () => {
    const { platform, policy } = await simulate("Processor");

    const { facts, chain } = verifyQuote(writeQuote(platform, STATEMENTS["SGX, version 3"]!), policy);

    expect(facts.platformInstanceId).to.equal(undefined);
    expect(facts.configuration).to.equal(undefined);
    expect(Buffer.from(chain.intermediate.subjectName).toString("latin1")).to.include("SIMULATED SGX PCK Processor CA");
  });

  it("has another PCK key at another level of updates, but the same attestation key", async () => {
    const { authority, platform, policy } = simulation;
    const updated = await certifyMachine(platform.machine, authority, { ...PERIOD, facts: { pceSvn: 14 } });
    const statement = STATEMENTS["SGX, version 3"]!;

    const [before, after] = [platform, updated].map((level) => verifyQuote(writeQuote(level, statement), policy)) as [
      ReturnType<typeof verifyQuote>,
      ReturnType<typeof verifyQuote>,
    ];

    expect(after.chain.pck.publicKey).not.to.deep.equal(before.chain.pck.publicKey);
    expect(after.quote.signatureData.attestationKey).to.deep.equal(before.quote.signatureData.attestationKey);
    expect(after.quote.signatureData.qeReportBytes).to.deep.equal(before.quote.signatureData.qeReportBytes);
  });
});

describe("What the simulated platform writes", () => {
  for (const name of VECTORS) {
    it(`is what a genuine one would have written: ${name}`, async () => {
      const bytes = readVector(name);
      const { signed, body, signatureData } = parseQuote(bytes);
      const chain = readPckChain(signatureData.pemChain);
      const ders = readPemChain(signatureData.pemChain, 3);

      const encoded = body.tee === "SGX" ? encodeSgxReport(body) : encodeTdReport(body);
      expect(toHex(signed.subarray(signed.length - encoded.length))).to.equal(toHex(encoded));
      expect(toHex(encodeSgxReport(signatureData.qeReport))).to.equal(toHex(signatureData.qeReportBytes));
      const extension = encodeSgxExtension(chain.pck.extensions.pckFacts!);
      expect(Buffer.from(chain.pck.signed).indexOf(extension), "the SGX extension").to.be.above(0);
      expect(encodePem(ders)).to.equal(Buffer.from(signatureData.pemChain).toString("latin1").replace(/\0$/, ""));

      const { platform } = await simulate();
      for (const [index, der] of ders.entries()) {
        expect(outline(platform.chain[index]!), `certificate ${index}`).to.deep.equal(outline(der));
      }
    });
  }
});

/** The tags of a DER structure, without lengths and contents; of what is in octet strings too, where that is DER. */
function outline(der: Uint8Array): unknown[] {
  const tags: unknown[] = [];
  for (let offset = 0; offset < der.length;) {
    const tag = der[offset]!;
    const first = der[offset + 1]!;
    const size = first < 0x80 ? 0 : first - 0x80;
    const length = size === 0 ? first : Buffer.from(der).readUIntBE(offset + 2, size);
    const start = offset + 2 + size;
    const content = der.subarray(start, start + length);
    tags.push((tag & 0x20) === 0 ? tag : [tag, ...outline(content)]);
    offset = start + length;
  }
  return tags;
}

/** With bytes as text: chai tells views of a quote from arrays of their own. */
function inHex(facts: object): object {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, value instanceof Uint8Array ? toHex(value) : value]),
  );
}
