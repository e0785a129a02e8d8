import { expect } from "chai";
import { MaxUint256 } from "ethers";

import { DifferentialError } from "../harness/differential/DifferentialError.js";
import { freshMemory } from "../harness/differential/generate/memory.js";
import { priceFor } from "../harness/differential/generate/payPlans.js";
import { CYCLE_LENGTH, planOf, PLANS } from "../harness/differential/generate/plans.js";
import { randomOf } from "../harness/random.js";
import { highestTrust } from "../harness/differential/generate/trustPlans.js";
import { readOptions } from "../harness/differential/options.js";
import type { OrderSpec } from "../harness/differential/sequence.js";
import { freshSituation } from "../harness/differential/situation.js";
import { isConsensus } from "@poco-marketplace/sdk/protocol/consensus.js";

const NAMES = PLANS.map(({ name }) => name);

function begin(name: string) {
  const orders: Record<string, OrderSpec> = {};
  const memory = freshMemory(orders, freshSituation(orders));
  const steps = PLANS.find((plan) => plan.name === name)!.begin(randomOf(1, 1), memory);
  const next = (ok: boolean) => {
    const outcome = { ok, returned: [], logs: [] };
    return steps.next({ peer: outcome, ours: outcome });
  };
  return { next, orders };
}

describe("Plans", () => {
  it("have names of their own", () => {
    expect(new Set(NAMES).size).to.equal(NAMES.length);
  });

  it("are all followed in the sequences that CI runs, and in as many from anywhere on", () => {
    const { first, sequences } = readOptions([])!;
    expect(CYCLE_LENGTH).to.be.at.most(sequences);
    for (const start of [first, 77, 4_999]) {
      const followed = Array.from({ length: sequences }, (_, index) => planOf(start + index)?.name);
      expect([...new Set(followed)]).to.have.members([...NAMES, undefined]);
    }
  });

  it("meet every deadline before, at and after it", () => {
    const met = ["contribution", "contributeAndFinalize", "reveal", "reopen", "finalize", "push"].map(
      (call) => `the last ${call}`,
    );
    const waited = ["reopen", "finalize without a winner's reveal", "claimBoost"].map((call) => `the first ${call}`);
    const claims = ["active", "agreed", "revealed"].map(
      (status) => `the first claim of ${status.startsWith("a") ? "an" : "a"} ${status} task`,
    );
    const all = [...met, ...waited, ...claims].flatMap((name) => [-1, 0, 1].map((offset) => `${name}, ${offset} s`));

    expect(NAMES.filter((name) => name.endsWith(" s"))).to.have.members(all);
  });

  it("ask for every trust from 1 to 50", () => {
    const asked = NAMES.filter((name) => name.startsWith("a trust of"));
    expect(asked).to.deep.equal(Array.from({ length: 50 }, (_, index) => `a trust of ${index + 1}`));
  });

  it("have volumes of none, one and all in every order", () => {
    const volumes = NAMES.filter((name) => name.startsWith("a volume"));
    expect(volumes).to.have.length(4 * 3 + 1);
    for (const volume of [0n, 1n, MaxUint256]) {
      const { next, orders } = begin(`a volume of ${volume} in the dataset order`);
      expect(next(true).value).to.include({ call: "matchOrders" });
      expect(Object.values(orders).map(({ fields }) => fields["volume"])).to.deep.equal([3n, volume, 3n, 3n]);
    }
  });

  it("fill the kitty to its edges", () => {
    for (const stake of [1n, 999_999_999n, 1_000_000_000n, 1_000_000_001n, 9_999_999_999n, 10_000_000_000n]) {
      expect((priceFor(stake) * 30n) / 100n, String(stake)).to.equal(stake);
      expect(
        NAMES.filter((name) => name.startsWith(`a kitty of ${stake},`)),
        String(stake),
      ).to.have.length(3);
    }
  });

  it("ask teams for the most trust that they satisfy, and for the least that they do not", () => {
    for (const [honest, liars, group, total] of [
      [["worker1", "worker2"], [], 32n, 33n],
      [["worker2", "worker3"], ["worker4"], 12n, 15n],
      [["worker5", "worker1"], ["worker6"], 16n, 19n],
    ] as const) {
      const trust = highestTrust(honest, liars);
      expect(isConsensus({ group, total, trust }), honest.join()).to.equal(true);
      expect(isConsensus({ group, total, trust: trust + 1n }), honest.join()).to.equal(false);
    }
  });

  it("give up when a step does not come out as it is meant to", () => {
    const { next } = begin("the last reveal, 0 s");
    next(true);
    expect(() => next(false)).to.throw(DifferentialError, "A plan wants matchOrders accepted, and it was refused.");
  });
});
