import { expect } from "chai";

import { AttestationError } from "@poco-marketplace/enclave/attestation/fault.js";
import { defaultPolicy, judgeQuote, verifyQuote } from "@poco-marketplace/enclave/attestation/verdict.js";
import { DAY, readVector } from "./vectors.js";

describe("judgeQuote", () => {
  it("answers what verifyQuote throws of a quote that is not believed", () => {
    const bytes = readVector("sgx-quote-v3").subarray(0, 100);

    const { refusal } = judgeQuote(bytes);
    expect(refusal).to.be.instanceOf(AttestationError);
    expect(refusal!.fault).to.equal("Truncated");
    expect(() => verifyQuote(bytes)).to.throw(AttestationError, refusal!.message);
  });

  it("lets through what is wrong with something else than the quote", () => {
    const policy = {
      ...defaultPolicy({ at: DAY }),
      get rootKey(): Uint8Array {
        throw new RangeError("nobody has the root's key");
      },
    };

    expect(() => judgeQuote(readVector("sgx-quote-v3"), policy)).to.throw(RangeError, "nobody has the root's key");
  });
});
