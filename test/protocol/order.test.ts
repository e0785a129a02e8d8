import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";

import { NULL_DATASET_ORDER, hasDataset, parseOrder, parseSignedOrder } from "@poco-marketplace/sdk/index.js";
import { orderVector } from "../fixtures/wire.js";

describe("The null dataset order", () => {
  it("is zero in every field, and unsigned", () => {
    expect(NULL_DATASET_ORDER).to.deep.equal({
      dataset: ZeroAddress,
      datasetprice: 0n,
      volume: 0n,
      tag: ZeroHash,
      apprestrict: ZeroAddress,
      workerpoolrestrict: ZeroAddress,
      requesterrestrict: ZeroAddress,
      salt: ZeroHash,
      sign: "0x",
    });
    expect(parseSignedOrder("dataset", NULL_DATASET_ORDER)).to.deep.equal(NULL_DATASET_ORDER);
  });

  it("names no dataset, and other dataset orders do", () => {
    expect(hasDataset(NULL_DATASET_ORDER)).to.equal(false);
    expect(hasDataset(parseOrder("dataset", orderVector("dataset").order))).to.equal(true);
  });

  it("cannot be changed by one client for all others", () => {
    expect(() => Object.assign(NULL_DATASET_ORDER, { volume: 1n })).to.throw(TypeError);
  });
});
