import { expect } from "chai";

import {
  InvalidFieldError,
  MAX_UINT256,
  boostDealVolume,
  dealVolume,
  remainingVolume,
} from "@poco-marketplace/sdk/index.js";

const all = (volume: bigint) => ({ volume, consumed: 0n });

describe("The volume of a deal", () => {
  it("is the least that is left of any order", () => {
    const volumes = { app: all(50n), dataset: all(40n), workerpool: all(30n), request: all(20n) };
    expect(dealVolume(volumes)).to.equal(20n);
    expect(dealVolume({ ...volumes, app: { volume: 50n, consumed: 45n } })).to.equal(5n);
    expect(dealVolume({ ...volumes, dataset: { volume: 40n, consumed: 34n } })).to.equal(6n);
    expect(dealVolume({ ...volumes, workerpool: { volume: 30n, consumed: 23n } })).to.equal(7n);
    expect(dealVolume({ ...volumes, request: { volume: 20n, consumed: 20n } })).to.equal(0n);
  });

  it("does not look at the dataset order of a deal that has none", () => {
    expect(dealVolume({ app: all(3n), workerpool: all(4n), request: all(5n) })).to.equal(3n);
  });

  it("has no limit, except in a boost deal", () => {
    const endless = { app: all(MAX_UINT256), workerpool: all(MAX_UINT256), request: all(MAX_UINT256) };
    expect(dealVolume(endless)).to.equal(MAX_UINT256);
    expect(boostDealVolume(endless)).to.equal(65_535n);
    expect(boostDealVolume({ ...endless, request: all(65_536n) })).to.equal(65_535n);
    expect(boostDealVolume({ ...endless, request: all(65_534n) })).to.equal(65_534n);
  });

  it("makes no sense when more was used than there was", () => {
    expect(remainingVolume({ volume: 5n, consumed: 5n })).to.equal(0n);
    expect(() => remainingVolume({ volume: 5n, consumed: 6n })).to.throw(InvalidFieldError, "consumed is 6");
  });
});
