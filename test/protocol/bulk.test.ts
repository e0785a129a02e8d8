import { expect } from "chai";

import {
  BULK_VOLUME,
  bulkRefusal,
  buildOrder,
  consentsToBulk,
  MAX_UINT256,
  OrderKind,
} from "@poco-marketplace/sdk/index.js";
import { addressOf } from "../fixtures/addresses.js";

const order = (terms: { datasetprice?: bigint; volume?: bigint } = {}) => ({
  ...buildOrder(OrderKind.DATASET, { dataset: addressOf(1), volume: BULK_VOLUME, ...terms }),
  sign: "0x" as const,
});

describe("A dataset order", () => {
  for (const [what, terms, consents] of [
    ["that is free and of the volume that clients write", { volume: 2n ** 53n - 1n }, true],
    ["that is free and of one less", { volume: 2n ** 53n - 2n }, true],
    ["that is free and of the largest volume", { volume: MAX_UINT256 }, true],
    ["that is free and of two less", { volume: 2n ** 53n - 3n }, false],
    ["that is free, once", { volume: 1n }, false],
    ["that asks one nRLC", { datasetprice: 1n }, false],
    ["that asks 50 RLC, once", { datasetprice: 50_000_000_000n, volume: 1n }, false],
  ] as const) {
    it(`${what} ${consents ? "lets" : "does not let"} data be used in bulk`, () => {
      expect(consentsToBulk(order(terms))).to.equal(consents);
      expect(bulkRefusal(order(terms)) === undefined).to.equal(consents);
    });
  }

  it("is refused with its values, and what to do", () => {
    expect(bulkRefusal(order({ datasetprice: 50_000_000_000n, volume: 3n })))
      .to.include(`The order of dataset ${addressOf(1)} is not for use in bulk: it asks 50 RLC for each of 3 tasks`)
      .and.include("Have its owner grant bulk access");
  });
});
