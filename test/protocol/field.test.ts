import { expect } from "chai";

import { InvalidFieldError, MAX_UINT256 } from "@poco-marketplace/sdk/index.js";
import {
  readAddress,
  readBytes,
  readBytes32,
  readObject,
  readString,
  readUint,
} from "@poco-marketplace/sdk/protocol/field.js";

function refusal(read: () => unknown): InvalidFieldError {
  try {
    read();
  } catch (error) {
    expect(error).to.be.instanceOf(InvalidFieldError);
    return error as InvalidFieldError;
  }
  return expect.fail("nothing was refused");
}

describe("A field", () => {
  it("of a uint256 takes bigints, safe integers and digits up to the largest", () => {
    expect(readUint("f", 7n)).to.equal(7n);
    expect(readUint("f", 7)).to.equal(7n);
    expect(readUint("f", "007")).to.equal(7n);
    expect(readUint("f", 0)).to.equal(0n);
    expect(readUint("f", MAX_UINT256.toString())).to.equal(2n ** 256n - 1n);
    expect(readUint("f", 100n, 100n)).to.equal(100n);
  });

  it("of a uint256 refuses everything else", () => {
    const wrong = [
      -1n,
      -1,
      1.5,
      2 ** 53,
      NaN,
      "",
      " 1",
      "1e3",
      "0x10",
      "-1",
      MAX_UINT256 + 1n,
      null,
      undefined,
      true,
      [1],
    ];
    for (const value of wrong) expect(refusal(() => readUint("f", value)).value).to.deep.equal(value);
    expect(refusal(() => readUint("f", 101n, 100n)).message).to.equal(
      "f is 101, expected a whole number from 0 to 100",
    );
  });

  it("of an address gets its checksum, and refuses a wrong one", () => {
    const address = "0x99c2268479b93fDe36232351229815DF80837e23";
    expect(readAddress("f", address)).to.equal(address);
    expect(readAddress("f", address.toLowerCase())).to.equal(address);
    expect(refusal(() => readAddress("f", address.replace("D", "d"))).expected).to.include("checksum");
    for (const value of [address.slice(2), address.slice(0, -1), `${address}00`, "", 1n, undefined]) {
      expect(refusal(() => readAddress("f", value)).expected).to.include("40 hex digits");
    }
  });

  it("of bytes refuses other lengths, half bytes and other letters", () => {
    const word = `0x${"Ab".repeat(32)}`;
    expect(readBytes32("f", word)).to.equal(word.toLowerCase());
    for (const value of [word.slice(0, -2), `${word}00`, word.slice(2), `0x${"zz".repeat(32)}`, 1n]) {
      expect(refusal(() => readBytes32("f", value)).field).to.equal("f");
    }
    expect(readBytes("f", "0x")).to.equal("0x");
    expect(readBytes("f", "0xABcd")).to.equal("0xabcd");
    for (const value of ["0x1", "0xzz", "", undefined])
      expect(refusal(() => readBytes("f", value)).field).to.equal("f");
  });

  it("of a string or an object refuses what is none", () => {
    expect(readString("f", "é 🚀")).to.equal("é 🚀");
    for (const value of ["\ud800", 1, null]) expect(refusal(() => readString("f", value)).field).to.equal("f");
    expect(readObject("f", { a: 1 })).to.deep.equal({ a: 1 });
    for (const value of [null, [], "{}", undefined]) expect(refusal(() => readObject("f", value)).field).to.equal("f");
  });

  it("that is refused is named with what was found and what was expected", () => {
    const missing = refusal(() => readString("AppOrder.salt", undefined));
    expect(missing.message).to.equal("AppOrder.salt is missing, expected a well-formed string");
    expect(refusal(() => readBytes("f", { a: 1n })).message).to.contain('f is {"a":"1"}, expected bytes');
    const digits = `"${"9".repeat(78)}"`;
    expect(refusal(() => readBytes("f", digits.slice(1, -1))).message).to.contain(`f is ${digits}, expected`);
    expect(refusal(() => readBytes("f", "9".repeat(79))).message).to.contain(
      `f is ${digits.slice(0, 77)}..., expected`,
    );
    expect(refusal(() => readUint("f", NaN)).message).to.equal("f is NaN, expected a whole number from 0 to 2^256 - 1");
    expect(refusal(() => readBytes("f", () => 1)).message).to.contain("f is a function");
    expect(missing.name).to.equal("InvalidFieldError");
  });
});
