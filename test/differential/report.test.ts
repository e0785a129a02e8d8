import { expect } from "chai";

import { ALLOWANCES } from "../harness/differential/allowed.js";
import { PLANS } from "../harness/differential/generate/plans.js";
import { readOptions } from "../harness/differential/options.js";
import { describeDifference, describeRun, jsonOfDifference, jsonOfRun } from "../harness/differential/report.js";
import type { Played } from "../harness/differential/run.js";
import type { Step } from "../harness/differential/sequence.js";
import { freshTally, type Tally, tally } from "../harness/differential/tally.js";

const OPTIONS = { ...readOptions(["--seed", "7", "--first", "3", "--calls", "10", "--json"])!, sequences: 2 };

function call(to: string, name: string): Step {
  return { at: 0, from: "stranger", to, call: name, args: [2n ** 255n] };
}

function outcome(ok: boolean, allowed?: string): Played {
  const one = { ok, returned: [], logs: [] };
  return { peer: one, ours: one, ...(allowed !== undefined && { allowed }) };
}

/** Two pools and two forms of one function are one row each. */
function ran(): Tally {
  const counted = freshTally();
  tally(counted, call("hub", "deposit"), outcome(true));
  tally(counted, call("hub", "deposit"), outcome(false));
  tally(counted, call("pool1", "changePolicy"), outcome(true));
  tally(counted, call("pool2", "changePolicy"), outcome(true));
  tally(counted, call("apps", "safeTransferFrom(address,address,uint256)"), outcome(true));
  tally(counted, call("hub", "setCallbackGas"), outcome(false, "more or less gas for callbacks than is any use"));
  counted.reached.add(PLANS[0]!.name);
  return counted;
}

const DIFFERENCE = { step: 4, what: "events", peer: "hub Lock(1)", ours: "hub Lock(2)" };

describe("The report of a run", () => {
  it("is one JSON object with --json", () => {
    const { allowed, ...report } = JSON.parse(jsonOfRun(OPTIONS, ran(), 1.5)) as Record<string, Record<string, number>>;

    expect(report).to.deep.equal({
      seed: 7,
      first: 3,
      sequences: 2,
      calls: 10,
      seconds: 1.5,
      total: { accepted: 4, refused: 1, allowed: 1 },
      boundaries: { reached: 1, of: PLANS.length },
      functions: {
        "hub.deposit": { accepted: 1, refused: 1, allowed: 0 },
        "pool.changePolicy": { accepted: 2, refused: 0, allowed: 0 },
        "apps.safeTransferFrom": { accepted: 1, refused: 0, allowed: 0 },
        "hub.setCallbackGas": { accepted: 0, refused: 0, allowed: 1 },
      },
    });
    expect(Object.keys(allowed!)).to.deep.equal(ALLOWANCES.map(({ name }) => name));
    expect(Object.entries(allowed!).filter(([, count]) => count > 0)).to.deep.equal([
      ["more or less gas for callbacks than is any use", 1],
    ]);
  });

  it("says the same in words", () => {
    const report = describeRun(OPTIONS, ran(), 1.5);

    expect(report).to.match(/^pool\.changePolicy +2 +0 +0$/m);
    expect(report).to.contain(`Boundaries that were reached on purpose: 1 of ${PLANS.length}.`);
    expect(report).to.match(
      /2 sequences of 10 calls, seed 7: 4 calls accepted by both, 1 refused by both, 1 different/,
    );
  });
});

describe("The report of a difference", () => {
  it("is one JSON object with --json", () => {
    expect(JSON.parse(jsonOfDifference(OPTIONS, 5, DIFFERENCE, "test"))).to.deep.equal({
      seed: 7,
      sequence: 5,
      difference: DIFFERENCE,
      test: "test",
    });
  });

  it("says the same in words", () => {
    const report = describeDifference(DIFFERENCE, "the test");
    for (const part of ["differ in events", "Peer:\nhub Lock(1)", "Ours:\nhub Lock(2)", "the test"]) {
      expect(report).to.contain(part);
    }
  });
});
