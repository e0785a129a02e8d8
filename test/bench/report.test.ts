import { expect } from "chai";

import { LIVES } from "../harness/bench/lives.js";
import type { Measured } from "../harness/bench/measure.js";
import { pageWith } from "../harness/bench/page.js";
import { cellsOf, missesOf, toJson, verdictOn } from "../harness/bench/report.js";
import { DEPLOYMENT, figuresOf, resultsOf, type Row } from "../harness/bench/results.js";
import { SCENARIOS } from "../harness/bench/scenarios.js";

const ROW: Row = { name: "initialize", peer: 1_000n, ours: 500n, floor: 400n, bar: 0.5 };

/** A system on which every call costs the same. */
function measured(gas: bigint): Measured {
  const call = { hash: "0x", gas, calldata: "0x", logs: [] } as const;
  return { deployment: [call, call], calls: new Map(SCENARIOS.map(({ name }) => [name, call])) };
}

describe("The gas report", () => {
  it("says when a bar is met, and when it is missed by as little as one", () => {
    expect(verdictOn(ROW)).to.equal("≤ 0.50 met");
    expect(verdictOn({ ...ROW, ours: 501n })).to.equal("≤ 0.50 MISSED");
  });

  it("says of a row without a bar only that it is dearer", () => {
    expect(verdictOn({ ...ROW, bar: 1, ours: 1_000n })).to.equal("");
    expect(verdictOn({ ...ROW, bar: 1, ours: 1_001n })).to.equal("DEARER");
  });

  it("shows peer, ours, their ratio, the floor and how far it is", () => {
    expect(cellsOf(ROW)).to.deep.equal(["initialize", "1,000", "500", "0.500", "400", "1.25", "≤ 0.50 met"]);
  });

  it("lists what is not as it should be, lives as well", () => {
    const missed = { ...ROW, ours: 900n };
    expect(missesOf({ scenarios: [ROW, missed], lives: [missed] })).to.deep.equal([missed, missed]);
  });

  it("is JSON with plain numbers", () => {
    const json = JSON.parse(toJson({ scenarios: [ROW], lives: [ROW] })) as unknown;
    const plain = { name: "initialize", peer: 1_000, ours: 500, floor: 400, ratio: 0.5, bar: 0.5, met: true };
    expect(json).to.deep.equal({ scenarios: [plain], lives: [plain] });
  });

  it("adds up the calls of a life, and the transactions of a deployment", () => {
    const { scenarios, lives } = resultsOf(measured(100n), measured(30n));
    for (const [i, { calls }] of LIVES.entries()) {
      expect(lives[i]).to.include({ peer: 100n * BigInt(calls.length), ours: 30n * BigInt(calls.length) });
    }
    expect(scenarios.find(({ name }) => name === DEPLOYMENT)).to.include({ peer: 200n, ours: 60n });
  });

  it("keeps our figures by name", () => {
    const figures = figuresOf(measured(7n));
    expect(Object.keys(figures)).to.deep.equal([...SCENARIOS.map(({ name }) => name), DEPLOYMENT]);
    expect(figures["initialize"]).to.equal(7);
    expect(figures[DEPLOYMENT]).to.equal(14);
  });

  it("replaces what it wrote into the page before, and nothing else", () => {
    const results = resultsOf(measured(100n), measured(30n));
    const begin = "<!-- Written by `npm run bench:gas -- --update`. -->";
    const end = "<!-- End of what is written. -->";
    const shares = [
      { what: "LOG", count: 1, gas: 1_900n },
      { what: "SLOAD cold", count: 1, gas: 2_100n },
    ];
    const explained = [
      { name: "claim", gas: 4_000n, shares },
      { name: "reopen", gas: 1_900n, shares: shares.slice(0, 1) },
    ];
    const page = pageWith(`above\n${begin}\nwhat was here\n${end}\nbelow`, results, explained);
    expect(page)
      .to.match(/^above\n/)
      .and.to.match(/\nbelow$/);
    expect(page).to.not.contain("what was here");
    expect(page).to.contain("| initialize | 100 | 30 | 0.300 |");
    expect(page).to.contain(
      "| LOG | 1,900 | 1,900 |\n| SLOAD cold | 2,100 | – |\n| **ours** | **4,000** | **1,900** |",
    );
    expect(pageWith(page, results, explained)).to.equal(page);
    expect(() => pageWith("no place", results, explained)).to.throw("The page lacks");
  });
});

describe("The scenarios", () => {
  it("have a name of their own each", () => {
    expect(new Set(SCENARIOS.map(({ name }) => name)).size).to.equal(SCENARIOS.length);
  });

  it("are what lives are made of", () => {
    const names = SCENARIOS.map(({ name }) => name);
    for (const { calls } of LIVES) expect(names).to.include.members([...calls]);
  });
});
