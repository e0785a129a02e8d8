import { expect } from "chai";

import {
  type Address,
  InvalidFieldError,
  KITTY_ADDRESS,
  type SettledContribution,
  type SettledDeal,
  type Settlement,
  balanceChanges,
  kittyShare,
  settleClaim,
  settleSolo,
  settleSuccess,
} from "@poco-marketplace/sdk/index.js";
import { addressOf } from "../fixtures/addresses.js";

const SPONSOR = addressOf(1);
const APP_OWNER = addressOf(2);
const DATA_OWNER = addressOf(3);
const POOL_OWNER = addressOf(4);
const [W1, W2, W3] = [addressOf(11), addressOf(12), addressOf(13)];

const DEAL: SettledDeal = {
  sponsor: SPONSOR,
  app: { owner: APP_OWNER, price: 50n },
  dataset: { owner: DATA_OWNER, price: 70n },
  workerpool: { owner: POOL_OWNER, price: 1_000n },
  workerStake: 303n,
  schedulerRewardRatio: 1n,
};

const NO_DATA = { owner: addressOf(0), price: 0n };

/** Free and frozen change of every account, as [free, frozen]. */
function changes({ moves }: Settlement): Record<Address, [bigint, bigint]> {
  return Object.fromEntries([...balanceChanges(moves)].map(([account, { free, frozen }]) => [account, [free, frozen]]));
}

const proved = (worker: Address, weight: bigint): SettledContribution => ({ worker, proved: true, weight });
const lost = (worker: Address, weight = 1n): SettledContribution => ({ worker, proved: false, weight });

describe("A finished task", () => {
  it("pays everybody when one worker did it alone, and changes no score", () => {
    const settlement = settleSuccess({ deal: DEAL, contributions: [proved(W1, 1n)], kitty: 0n });
    expect(changes(settlement)).to.deep.equal({
      [SPONSOR]: [0n, -1_120n],
      [APP_OWNER]: [50n, 0n],
      [DATA_OWNER]: [70n, 0n],
      [POOL_OWNER]: [310n, -300n],
      [W1]: [1_293n, -303n],
    });
    expect(settlement.verdicts).to.deep.equal([]);
  });

  it("splits the stake of who lied among those who did not, by weight", () => {
    const contributions = [proved(W1, 1n), lost(W2, 9n), proved(W3, 2n)];
    const settlement = settleSuccess({ deal: DEAL, contributions, kitty: 0n });
    // 1000 + 303 at 99 % is 1289 for the workers: a third and two thirds, 429 and 859. 15 is left for the pool.
    expect(changes(settlement)).to.deep.equal({
      [SPONSOR]: [0n, -1_120n],
      [APP_OWNER]: [50n, 0n],
      [DATA_OWNER]: [70n, 0n],
      [POOL_OWNER]: [315n, -300n],
      [W1]: [732n, -303n],
      [W3]: [1_162n, -303n],
      [W2]: [0n, -303n],
    });
    const verdicts = settlement.verdicts.map(({ worker, event, scoreAfter }) => [worker, event, scoreAfter(30n)]);
    expect(verdicts).to.deep.equal([
      [W1, "AccurateContribution", 31n],
      [W3, "AccurateContribution", 31n],
      [W2, "FaultyContribution", 20n],
    ]);
  });

  it("shows its moves in the order of the books, and none of nothing", () => {
    const free = { ...DEAL, app: { ...DEAL.app, price: 0n }, dataset: NO_DATA, schedulerRewardRatio: 0n };
    const { moves } = settleSuccess({ deal: free, contributions: [proved(W1, 1n)], kitty: 5n });
    expect(moves).to.deep.equal([
      { move: "Seize", account: SPONSOR, amount: 1_000n },
      { move: "Unlock", account: POOL_OWNER, amount: 300n },
      { move: "Seize", account: KITTY_ADDRESS, amount: 5n },
      { move: "Reward", account: POOL_OWNER, amount: 5n },
      { move: "Unlock", account: W1, amount: 303n },
      { move: "Reward", account: W1, amount: 1_000n },
    ]);
  });

  it("leaves the pool's owner all that is not the workers'", () => {
    const all = settleSuccess({
      deal: { ...DEAL, schedulerRewardRatio: 100n },
      contributions: [proved(W1, 1n)],
      kitty: 0n,
    });
    expect(changes(all)[POOL_OWNER]).to.deep.equal([1_300n, -300n]);
    expect(changes(all)[W1]).to.deep.equal([303n, -303n]);
  });

  it("needs somebody who proved the result, and a ratio in per cent", () => {
    const nobody = { deal: DEAL, contributions: [lost(W1)], kitty: 0n };
    expect(() => settleSuccess(nobody)).to.throw(InvalidFieldError, "contributions");
    const greedy = { ...DEAL, schedulerRewardRatio: 101n };
    expect(() => settleSuccess({ deal: greedy, contributions: [proved(W1, 1n)], kitty: 0n })).to.throw(
      InvalidFieldError,
      "schedulerRewardRatio is 101",
    );
    expect(() => settleSolo({ deal: greedy, worker: W1, kitty: 0n })).to.throw(InvalidFieldError, "is 101");
  });
});

