import { expect } from "chai";
import { id } from "ethers";

import {
  type Consensus,
  type Hex,
  InvalidFieldError,
  MAX_UINT256,
  NO_CONTRIBUTIONS,
  consensusValue,
  groupDelta,
  isConsensus,
  log2,
  scoreAfterFault,
  scoreAfterSuccess,
  withContribution,
  withoutGroup,
  workerWeight,
  workersNeeded,
} from "@poco-marketplace/sdk/index.js";
import { seededRandom } from "../fixtures/random.js";

const RIGHT = id("right") as Hex;
const WRONG = id("wrong") as Hex;

/** Contributions one after another, each as [hash, score]. */
function after(...said: [resultHash: Hex, score: bigint][]): Consensus {
  let consensus = NO_CONTRIBUTIONS;
  for (const [resultHash, score] of said) consensus = withContribution(consensus, { resultHash, score });
  return consensus;
}

describe("A worker's word", () => {
  it("weighs a third of its score less 1, and 2 at least", () => {
    const weights = [0n, 8n, 9n, 11n, 12n, 14n, 15n, 300n].map(workerWeight);
    expect(weights).to.deep.equal([2n, 2n, 2n, 2n, 3n, 3n, 4n, 99n]);
  });

  it("is worth more when the worker was right, a third less when it was not", () => {
    expect(scoreAfterSuccess(0n)).to.equal(1n);
    expect([0n, 1n, 2n, 3n, 100n].map(scoreAfterFault)).to.deep.equal([0n, 0n, 1n, 2n, 66n]);
  });

  it("counts for its logarithm when the pay is split", () => {
    expect([1n, 2n, 3n, 4n, 7n, 8n].map(log2)).to.deep.equal([0n, 1n, 1n, 2n, 2n, 3n]);
    expect(log2(MAX_UINT256)).to.equal(255n);
    expect(() => log2(0n)).to.throw(InvalidFieldError, "value is 0");
    for (let bit = 1n; bit < 256n; bit++) {
      expect(log2(1n << bit)).to.equal(bit);
      expect(log2((1n << bit) - 1n)).to.equal(bit - 1n);
    }
  });
});

