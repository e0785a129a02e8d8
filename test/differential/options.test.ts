import { expect } from "chai";

import { UsageError } from "@poco-marketplace/cli/commandLine.js";
import { readOptions } from "../harness/differential/options.js";

describe("The options of the comparison", () => {
  it("are the run of CI when there are none", () => {
    expect(readOptions([])).to.deep.equal({
      seed: 1,
      first: 0,
      sequences: 200,
      calls: 60,
      thorough: false,
      json: false,
    });
  });

  it("are read as whole numbers", () => {
    const args = ["--seed", "7", "--first", "3", "--sequences", "5000", "--calls", "10", "--thorough", "--json"];
    expect(readOptions(args)).to.deep.equal({
      seed: 7,
      first: 3,
      sequences: 5000,
      calls: 10,
      thorough: true,
      json: true,
    });
  });

  for (const args of [
    ["--sequences", "0"],
    ["--calls", "0"],
    ["--seed", "-1"],
    ["--seed", "1.5"],
    ["--sequences", "many"],
    ["--sequences", "99999999999"],
    ["--unknown"],
    ["seven"],
  ]) {
    it(`are refused when they are ${args.join(" ")}`, () => {
      expect(() => readOptions(args)).to.throw(UsageError);
    });
  }

  it("ask for nothing but help", () => {
    expect(readOptions(["--help"])).to.equal(undefined);
  });
});
