import { expect } from "chai";

import { InvalidFieldError, MAX_UINT256, ONE_RLC, formatRlc, parseRlc } from "@poco-marketplace/sdk/index.js";
import { seededRandom } from "../fixtures/random.js";

describe("An amount of RLC", () => {
  it("is read in nRLC", () => {
    expect(parseRlc("1")).to.equal(ONE_RLC);
    expect(parseRlc("1.5")).to.equal(1_500_000_000n);
    expect(parseRlc("0.000000001")).to.equal(1n);
    expect(parseRlc("87000000")).to.equal(87_000_000_000_000_000n);
    expect(parseRlc("0")).to.equal(0n);
    expect(parseRlc(formatRlc(MAX_UINT256))).to.equal(MAX_UINT256);
  });

  it("is refused rather than rounded or guessed", () => {
    for (const text of ["0.0000000001", "-1", "1e9", "1,5", "1 RLC", ".5", "1.", "", " 1", "0x1", "9".repeat(78)]) {
      expect(() => parseRlc(text), text).to.throw(InvalidFieldError, JSON.stringify(text));
    }
  });

  it("fits a uint256", () => {
    expect(() => parseRlc(formatRlc(MAX_UINT256 + 1n))).to.throw(InvalidFieldError, "amount");
  });

  it("is written without needless zeros", () => {
    expect(formatRlc(1_500_000_000n)).to.equal("1.5");
    expect(formatRlc(3n * ONE_RLC)).to.equal("3");
    expect(formatRlc(10n * ONE_RLC)).to.equal("10");
    expect(formatRlc(1n)).to.equal("0.000000001");
    expect(formatRlc(0n)).to.equal("0");
    expect(formatRlc(-500_000_000n)).to.equal("-0.5");
  });

  it("comes back as it was", () => {
    const random = seededRandom(9n);
    for (let run = 0; run < 200; run++) {
      const amount = random.between(0n, random.pick([100n, ONE_RLC, 87_000_000n * ONE_RLC, MAX_UINT256]));
      expect(parseRlc(formatRlc(amount))).to.equal(amount);
    }
  });
});
