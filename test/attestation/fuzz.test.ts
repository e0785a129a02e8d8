import { X509Certificate } from "node:crypto";

import { expect } from "chai";

import type { Assembled } from "../harness/fuzz/assemble.js";
import { makeMutant } from "../harness/fuzz/mutant.js";
import { createStock, NOW, ROLES, type Stock } from "../harness/fuzz/stock.js";
import { randomMutant } from "../harness/fuzz/randomMutant.js";
import { randomOf } from "../harness/random.js";
import { areEqual, toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { readCertificate } from "@poco-marketplace/enclave/attestation/certificate.js";
import { AttestationError } from "@poco-marketplace/enclave/attestation/fault.js";
import type { PckChain } from "@poco-marketplace/enclave/attestation/pckChain.js";
import { readPemChain } from "@poco-marketplace/enclave/attestation/pem.js";
import { encodeSgxReport, encodeTdReport } from "@poco-marketplace/enclave/attestation/simulated/reports.js";
import { encodeSgxExtension } from "@poco-marketplace/enclave/attestation/simulated/sgxExtension.js";
import { defaultPolicy, verifyQuote, type VerifiedQuote } from "@poco-marketplace/enclave/attestation/verdict.js";

const MUTANTS = 1500;

type Certificates = Assembled["certificates"];

/** The OID of distribution points, tag and length included; what they are follows in an octet string. */
const DISTRIBUTION_POINTS = Buffer.from("0603551d1f", "hex");

describe(`${MUTANTS} random mutants, signed again`, () => {
  it("are each refused by name, or believed as OpenSSL believes them and with nothing that we did not read", async () => {
    const stock = await createStock();
    const fates = new Map<string, number>();
    for (let index = 0; index < MUTANTS; index++) {
      const { family, mutant, quote } = randomMutant(randomOf(1, index), stock);
      const originals = makeMutant(stock, { ...mutant, splices: [] }).certificates;
      const fate = fateOf(quote, stock, originals, `mutant ${index}, ${family}, ${toHex(quote)}`);
      fates.set(fate, (fates.get(fate) ?? 0) + 1);
    }
    expect(fates.get("believed"), "believed").to.be.within(MUTANTS / 50, MUTANTS / 2);
    expect([...fates.keys()], "different fates").to.have.length.above(25);
  });
});

/** What becomes of a mutant; throws if that is not as it should be. */
function fateOf(quote: Uint8Array, { rootKey }: Stock, originals: Certificates, mutant: string): string {
  let evidence: VerifiedQuote;
  try {
    evidence = verifyQuote(quote, defaultPolicy({ rootKey, at: NOW }));
  } catch (error) {
    if (error instanceof AttestationError) return (error as AttestationError).fault;
    throw new Error(`The verifier broke: ${mutant}`, { cause: error });
  }
  expectNothingUnread(evidence, mutant);
  if (areUnderstood(evidence.chain, originals)) expectOpenSslAgrees(evidence, mutant);
  return "believed";
}

/** What was read is all that there is: written again, it is the same. */
function expectNothingUnread(
  { quote: { body, signed, signatureData }, chain, facts }: VerifiedQuote,
  mutant: string,
): void {
  const encoded = body.tee === "SGX" ? encodeSgxReport(body) : encodeTdReport(body);
  expect(toHex(signed.subarray(signed.length - encoded.length)), mutant).to.equal(toHex(encoded));
  expect(toHex(encodeSgxReport(signatureData.qeReport)), mutant).to.equal(toHex(signatureData.qeReportBytes));
  expect(
    Buffer.from(chain.pck.signed).includes(Buffer.from(encodeSgxExtension(facts))),
    `SGX extension: ${mutant}`,
  ).to.equal(true);
}

/** Whether certificates still have the names and the distribution points that they had: what those say, we do not read. */
function areUnderstood(chain: PckChain, originals: Certificates): boolean {
  return ROLES.every((role) => {
    const { subject, subjectName, signed } = chain[role];
    const original = Buffer.from(originals[role]);
    const points = original.indexOf(DISTRIBUTION_POINTS);
    const value = original.subarray(points, points + 7 + original[points + 6]!);
    const isSameName = areEqual(subjectName, readCertificate(original, subject).subjectName);
    return isSameName && Buffer.from(signed).includes(value);
  });
}

function expectOpenSslAgrees({ quote: { signatureData } }: VerifiedQuote, mutant: string): void {
  const [pck, intermediate, root] = readPemChain(signatureData.pemChain, 3).map((der) => new X509Certificate(der)) as [
    X509Certificate,
    X509Certificate,
    X509Certificate,
  ];
  for (const [certificate, issuer] of [
    [pck, intermediate],
    [intermediate, root],
    [root, root],
  ] as const) {
    expect(certificate.checkIssued(issuer), mutant).to.equal(true);
    expect(certificate.verify(issuer.publicKey), mutant).to.equal(true);
  }
}
