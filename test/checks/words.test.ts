import { expect } from "chai";

import { ambiguousNames, refusedWords } from "../../scripts/checks/words.js";

describe("Words", () => {
  for (const text of [
    "authorised",
    "isReorganised",
    "Behaviour",
    "the neighbours",
    "cancelled",
    "analyse(root)",
    "a centre",
  ]) {
    it(`are American: ${text}`, () => {
      expect(refusedWords(`// Fine.\n${text}`).join()).to.match(/^2 \w+: American spelling/);
    });
  }

  it("may be spelled as on the wire, or be alike", () => {
    expect(
      refusedWords("EnclaveNotInitialised analysis analyses canceled finalize exercise promised center"),
    ).to.deep.equal([]);
  });

  it("are none that were given up, where something is declared or linked", () => {
    expect(refusedWords("export interface Leave {\n/** A {@link Leave}. */")).to.deep.equal([
      "1 Leave: WorkPermit",
      "2 Leave: WorkPermit",
    ]);
    expect(refusedWords("Leave out times and paths.\nclient.leave()")).to.deep.equal([]);
  });

  it("mean one thing: what two files export has two names", () => {
    const files = new Map([
      ["a.ts", "export interface Place {}\nexport const Place = 1;\nexport async function run() {}"],
      ["b.ts", "export type Place = string;\nexport function run() {}\nexport class Other {}"],
    ]);

    expect(ambiguousNames(files)).to.deep.equal(["a.ts and b.ts export Place: one name means one thing"]);
    expect(ambiguousNames(new Map([...files].slice(0, 1)))).to.deep.equal([]);
  });
});
