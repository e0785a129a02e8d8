import { expect } from "chai";

import {
  type Address,
  type SettledContribution,
  type SettledDeal,
  balanceChanges,
  kittyShare,
  poolStake,
  settleClaim,
  settleSolo,
  settleSuccess,
  totalOf,
} from "@poco-marketplace/sdk/index.js";
import { addressOf } from "../fixtures/addresses.js";
import { type Random, seededRandom } from "../fixtures/random.js";

const SPONSOR = addressOf(1);
const APP_OWNER = addressOf(2);
const DATA_OWNER = addressOf(3);
const POOL_OWNER = addressOf(4);
const [W1, W2, W3] = [addressOf(11), addressOf(12), addressOf(13)];

const proved = (worker: Address, weight: bigint): SettledContribution => ({ worker, proved: true, weight });

function anyDeal(random: Random): SettledDeal {
  const price = () => random.between(0n, random.pick([0n, 9n, 10_000n, 87_000_000_000_000_000n]));
  return {
    sponsor: SPONSOR,
    app: { owner: APP_OWNER, price: price() },
    dataset: { owner: DATA_OWNER, price: price() },
    workerpool: { owner: POOL_OWNER, price: price() },
    workerStake: price(),
    schedulerRewardRatio: random.between(0n, 100n),
  };
}

describe("Whatever happens to a task", () => {
  it("pays out what was paid in, the stakes seized and the draw on the kitty, to the last nRLC", () => {
    const random = seededRandom(6n);
    for (let run = 0; run < 2000; run++) {
      const deal = anyDeal(random);
      const kitty = random.between(0n, random.pick([0n, 10n ** 9n, 10n ** 15n]));
      const count = Number(random.between(1n, 7n));
      const contributions = Array.from({ length: count }, (_, index) => ({
        worker: addressOf(100 + index),
        proved: index === 0 || random.between(0n, 1n) === 1n,
        weight: random.between(1n, 255n),
      }));
      const losers = BigInt(contributions.filter((contribution) => !contribution.proved).length);
      const price = deal.app.price + deal.dataset.price + deal.workerpool.price;
      const { moves, verdicts } = settleSuccess({ deal, contributions, kitty });

      const paidIn = price + losers * deal.workerStake + kittyShare(kitty);
      expect(totalOf("Reward", moves)).to.equal(paidIn);
      expect(totalOf("Seize", moves)).to.equal(paidIn);

      // What was locked for the task is not locked any more.
      const frozen = balanceChanges(moves);
      expect(frozen.get(SPONSOR)?.frozen ?? 0n).to.equal(-price);
      expect(frozen.get(POOL_OWNER)?.frozen ?? 0n).to.equal(-poolStake(deal.workerpool.price));
      for (const { worker } of contributions) expect(frozen.get(worker)?.frozen ?? 0n).to.equal(-deal.workerStake);

      expect(verdicts.length).to.equal(count === 1 ? 0 : count);
    }
  });

  it("pays workers of equal weight alike, and nobody more than a heavier one", () => {
    const random = seededRandom(7n);
    for (let run = 0; run < 500; run++) {
      const deal = anyDeal(random);
      const light = random.between(1n, 10n);
      const contributions = [proved(W1, light), proved(W2, light), proved(W3, light + 1n)];
      const { moves } = settleSuccess({ deal, contributions, kitty: 0n });
      const pay = (worker: Address) =>
        totalOf(
          "Reward",
          moves.filter(({ account }) => account === worker),
        );
      expect(pay(W1)).to.equal(pay(W2));
      expect(pay(W3) >= pay(W1)).to.equal(true);
    }
  });

  it("pays a lone contributor the same in one call and in three, stake aside", () => {
    const random = seededRandom(8n);
    for (let run = 0; run < 500; run++) {
      const deal = anyDeal(random);
      const kitty = random.between(0n, 10n ** 11n);
      const solo = settleSolo({ deal, worker: W1, kitty });
      const lone = settleSuccess({ deal: { ...deal, workerStake: 0n }, contributions: [proved(W1, 1n)], kitty });
      expect(solo.moves).to.deep.equal(lone.moves);
    }
  });

  it("keeps all money in the books when it is given up", () => {
    const random = seededRandom(10n);
    for (let run = 0; run < 500; run++) {
      const deal = anyDeal(random);
      const { moves } = settleClaim({ deal, workers: [W1, W2].slice(Number(random.between(0n, 2n))) });
      const sum = [...balanceChanges(moves).values()].reduce((total, { free, frozen }) => total + free + frozen, 0n);
      expect(sum).to.equal(0n);
    }
  });
});
