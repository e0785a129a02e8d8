import { expect } from "chai";

import { DEFAULT_CATEGORIES, InvalidFieldError, dealDeadlines, revealDeadline } from "@poco-marketplace/sdk/index.js";

describe("A category", () => {
  it("is one of five to begin with", () => {
    const times = DEFAULT_CATEGORIES.map(({ name, workClockTimeRef }) => [name, workClockTimeRef]);
    expect(times).to.deep.equal([
      ["XS", 300n],
      ["S", 1200n],
      ["M", 3600n],
      ["L", 10800n],
      ["XL", 36000n],
    ]);
  });

  it("gives 7 of its times to contribute and 10 to finish", () => {
    expect(dealDeadlines({ startTime: 1_000_000n, workClockTimeRef: 300n })).to.deep.equal({
      contributionDeadline: 1_002_100n,
      finalDeadline: 1_003_000n,
    });
  });

  it("gives 2 of its times to reveal", () => {
    expect(revealDeadline({ consensusTime: 1_000_000n, workClockTimeRef: 300n })).to.equal(1_000_600n);
  });

  it("has no time below zero", () => {
    expect(() => dealDeadlines({ startTime: 1n, workClockTimeRef: -1n })).to.throw(
      InvalidFieldError,
      "workClockTimeRef",
    );
    expect(() => revealDeadline({ consensusTime: -1n, workClockTimeRef: 1n })).to.throw(InvalidFieldError, "consensus");
  });
});
