import { expect } from "chai";
import { concat, keccak256, toBeHex } from "ethers";

import { type Hex, InvalidFieldError, MAX_UINT256, dealId, taskId } from "@poco-marketplace/sdk/index.js";
import { orderVector, vectors } from "../fixtures/wire.js";

const { dealId: first, dealIdLater: later, task } = vectors.ids;
const requestHash = orderVector("request").hash;

describe("An id", () => {
  it("of a deal is the published one, before and after part of the order was used", () => {
    expect(dealId(requestHash, BigInt(first.consumedBefore))).to.equal(first.id);
    expect(dealId(requestHash, BigInt(later.consumedBefore))).to.equal(later.id);
  });

  it("of a task is the published one", () => {
    expect(taskId(task.dealId, BigInt(task.idx))).to.equal(task.id);
  });

  it("takes indexes up to the largest uint256", () => {
    const packed = concat([task.dealId, toBeHex(MAX_UINT256, 32)]);
    expect(taskId(task.dealId, MAX_UINT256)).to.equal(keccak256(packed));
    expect(() => taskId(task.dealId, MAX_UINT256 + 1n)).to.throw(InvalidFieldError, "index");
    expect(() => taskId(task.dealId, -1n)).to.throw(InvalidFieldError, "index");
    expect(() => dealId(requestHash, -1n)).to.throw(InvalidFieldError, "consumedBefore");
  });

  it("is made of 32 bytes, no more and no less", () => {
    expect(() => dealId(requestHash.slice(0, -2) as Hex, 0n)).to.throw(InvalidFieldError, "requestHash");
    expect(() => taskId(`${task.dealId}00`, 0n)).to.throw(InvalidFieldError, "dealId");
  });
});
