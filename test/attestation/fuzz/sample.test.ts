import { expect } from "chai";

import { describeRun } from "../../harness/fuzz/report.js";
import { fuzz } from "../../harness/fuzz/run.js";
import { FAMILIES } from "../../harness/fuzz/randomMutant.js";

/** The same in every run of the tests. What is tried beyond that: docs/explanation/testing.md. */
const SAMPLE = { seed: 1, first: 0, mutants: 700 };

describe(`${SAMPLE.mutants} random mutants, judged by the TypeScript verifier and by contracts`, () => {
  it("have the same fate on both sides, within the bound of gas", async () => {
    const report = await fuzz(SAMPLE);

    const { tally, findings } = report;
    expect(findings, describeRun({ ...SAMPLE, json: false }, report, 0)).to.deep.equal([]);
    expect(FAMILIES.map(({ name }) => name).filter((name) => !tally.families.has(name))).to.deep.equal([]);
    expect([...tally.fates.keys()], "verdicts that were seen").to.have.length.above(25);
    expect(tally.families.total().valid, "valid").to.be.within(SAMPLE.mutants / 10, SAMPLE.mutants / 2);
    expect(tally.chainsValid, "valid chains").to.be.within(tally.chains / 20, tally.chains / 2);
    expect(tally.mostOfBound, "share of the bound").to.be.within(0.1, 1);
  });
});
