import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";

import { expect } from "chai";

/** Written by programs, or about what is not in this repository. */
const DOCUMENTS = globSync(["*.md", "docs/*.md", "test/**/*.md"]).toSorted();
const ROOMS = "contracts|docs|scripts|src|test";

/** Files and folders that a document names, seen from the repository: targets of its links, and paths in backquotes. */
function namedIn(document: string): string[] {
  const text = readFileSync(document, "utf8").replaceAll(/^```[\s\S]*?^```/gm, "");
  const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, target]) => target!);
  const paths = [...text.matchAll(new RegExp(`\`((?:${ROOMS})/[^\`<…*]*)\``, "g"))].map(([, target]) => target!);
  const near = links
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => path.join(path.dirname(document), target));
  return [...near, ...paths];
}

describe("Documents", () => {
  for (const document of DOCUMENTS) {
    it(`name only files that exist: ${document}`, () => {
      expect(namedIn(document).filter((target) => !existsSync(target))).to.deep.equal([]);
    });
  }

  it("are found, with what they name", () => {
    expect(DOCUMENTS).to.include.members(["README.md", "docs/security.md"]);
    expect(namedIn("docs/security.md")).to.include.members(["test/invariant/README.md", "test/unit/core/Payout.t.sol"]);
  });
});
