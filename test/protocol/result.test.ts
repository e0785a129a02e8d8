import { expect } from "chai";
import { toUtf8Bytes } from "ethers";

import {
  type Hex,
  InvalidFieldError,
  callbackDigest,
  decodeResultLink,
  directoryDigest,
  encodeResultLink,
  fileDigest,
  resultHash,
  resultSeal,
} from "@poco-marketplace/sdk/index.js";
import { vectors } from "../fixtures/wire.js";

const { contribution, task } = vectors.ids;

const file = (name: string, text: string) => ({ name, content: toUtf8Bytes(text) });
const bytes = (text: string) => `0x${Buffer.from(text).toString("hex")}` as Hex;

describe("A result", () => {
  it("has the published hash and seal", () => {
    expect(resultHash(task.id, contribution.digest)).to.equal(contribution.resultHash);
    expect(resultSeal(contribution.worker, task.id, contribution.digest)).to.equal(contribution.resultSeal);
    expect(() => resultHash(task.id, "0x12")).to.throw(InvalidFieldError, "digest");
  });

  it("for a callback has keccak256 as its digest", () => {
    expect(callbackDigest("0x")).to.equal("0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    expect(callbackDigest(bytes("abc"))).to.equal("0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
    expect(() => callbackDigest("0x1")).to.throw(InvalidFieldError, "resultsCallback");
  });

  it("in a file has sha256 as its digest", () => {
    const abc = "0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    expect(fileDigest(toUtf8Bytes("abc"))).to.equal(abc);
  });

  it("in a directory has keccak256 of the files' sha256, in the order of their names", () => {
    const { sha256OfAbc, sha256OfNothing } = {
      sha256OfAbc: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      sha256OfNothing: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    };
    const expected = callbackDigest(`0x${sha256OfAbc}${sha256OfNothing}`);
    expect(directoryDigest([file("a", "abc"), file("b", "")])).to.equal(expected);
    expect(directoryDigest([file("b", ""), file("a", "abc")])).to.equal(expected);
    expect(directoryDigest([file("a", ""), file("b", "abc")])).not.to.equal(expected);
    expect(directoryDigest([file("Z", "abc"), file("a", "")])).to.equal(expected);
    expect(directoryDigest([file("10", "abc"), file("9", "")])).to.equal(expected);
  });

  it("in a directory is a list of at least one file, and none twice", () => {
    expect(() => directoryDigest([])).to.throw(InvalidFieldError, "at least one file");
    expect(() => directoryDigest([file("a", "1"), file("b", ""), file("a", "2")])).to.throw(InvalidFieldError, '"a"');
  });
});

describe("A link to a result", () => {
  it("is JSON in UTF-8", () => {
    const link = { location: "/ipfs/Qm", storage: "ipfs" };
    expect(encodeResultLink(link)).to.equal(bytes('{"storage":"ipfs","location":"/ipfs/Qm"}'));
    expect(decodeResultLink(encodeResultLink(link))).to.deep.equal(link);
    expect(encodeResultLink({ storage: "ethereum" })).to.equal(bytes('{"storage":"ethereum"}'));
    expect(decodeResultLink(bytes('{"storage":"ethereum"}'))).to.deep.equal({ storage: "ethereum" });
  });

  it("is refused when it is none", () => {
    for (const wrong of ["", "ipfs", "[]", "{}", '{"storage":1}', '{"storage":"ipfs","location":1}']) {
      expect(() => decodeResultLink(bytes(wrong)), wrong).to.throw(InvalidFieldError, "results");
    }
    expect(() => decodeResultLink("0xff")).to.throw(InvalidFieldError, "UTF-8");
  });
});
