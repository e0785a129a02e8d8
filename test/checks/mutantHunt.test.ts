import { expect } from "chai";

import { hunt } from "../harness/mutants/hunt.js";
import { type Mutant } from "../harness/mutants/mutant.js";
import { type Inputs, type Suite } from "../harness/mutants/suites.js";

const SUITES = Array.from({ length: 30 }, (_, index): Suite => {
  const name = `T${index}`;
  return {
    id: { name, source: `test/${name}.t.sol`, solcVersion: "0.8.37" },
    name,
    hasFuzzTests: index % 2 === 0,
    fingerprint: name,
  };
});

function mutantOf(id: number): Mutant {
  const range = { start: id, end: id + 1 };
  const place = {
    file: "contracts/core/Till.sol",
    line: 1,
    lineText: "",
    within: "f",
    range,
    form: "expression",
    accounts: "#",
  } as const;
  return { id, operator: "constant", original: "1", mutated: "2", ...place };
}

type Run = { readonly suites: readonly string[]; readonly mutant: number; readonly inputs: Inputs };

/** Hunts these mutants, each of which all suites meet and `killer` kills. */
async function huntWith(
  ids: readonly number[],
  killer: (suite: string, mutant: number, inputs: Inputs) => boolean,
  unusable: readonly string[] = [],
  stop = new AbortController(),
) {
  const runs: Run[] = [];
  const suites = {
    fingerprint: "",
    all: SUITES,
    trace: () => Promise.reject(new Error("A hunt traces nothing.")),
    run: (some: readonly Suite[], mutant: number, inputs: Inputs) => {
      runs.push({ suites: some.map(({ name }) => name), mutant, inputs });
      const failed = some.filter(({ name }) => killer(name, mutant, inputs)).map(({ name }) => `${name}.test`);
      return Promise.resolve({ passed: 0, failed: [...failed, ...unusable], took: new Map() });
    },
  };
  const survey = {
    took: new Map(SUITES.map((suite, index) => [suite, index])),
    meets: new Map(SUITES.map((suite) => [suite, new Set(ids)])),
    unusable: new Set(unusable),
    tests: SUITES.length,
  };
  const told: string[] = [];
  const progress = { step: () => undefined, survivor: ({ id }: Mutant, pass: string) => told.push(`${id}: ${pass}`) };
  const found = await hunt(
    suites,
    survey,
    ids.map((id) => mutantOf(id)),
    progress,
    stop.signal,
  );
  return { runs, told, fates: found.fates.map(({ mutant, killers }) => [mutant.id, killers]), found };
}

describe("A hunt for mutants", () => {
  it("ends for a mutant with the first test that fails", async () => {
    const { fates, told } = await huntWith([1], (suite) => suite === "T3");
    expect(fates).to.deep.equal([[1, ["T3.test"]]]);
    expect(told).to.deep.equal([]);
  });

  it("tries all tests on a mutant that lives, and fuzz tests once more with all inputs", async () => {
    const { runs, fates, told } = await huntWith([1], () => false);
    const triedWith = (inputs: Inputs) => runs.filter((run) => run.inputs === inputs).flatMap((run) => run.suites);
    expect(triedWith("few")).to.have.members(SUITES.map(({ name }) => name));
    expect(triedWith("all")).to.have.members(SUITES.filter((suite) => suite.hasFuzzTests).map(({ name }) => name));
    expect(fates).to.deep.equal([[1, []]]);
    expect(told).to.have.length(3);
  });

  it("gives all mutants a first try before it tries harder", async () => {
    const { runs } = await huntWith([1, 2], () => false);
    const firstOf2 = runs.findIndex(({ mutant }) => mutant === 2);
    expect(runs.slice(0, firstOf2).flatMap(({ suites }) => suites)).to.have.length(24);
  });

  it("kills with all inputs what lives with few", async () => {
    const { fates } = await huntWith([1], (suite, _, inputs) => suite === "T4" && inputs === "all");
    expect(fates).to.deep.equal([[1, ["T4.test"]]]);
  });

  it("begins with what killed nearby", async () => {
    const { runs } = await huntWith([1, 2], (suite) => suite === "T20");
    expect(runs.find(({ mutant }) => mutant === 2)?.suites[0]).to.equal("T20");
  });

  it("believes no test that fails anyway", async () => {
    const { fates } = await huntWith([1], () => false, ["T5.test"]);
    expect(fates).to.deep.equal([[1, []]]);
  });

  it("is about what it got to when it is stopped", async () => {
    const stop = new AbortController();
    const { fates, found } = await huntWith([1, 2, 3], (_, mutant) => mutant === 2 && (stop.abort(), true), [], stop);
    expect(fates.map(([id]) => id)).to.deep.equal([1, 2]);
    expect(found.isComplete).to.equal(false);
  });
});
