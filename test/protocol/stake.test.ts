import { expect } from "chai";

import {
  InvalidFieldError,
  MAX_UINT256,
  dealLocks,
  poolStake,
  taskPrice,
  workerStake,
} from "@poco-marketplace/sdk/index.js";

describe("What a deal locks", () => {
  it("is the whole price per task for the payer, and 30 % of the pool's for its owner", () => {
    const prices = { app: 5n, dataset: 7n, workerpool: 1_000n };
    expect(taskPrice(prices)).to.equal(1_012n);
    expect(dealLocks(prices, 3n)).to.deep.equal({ payer: 3_036n, poolOwner: 900n });
  });

  it("is rounded down for each task, not for all of them", () => {
    expect([0n, 3n, 4n, 9n, 10n].map(poolStake)).to.deep.equal([0n, 0n, 1n, 2n, 3n]);
    expect(dealLocks({ app: 0n, dataset: 0n, workerpool: 9n }, 10n).poolOwner).to.equal(20n);
  });

  it("is what the pool's policy says for a worker, even more than the price", () => {
    expect(workerStake(1_000n, 30n)).to.equal(300n);
    expect(workerStake(7_000_000_001n, 30n)).to.equal(2_100_000_000n);
    expect(workerStake(1_000n, 0n)).to.equal(0n);
    expect(workerStake(1_000n, 250n)).to.equal(2_500n);
    expect(workerStake(MAX_UINT256, 100n)).to.equal(MAX_UINT256);
    expect(workerStake(MAX_UINT256, 101n)).to.equal(MAX_UINT256);
    expect(workerStake(MAX_UINT256, 99n)).to.equal((MAX_UINT256 * 99n) / 100n);
  });

  it("is never less than nothing", () => {
    expect(() => taskPrice({ app: 1n, dataset: -1n, workerpool: 1n })).to.throw(
      InvalidFieldError,
      "dataset price is -1",
    );
    expect(() => poolStake(-1n)).to.throw(InvalidFieldError, "workerpool price");
    expect(() => workerStake(1n, -1n)).to.throw(InvalidFieldError, "stake ratio");
  });
});
