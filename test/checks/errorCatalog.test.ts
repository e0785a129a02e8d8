import path from "node:path";

import { expect } from "chai";

import { catalogErrors } from "../../scripts/bindings/errorCatalog.js";
import { analyze } from "../../deploy/solidity.js";

const root = path.join(import.meta.dirname, "..", "..");

/** The catalog of one made-up interface. */
function catalogOf(...lines: readonly string[]) {
  const source = `// SPDX-License-Identifier: Apache-2.0\npragma solidity ^0.8.37;\n${lines.join("\n")}`;
  return catalogErrors(analyze(root, [], { "contracts/Odd.sol": source }));
}

const EXPLAINED = "/// @notice It is odd: at `deadline`, in unix seconds. See {Odd-mend}.\n/// @custom:fix Mend it.";

describe("The generator of the error catalog", () => {
  it("takes over what the interface says, and the units of values", () => {
    const error = "error TooOdd(Shape shape, uint256 deadline, address owner);";
    expect(catalogOf("enum Shape { ROUND, SQUARE }", "interface Odd {", EXPLAINED, error, "}")).to.deep.equal({
      TooOdd: {
        inputs: [
          { name: "shape", type: "uint8", members: ["ROUND", "SQUARE"] },
          { name: "deadline", type: "uint256", unit: "time" },
          { name: "owner", type: "address" },
        ],
        meaning: "It is odd: at `deadline`. See mend.",
        fix: "Mend it.",
      },
    });
  });

  it("refuses an error that nobody explained", () => {
    expect(() => catalogOf("interface Odd {", "error TooOdd();", "}")).to.throw("TooOdd does not say what");
  });

  it("refuses a number whose unit nobody said", () => {
    const lines = ["interface Odd {", EXPLAINED, "error TooOdd(uint256 oddity);", "}"];
    expect(() => catalogOf(...lines)).to.throw("in which unit TooOdd.oddity is");
  });

  it("refuses values of types that it cannot tell", () => {
    const lines = ["interface Odd {", EXPLAINED, "error TooOdd(int8 oddity);", "}"];
    expect(() => catalogOf(...lines)).to.throw("value of type int8");
  });

  it("refuses two errors of one name", () => {
    const other = ["interface Even {", EXPLAINED, "error TooOdd(address owner);", "}"];
    expect(() => catalogOf("interface Odd {", EXPLAINED, "error TooOdd();", "}", ...other)).to.throw(
      "have the name TooOdd",
    );
  });
});
