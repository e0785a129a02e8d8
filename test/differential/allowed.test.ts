import { expect } from "chai";

import { ALLOWANCES, REWRITES } from "../harness/differential/allowed.js";
import { compareAsAllowed } from "../harness/differential/run.js";
import type { Step } from "../harness/differential/sequence.js";
import type { Situation } from "../harness/differential/situation.js";
import type { Outcome } from "../harness/differential/world.js";
import { ACCEPTED, EXAMPLES, log, REFUSED, situation, step } from "./allowanceExamples.js";

describe("What may be different", () => {
  it("has an example each", () => {
    expect(ALLOWANCES.map(({ name }) => name)).to.have.members(Object.keys(EXAMPLES));
  });

  for (const allowance of ALLOWANCES) {
    const { name, applies, expected } = allowance;
    const { about, notAbout, allowed, forbidden } = EXAMPLES[name]!;

    it(`is recognized by the call: ${name}`, () => {
      for (const example of about)
        expect(applies(...whole(example)), JSON.stringify(whole(example)[0], text)).to.equal(true);
      for (const example of notAbout)
        expect(applies(...whole(example)), JSON.stringify(whole(example)[0], text)).to.equal(false);
    });

    it(`is one way and no other: ${name}`, () => {
      for (const [peer, ours] of allowed) expect(expected(peer, ours)).to.equal(true);
      for (const [peer, ours] of forbidden) expect(expected(peer, ours)).to.equal(false);
    });
  }

  it("is counted when it differs as it should, and a difference when not", () => {
    const [call] = EXAMPLES["two-step ownership"]!.about as [Step];
    const allowance = ALLOWANCES.find(({ name }) => name === "two-step ownership")!;
    const started: Outcome = { ...ACCEPTED, logs: [log("OwnershipTransferStarted")] };

    expect(compareAsAllowed([allowance], call, 7, ACCEPTED, started)).to.deep.equal({ allowed: allowance.name });
    expect(compareAsAllowed([allowance], call, 7, ACCEPTED, ACCEPTED)).to.deep.equal({});
    expect(compareAsAllowed([allowance], call, 7, ACCEPTED, REFUSED)).to.deep.equal({
      difference: {
        step: 7,
        what: 'success (not as "two-step ownership" allows)',
        peer: "accepted",
        ours: "refused",
      },
    });
  });

  it("may be what any of several allowances says", () => {
    const [accepts, refuses] = ["volume of a boost deal", "trust of a boost deal"].map((name) =>
      ALLOWANCES.find((allowance) => allowance.name === name)!,
    ) as [(typeof ALLOWANCES)[number], (typeof ALLOWANCES)[number]];
    const [call] = EXAMPLES["trust of a boost deal"]!.about as [Step];

    expect(compareAsAllowed([accepts, refuses], call, 7, ACCEPTED, REFUSED)).to.deep.equal({ allowed: refuses.name });
    expect(compareAsAllowed([accepts, refuses], call, 7, REFUSED, ACCEPTED)).to.deep.equal({ allowed: accepts.name });
    expect(compareAsAllowed([accepts], call, 7, ACCEPTED, REFUSED)).to.have.property("difference");
  });

  it("is an approval that ends with a sale, of tokens of assets only", () => {
    const [{ rewrite }] = REWRITES as [(typeof REWRITES)[number]];
    const ended = log("Approval", "<rival>", "0".repeat(64), "1");
    const given = log("Approval", "<rival>", "<stranger>", "1");
    const sale = log("Transfer", "<rival>", "<stranger>", "1");
    const sell = step("transferFrom", ["rival", "stranger", 1n], { to: "apps" });

    expect(rewrite([ended, sale], sell)).to.deep.equal([sale]);
    expect(rewrite([given, sale], sell)).to.deep.equal([given, sale]);
    expect(rewrite([ended], sell)).to.deep.equal([ended]);
    expect(rewrite([ended, sale], { ...sell, to: "hub" })).to.deep.equal([ended, sale]);
  });
});

function text(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

/** An example says in which situation it is one, if that is not the usual. */
function whole(example: Step | [Step, Situation]): readonly [Step, Situation] {
  return Array.isArray(example) ? example : [example, situation()];
}
