import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { type Address, GROUP_MEMBER_PURPOSE, admits, sameAddress } from "@poco-marketplace/sdk/index.js";
import { addressOf } from "../../fixtures/addresses.js";

const [ALICE, BOB, GROUP] = [addressOf(0xa11cen), addressOf(0xb0bn), addressOf(0xabcdefn)];
const lower = (address: Address) => address.toLowerCase() as Address;

describe("A restriction", () => {
  it("of zero lets everyone in", () => {
    expect(admits(ZeroAddress as Address, ALICE)).to.equal(true);
  });

  it("to an account lets exactly that one in, however it is written", () => {
    expect(admits(ALICE, ALICE)).to.equal(true);
    expect(admits(ALICE, lower(ALICE))).to.equal(true);
    expect(admits(lower(ALICE), ALICE)).to.equal(true);
    expect(admits(ALICE, BOB)).to.equal(false);
    expect(admits(ALICE, ZeroAddress as Address)).to.equal(false);
  });

  it("to a group lets its members in, and those of no other group", () => {
    expect(admits(GROUP, ALICE)).to.equal(false);
    expect(admits(GROUP, ALICE, [{ group: lower(GROUP), member: lower(ALICE) }])).to.equal(true);
    expect(admits(GROUP, ALICE, [{ group: BOB, member: ALICE }])).to.equal(false);
    expect(admits(GROUP, BOB, [{ group: GROUP, member: ALICE }])).to.equal(false);
  });

  it("asks a group for keys of purpose 4", () => {
    expect(GROUP_MEMBER_PURPOSE).to.equal(4n);
  });

  it("compares addresses by their digits", () => {
    expect(sameAddress(GROUP, lower(GROUP))).to.equal(true);
    expect(sameAddress(ALICE, BOB)).to.equal(false);
  });
});
