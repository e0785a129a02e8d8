import { expect } from "chai";

import { refusedWords } from "../../scripts/checks/words.js";

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
});