describe("A task done in one call", () => {
  it("pays its worker without stake or score", () => {
    const settlement = settleSolo({ deal: { ...DEAL, schedulerRewardRatio: 7n }, worker: W1, kitty: 0n });
    expect(changes(settlement)).to.deep.equal({
      [SPONSOR]: [0n, -1_120n],
      [APP_OWNER]: [50n, 0n],
      [DATA_OWNER]: [70n, 0n],
      [POOL_OWNER]: [370n, -300n],
      [W1]: [930n, 0n],
    });
    expect(settlement.verdicts).to.deep.equal([]);
  });

  it("shows its moves in the order of the books, down to a single nRLC and none of nothing", () => {
    const cheap = { ...DEAL, app: { ...DEAL.app, price: 1n }, dataset: NO_DATA, schedulerRewardRatio: 0n };
    const { moves } = settleSolo({ deal: cheap, worker: W1, kitty: 0n });
    expect(moves).to.deep.equal([
      { move: "Seize", account: SPONSOR, amount: 1_001n },
      { move: "Reward", account: APP_OWNER, amount: 1n },
      { move: "Unlock", account: POOL_OWNER, amount: 300n },
      { move: "Reward", account: W1, amount: 1_000n },
    ]);
  });

  it("rounds the worker's share down", () => {
    const deal = { ...DEAL, workerpool: { owner: POOL_OWNER, price: 199n } };
    expect(changes(settleSolo({ deal, worker: W1, kitty: 0n }))[W1]).to.deep.equal([197n, 0n]);
  });
});

describe("A task given up", () => {
  it("gives payer and workers back what they locked, and the pool's stake to the kitty", () => {
    const settlement = settleClaim({ deal: DEAL, workers: [W1, W2] });
    expect(changes(settlement)).to.deep.equal({
      [SPONSOR]: [1_120n, -1_120n],
      [POOL_OWNER]: [0n, -300n],
      [KITTY_ADDRESS]: [0n, 300n],
      [W1]: [303n, -303n],
      [W2]: [303n, -303n],
    });
    expect(settlement.verdicts).to.deep.equal([]);
  });
});

describe("A boost deal given up", () => {
  it("has no workers, and may have had nothing at stake", () => {
    const free = { ...DEAL, workerpool: { ...DEAL.workerpool, price: 1n } };
    expect(settleClaim({ deal: free, workers: [] }).moves).to.deep.equal([
      { move: "Unlock", account: SPONSOR, amount: 121n },
    ]);
    const least = { ...DEAL, app: NO_DATA, dataset: NO_DATA, workerpool: { ...DEAL.workerpool, price: 4n } };
    expect(settleClaim({ deal: least, workers: [] }).moves).to.deep.equal([
      { move: "Unlock", account: SPONSOR, amount: 4n },
      { move: "Seize", account: POOL_OWNER, amount: 1n },
      { move: "Reward", account: KITTY_ADDRESS, amount: 1n },
      { move: "Lock", account: KITTY_ADDRESS, amount: 1n },
    ]);
  });
});

describe("The kitty", () => {
  it("gives a tenth, 1 RLC at least, and never more than it has", () => {
    const shares = [0n, 1n, 999_999_999n, 10n ** 9n, 5n * 10n ** 9n, 10n ** 10n, 10n ** 10n + 10n, 123_456_789_019n];
    expect(shares.map(kittyShare)).to.deep.equal([
      0n,
      1n,
      999_999_999n,
      10n ** 9n,
      10n ** 9n,
      10n ** 9n,
      10n ** 9n + 1n,
      12_345_678_901n,
    ]);
  });

  it("is drawn on even by a deal that costs nothing", () => {
    const free = {
      ...DEAL,
      app: NO_DATA,
      dataset: NO_DATA,
      workerpool: { owner: POOL_OWNER, price: 0n },
      workerStake: 0n,
    };
    expect(changes(settleSolo({ deal: free, worker: W1, kitty: 20n * 10n ** 9n }))).to.deep.equal({
      [KITTY_ADDRESS]: [0n, -2n * 10n ** 9n],
      [POOL_OWNER]: [2n * 10n ** 9n, 0n],
    });
  });
});