describe("Consensus", () => {
  it("adds up contributions, those for one result by multiplying", () => {
    expect(after()).to.deep.equal({ total: 1n, groups: new Map() });
    expect(after([RIGHT, 0n])).to.deep.equal({ total: 3n, groups: new Map([[RIGHT, 2n]]) });
    expect(after([RIGHT, 0n], [RIGHT, 12n])).to.deep.equal({ total: 7n, groups: new Map([[RIGHT, 6n]]) });
    const split = after([RIGHT, 0n], [WRONG, 15n], [RIGHT, 0n]);
    expect(split.total).to.equal(9n);
    expect([...split.groups]).to.deep.equal([
      [RIGHT, 4n],
      [WRONG, 4n],
    ]);
    expect(groupDelta(0n, 5n)).to.equal(5n);
    expect(groupDelta(1n, 5n)).to.equal(4n);
    expect(groupDelta(7n, 5n)).to.equal(28n);
  });

  it("leaves the state before it alone", () => {
    const before = after([RIGHT, 0n]);
    withContribution(before, { resultHash: RIGHT, score: 0n });
    withoutGroup(before, RIGHT);
    expect(before).to.deep.equal(after([RIGHT, 0n]));
  });

  it("is reached by the first result at a trust of 1 or 0", () => {
    expect(consensusValue(NO_CONTRIBUTIONS, 1n)).to.equal(undefined);
    expect(consensusValue(after([WRONG, 0n]), 1n)).to.equal(WRONG);
    expect(consensusValue(after([WRONG, 0n]), 0n)).to.equal(WRONG);
  });

  it("is reached by the heavier side once it is heavy enough", () => {
    expect(consensusValue(after([WRONG, 0n], [RIGHT, 0n]), 3n)).to.equal(undefined);
    expect(consensusValue(after([WRONG, 0n], [RIGHT, 0n], [RIGHT, 0n], [RIGHT, 0n]), 3n)).to.equal(RIGHT);
  });

  it("is never reached at the very threshold", () => {
    expect(isConsensus({ group: 2n, total: 3n, trust: 3n })).to.equal(false);
    expect(isConsensus({ group: 3n, total: 4n, trust: 3n })).to.equal(true);
  });

  it("forgets what was said by those who did not reveal", () => {
    const before = after([RIGHT, 0n], [RIGHT, 0n], [WRONG, 0n]);
    expect(withoutGroup(before, RIGHT)).to.deep.equal(after([WRONG, 0n]));
    expect(withoutGroup(after([RIGHT, 0n]), RIGHT)).to.deep.equal(NO_CONTRIBUTIONS);
    expect(withoutGroup(before, id("nobody's") as Hex)).to.deep.equal(before);
  });

  it("is decided as by the share of weight that is against it, for any trust", () => {
    const random = seededRandom(2n);
    let reached = 0;
    for (let run = 0; run < 5000; run++) {
      const total = random.between(2n, 1n << random.between(2n, 255n));
      const rest = random.between(1n, total - 1n);
      const around = total / rest + random.between(-2n, 2n);
      const trust = random.pick([1n, MAX_UINT256, random.between(1n, MAX_UINT256), around < 1n ? 1n : around]);
      // group/total > 1 - 1/trust is the same as rest × trust < total, rest being total less the group.
      const expected = rest * trust < total;
      expect(isConsensus({ group: total - rest, total, trust }), `${rest} of ${total}, trust ${trust}`).to.equal(
        expected,
      );
      if (expected) reached++;
    }
    expect(reached).to.be.within(500, 4500);
  });

  it("keeps the total at 1 and all groups, whoever says what", () => {
    const random = seededRandom(3n);
    for (let run = 0; run < 200; run++) {
      let consensus = NO_CONTRIBUTIONS;
      for (let said = 0n; said < random.between(1n, 12n); said++) {
        const resultHash = random.pick([RIGHT, WRONG, id("third") as Hex]);
        consensus = withContribution(consensus, { resultHash, score: random.between(0n, 60n) });
      }
      const sum = [...consensus.groups.values()].reduce((total, group) => total + group, 1n);
      expect(consensus.total).to.equal(sum);
    }
  });

  it("multiplies the weights of one group, in whichever order they came", () => {
    const random = seededRandom(4n);
    for (let run = 0; run < 100; run++) {
      const scores = [1, 2, 3, 4].map(() => random.between(0n, 100n));
      const product = scores.map(workerWeight).reduce((all, weight) => all * weight);
      expect(after(...scores.map((score): [Hex, bigint] => [RIGHT, score])).groups.get(RIGHT)).to.equal(product);
    }
  });
});

describe("The workers that a trust needs", () => {
  it("are one up to a trust of 2, and one more each time the trust doubles", () => {
    const needed = [0n, 1n, 2n, 3n, 4n, 5n, 8n, 9n, 100n].map((trust) => workersNeeded({ trust }));
    expect(needed).to.deep.equal([1, 1, 1, 2, 2, 3, 3, 4, 7]);
    expect(workersNeeded({ trust: MAX_UINT256 })).to.equal(256);
  });

  it("are fewer when they have a name", () => {
    expect(workersNeeded({ trust: 100n, score: 303n })).to.equal(1);
    expect(workersNeeded({ trust: 101n, score: 303n })).to.equal(2);
  });

  it("are as many as it takes, and not one more", () => {
    const random = seededRandom(5n);
    for (let run = 0; run < 100; run++) {
      const trust = random.between(2n, 1_000_000n);
      const score = random.between(0n, 40n);
      const workers = workersNeeded({ trust, score });
      const said: [Hex, bigint][] = Array.from({ length: workers }, () => [RIGHT, score]);
      expect(consensusValue(after(...said), trust)).to.equal(RIGHT);
      expect(consensusValue(after(...said.slice(1)), trust)).to.equal(undefined);
    }
  });
});
