import { expect } from "chai";
import { ZeroAddress } from "ethers";

import type { Address } from "@poco-marketplace/sdk/index.js";
import { dealCost } from "@poco-marketplace/services/scheduler/dealCost.js";
import { addressOf } from "../fixtures/addresses.js";

const DEAL = { price: 1_001n, size: 4n, trust: 1n, callback: ZeroAddress as Address };
const CHAIN = { callbackGas: 200_000n, feePerGas: 2n };

describe("What a deal can cost a pool", () => {
  it("is 30 % of the price of each task, rounded down, and the gas to initialize it", () => {
    expect(dealCost(DEAL, CHAIN)).to.deep.equal({ stake: 4n * 300n, fees: 4n * 300_000n * 2n });
  });

  it("is the gas to finalize it and for its callback besides, where several workers do it", () => {
    expect(dealCost({ ...DEAL, trust: 2n }, CHAIN).fees).to.equal(4n * 800_000n * 2n);
    expect(dealCost({ ...DEAL, trust: 2n, callback: addressOf(1) }, CHAIN).fees).to.equal(4n * 1_000_000n * 2n);
  });

  it("is no callback's gas where the worker ends the task", () => {
    expect(dealCost({ ...DEAL, callback: addressOf(1) }, CHAIN)).to.deep.equal(dealCost(DEAL, CHAIN));
  });
});
