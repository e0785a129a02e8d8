import { expect } from "chai";

import { changesBetween } from "../harness/bench/snapshot.js";
import { reportOf } from "../harness/checkGas.js";

describe("The gas snapshot", () => {
  it("is content with the same figures in any order", () => {
    expect(changesBetween({ a: 1, b: 2 }, { b: 2, a: 1 })).to.deep.equal([]);
  });

  it("notices a figure that differs by one, up or down", () => {
    expect(changesBetween({ a: 1, b: 2 }, { a: 2, b: 1 })).to.deep.equal([
      { name: "a", before: 1, after: 2 },
      { name: "b", before: 2, after: 1 },
    ]);
  });

  it("notices what is new and what is gone", () => {
    expect(changesBetween({ old: 1 }, { new: 1 })).to.deep.equal([
      { name: "old", before: 1, after: undefined },
      { name: "new", before: undefined, after: 1 },
    ]);
  });

  it("says what changed, and how to accept it", () => {
    const report = reportOf(
      changesBetween({ dearer: 1_000, cheaper: 50, gone: 3 }, { dearer: 1_200, cheaper: 20, new: 4 }),
    );
    expect(report).to.contain("4 figures changed");
    expect(report).to.match(/dearer +1,000 +1,200 +\+200/);
    expect(report).to.match(/cheaper +50 +20 +-30/);
    expect(report).to.match(/gone +3 +– +gone/);
    expect(report).to.match(/new +– +4 +new/);
    expect(report).to.contain("npm run bench:gas -- --update");
  });
});
