import { expect } from "chai";

import { AttestationError } from "@poco-marketplace/enclave/attestation/fault.js";
import { readPemChain } from "@poco-marketplace/enclave/attestation/pem.js";

const pem = (body: string) => Buffer.from(`-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`);

describe("A certificate in PEM whose last line is full", () => {
  it("is read", () => {
    expect(readPemChain(pem("A".repeat(64)), 1)[0]).to.have.length(48);
  });

  it("may not have an empty line after it, as contracts do not take one either", () => {
    expect(() => readPemChain(pem(`${"A".repeat(64)}\n`), 1)).to.throw(AttestationError, "not well-formed PEM");
  });
});
