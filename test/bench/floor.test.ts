import { expect } from "chai";

import { floorLines, floorOf, floorOfDeployment } from "../harness/bench/floor.js";
import type { Hex } from "@poco-marketplace/sdk/index.js";

const NOTHING = { calldata: "0x", logs: [] } as const;

function holding(bytes: number): bigint {
  return floorOf(NOTHING, { writes: [{ fact: "it", bytes }] }) - 21_000n;
}

describe("The floor of a call", () => {
  it("is a transaction's price when nothing is done", () => {
    expect(floorOf(NOTHING, {})).to.equal(21_000n);
  });

  it("adds 4 gas for a zero byte of calldata and 16 for any other", () => {
    // With so many events, the least price of calldata plays no part.
    const logs = [{ topics: 4, bytes: 32 }];
    const without = floorOf({ calldata: "0x", logs }, {});
    expect(floorOf({ calldata: "0x00ff00", logs }, {}) - without).to.equal(4n + 16n + 4n);
  });

  it("adds 375 gas for an event and each of its topics, and 8 for each byte", () => {
    const logs = [
      { topics: 3, bytes: 32 },
      { topics: 1, bytes: 0 },
    ];
    expect(floorOf({ calldata: "0x", logs }, {})).to.equal(21_000n + (375n + 3n * 375n + 8n * 32n) + (375n + 375n));
  });

  it("adds 3,000 gas for a signature", () => {
    expect(floorOf(NOTHING, { signatures: 4 })).to.equal(21_000n + 12_000n);
  });

  it("adds what a slot costs that nobody has touched", () => {
    expect(floorOf(NOTHING, { writes: [{ fact: "it", slot: "new" }] })).to.equal(21_000n + 22_100n);
    expect(floorOf(NOTHING, { writes: [{ fact: "it", slot: "changed" }] })).to.equal(21_000n + 5_000n);
  });

  it("takes off what clearing a slot gives back, a fifth of all at most", () => {
    const cleared = { fact: "it", slot: "cleared" } as const;
    expect(floorOf(NOTHING, { writes: [cleared] })).to.equal(21_000n + 5_000n - 4_800n);
    const many = Array.from({ length: 10 }, () => cleared);
    expect(floorOf(NOTHING, { writes: many })).to.equal(((21_000n + 50_000n) * 4n) / 5n);
  });

  it("puts bytes into code or into slots, whichever is cheaper", () => {
    expect(holding(32)).to.equal(22_100n);
    expect(holding(64)).to.equal(44_200n);
    expect(holding(65)).to.equal(32_000n + 65n * 200n);
  });

  it("is never less than the least price of calldata", () => {
    const calldata: Hex = `0x${"ff".repeat(100)}00`;
    expect(floorOf({ calldata, logs: [] }, {})).to.equal(21_000n + 10n * (4n * 100n + 1n));
  });

  it("is told line by line, without what costs nothing", () => {
    const lines = floorLines({ calldata: "0xff", logs: [{ topics: 1, bytes: 0 }] }, { signatures: 1 });
    expect(lines).to.deep.equal([
      { what: "transaction", gas: 21_000n },
      { what: "calldata, 0 zero bytes and 1 others", gas: 16n },
      { what: "1 signatures to recover", gas: 3_000n },
      { what: "1 events", gas: 750n },
    ]);
  });
});

describe("The floor of a deployment", () => {
  const step = { hash: "0x", gas: 0n, calldata: "0x", logs: [] } as const;

  it("adds the code that each transaction creates", () => {
    const created = { ...step, calldata: `0x${"00".repeat(33)}`, created: 10 } as const;
    const intrinsic = 21_000n + 10n * 33n;
    expect(floorOfDeployment([created])).to.equal(intrinsic + 32_000n + 2n * 2n + 200n * 10n);
  });

  it("counts a call as a call", () => {
    expect(floorOfDeployment([step, step])).to.equal(2n * 21_000n);
  });
});
