import { expect } from "chai";

import { UsageError } from "@poco-marketplace/cli/commandLine.js";
import { FAULTS } from "../harness/faults/inject/faults.js";
import { readOptions } from "../harness/faults/options.js";
import { planRun } from "../harness/faults/plan.js";
import { describe as report, progress, tally } from "../harness/faults/report.js";
import { TaskStatus } from "@poco-marketplace/sdk/index.js";

const TASK = `0x${"7a".repeat(32)}` as const;
const OPTIONS = { runs: 2, seed: 7, first: 3, fault: undefined, keep: false, json: false };

function planned(seed: number, index: number) {
  const { fault, injectAfter, appTakes } = planRun(seed, index, FAULTS);
  return { fault: fault.name, injectAfter, appTakes };
}

describe("What goes wrong in a run", () => {
  it("follows from seed and index", () => {
    const runs = Array.from({ length: 50 }, (_, index) => planned(1, index));
    expect(Array.from({ length: 50 }, (_, index) => planned(1, index))).to.deep.equal(runs);
    expect(Array.from({ length: 50 }, (_, index) => planned(2, index))).to.not.deep.equal(runs);
  });

  it("is each of the faults once in a round, at different moments and in another order", () => {
    const rounds = [0, 1].map((round) => FAULTS.map((_, i) => planned(1, round * FAULTS.length + i)));
    const names = FAULTS.map(({ name }) => name).toSorted();
    for (const round of rounds) expect(round.map(({ fault }) => fault).toSorted()).to.deep.equal(names);
    const [one, other] = rounds.map((round) => round.map(({ fault }) => fault));
    expect(one).to.not.deep.equal(other);
    expect(new Set(rounds.flat().map(({ injectAfter }) => injectAfter)).size).to.be.greaterThan(FAULTS.length);
  });
});

describe("npm run test:faults", () => {
  it("reads what it is asked for", () => {
    expect(readOptions([])).to.deep.equal({ runs: 20, seed: 1, first: 0, fault: undefined, keep: false, json: false });
    const all = ["--runs", "3", "--seed", "9", "--first", "2", "--fault", "kill-sms", "--keep", "--json"];
    expect(readOptions(all)).to.deep.equal({ runs: 3, seed: 9, first: 2, fault: "kill-sms", keep: true, json: true });
    expect(readOptions(["--help"])).to.equal(undefined);
  });

  for (const args of [["--runs", "0"], ["--seed", "x"], ["--fault", "flood"], ["--what"]]) {
    it(`refuses ${args.join(" ")}`, () => {
      expect(() => readOptions(args)).to.throw(UsageError, args[1] ?? args[0]!);
    });
  }

  const good = {
    index: 3,
    fault: "kill-sms",
    hadEffect: true,
    seconds: 2,
    endings: [{ task: TASK, status: TaskStatus.COMPLETED, result: "right" } as const],
    violations: [],
  };
  const bad = {
    ...good,
    index: 4,
    hadEffect: false,
    seconds: 4,
    endings: [{ task: TASK, status: TaskStatus.FAILED }],
    violations: [{ law: "orders", what: "the market lost it" } as const],
  };

  it("counts by fault", () => {
    expect(tally([good, bad, { ...good, fault: "connections" }])).to.deep.equal([
      { fault: "connections", runs: 1, struck: 1, results: 1, refunds: 0, median: 2, violations: 0 },
      { fault: "kill-sms", runs: 2, struck: 1, results: 1, refunds: 1, median: 4, violations: 1 },
    ]);
  });

  it("says what was not as it should be, and how to see it again", () => {
    const text = report([good, bad], OPTIONS, 6);
    expect(text).to.contain("run 4, kill-sms: orders: the market lost it");
    expect(text).to.contain("npm run test:faults -- --seed 7 --first 4 --runs 1\n".trimEnd());
    expect(report([good], OPTIONS, 2)).to.not.contain("not as it should be");
    expect(report([bad], { ...OPTIONS, fault: "kill-sms" }, 2)).to.contain("--runs 1 --fault kill-sms");
    expect(progress(good, "1 results")).to.contain("✓").and.contain("run 3, kill-sms: 1 results, 2.0 s");
    expect(progress(bad, "none"))
      .to.contain("✗")
      .and.contain("kill-sms (idle)")
      .and.contain("orders: the market lost it");
  });
});
