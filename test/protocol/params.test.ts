import { expect } from "chai";

import { type DealParams, InvalidFieldError, buildParams, parseParams } from "@poco-marketplace/sdk/index.js";
import { orderVector } from "../fixtures/wire.js";

const ALL: DealParams = {
  args: '--top 10 "é"',
  inputFiles: ["https://example.com/a.csv", "http://example.com/b"],
  secrets: { 1: "first-secret", 3: "third_secret" },
  resultEncryption: true,
  resultStorageProvider: "ipfs",
  resultStorageProxy: "https://proxy.example.com",
  bulkCid: "QmBulk",
  others: { iexec_developer_logger: false },
};

describe("The params of a request", () => {
  it("are written under their names on the wire", () => {
    expect(JSON.parse(buildParams(ALL))).to.deep.equal({
      iexec_args: '--top 10 "é"',
      iexec_input_files: ["https://example.com/a.csv", "http://example.com/b"],
      iexec_secrets: { "1": "first-secret", "3": "third_secret" },
      iexec_result_encryption: true,
      iexec_result_storage_provider: "ipfs",
      iexec_result_storage_proxy: "https://proxy.example.com",
      bulk_cid: "QmBulk",
      iexec_developer_logger: false,
    });
  });

  it("come back as they were", () => {
    expect(parseParams(buildParams(ALL))).to.deep.equal(ALL);
    const text = orderVector("request").order["params"]!;
    expect(parseParams(text)).to.deep.equal({ args: "--top 10 é", resultEncryption: true });
    expect(buildParams(parseParams(text))).to.equal(text);
  });

  it("are written in one way, however they were put together", () => {
    expect(buildParams({ resultEncryption: false, args: "x" })).to.equal(
      buildParams({ args: "x", resultEncryption: false }),
    );
  });

  it("may be nothing at all", () => {
    expect(buildParams({})).to.equal("");
    expect(parseParams("")).to.deep.equal({});
    expect(parseParams("{}")).to.deep.equal({});
  });

  it("are refused when they are not a JSON object", () => {
    for (const text of ["--top 10", "[]", "null", '"text"', "{"]) {
      expect(() => parseParams(text), text).to.throw(InvalidFieldError, "params is");
    }
  });

  it("are refused with the name of the field that is wrong", () => {
    const wrong: Record<string, unknown[]> = {
      iexec_args: [1, null, ["a"]],
      iexec_input_files: [
        "https://example.com",
        [1],
        ["example.com"],
        ["ftp://example.com"],
        ["http://"],
        ["http://a b"],
      ],
      iexec_secrets: [[], { 0: "a" }, { a: "a" }, { "01": "a" }, { 1: "" }, { 1: "a b" }, { 1: 7 }],
      iexec_result_encryption: ["true", 1, null],
      iexec_result_storage_provider: [true],
      iexec_result_storage_proxy: ["proxy"],
      bulk_cid: [1],
    };
    for (const [name, values] of Object.entries(wrong)) {
      for (const value of values) {
        const text = JSON.stringify({ [name]: value });
        expect(() => parseParams(text), text).to.throw(InvalidFieldError, `params.${name}`);
      }
    }
    expect(() => buildParams({ inputFiles: ["nowhere"] })).to.throw(InvalidFieldError, "params.iexec_input_files[0]");
  });

  it("are refused with a name that nobody would read", () => {
    const typo = { argz: "x" } as DealParams;
    expect(() => buildParams(typo)).to.throw(InvalidFieldError, 'params.argz is "x"');
    const twice = { others: { iexec_args: "y" } };
    expect(() => buildParams(twice)).to.throw(InvalidFieldError, "params.others.iexec_args");
  });
});
