import { expect } from "chai";

import {
  InvalidFieldError,
  NO_TAG,
  type Tag,
  covers,
  dealTag,
  formatTag,
  missingBits,
  parseTag,
  requiresTee,
  withoutFramework,
} from "@poco-marketplace/sdk/index.js";
import { seededRandom } from "../fixtures/random.js";

const tag = (bits: bigint): Tag => `0x${bits.toString(16).padStart(64, "0")}`;

describe("A tag", () => {
  it("has a bit for each name", () => {
    expect(parseTag([])).to.equal(NO_TAG);
    expect(parseTag(["tee"])).to.equal(tag(1n));
    expect(parseTag(["scone"])).to.equal(tag(2n));
    expect(parseTag(["gramine"])).to.equal(tag(4n));
    expect(parseTag(["tdx"])).to.equal(tag(8n));
    expect(parseTag(["gpu"])).to.equal(tag(256n));
    expect(parseTag(["tdx", "tee", "tee"])).to.equal(tag(9n));
    expect(parseTag(["bit0"])).to.equal(tag(1n));
    expect(parseTag(["bit255", "bit4"])).to.equal(tag((1n << 255n) | 16n));
  });

  it("refuses names that it does not know", () => {
    for (const name of ["sgx", "TEE", "bit256", "bit01", "bit", "toString", ""]) {
      expect(() => parseTag([name]), name).to.throw(InvalidFieldError, JSON.stringify(name));
    }
  });

  it("comes back from its names, whatever its bits", () => {
    expect(formatTag(tag(0x10fn))).to.deep.equal(["tee", "scone", "gramine", "tdx", "gpu"]);
    expect(formatTag(tag(0x10n))).to.deep.equal(["bit4"]);
    const random = seededRandom(1n);
    for (let run = 0; run < 50; run++) {
      const any = random.bytes32();
      expect(parseTag(formatTag(any))).to.equal(any);
    }
  });

  it("covers what it has all bits of", () => {
    expect(covers(tag(0b1001n), tag(0b0001n))).to.equal(true);
    expect(covers(tag(0b1001n), tag(0b1001n))).to.equal(true);
    expect(covers(NO_TAG, NO_TAG)).to.equal(true);
    expect(covers(tag(0b1001n), tag(0b0011n))).to.equal(false);
    expect(missingBits(tag(0b1001n), tag(0b0111n))).to.equal(tag(0b0110n));
  });

  it("asks for an enclave with its lowest bit alone", () => {
    expect(requiresTee(tag(1n))).to.equal(true);
    expect(requiresTee(tag(~1n & ((1n << 256n) - 1n)))).to.equal(false);
  });

  it("loses bits 1 to 3 without its framework", () => {
    expect(withoutFramework(tag((1n << 256n) - 1n))).to.equal(tag((1n << 256n) - 1n - 0b1110n));
  });

  it("of a deal is what the orders ask for together, without the dataset's framework", () => {
    const app = tag(0b1000n);
    const request = tag(0x100n);
    expect(dealTag({ app, dataset: tag(0b10011n), request })).to.equal(tag(0x119n));
    expect(dealTag({ app, request })).to.equal(tag(0x108n));
    expect(dealTag({ app: parseTag(["tee", "scone"]), request })).to.equal(parseTag(["tee", "scone", "gpu"]));
    expect(dealTag({ app, request: parseTag(["gramine"]) })).to.equal(parseTag(["tdx", "gramine"]));
  });

  it("is 32 bytes", () => {
    expect(() => requiresTee("0x01")).to.throw(InvalidFieldError, 'tag is "0x01"');
  });
});
