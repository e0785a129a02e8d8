import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";

import { expect } from "chai";

/** Written by programs, or about what is not in this repository. */
const DOCUMENTS = globSync(["*.md", "docs/**/*.md", "test/**/*.md"]).toSorted();
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

/** Whatever has a reader import or install a package, and what the package must be called there. */
const CLIENTS = globSync(["examples/clients/*.{ts,json}"]).toSorted();
const { name } = JSON.parse(readFileSync("package.json", "utf8")) as { name: string };
/** A package of that name on npm is a stranger's. */
const STRANGER = /from "poco["/]|"poco": "|npm (?:install|i|add) (?:\S+ )*poco\b|npx poco\b/;

describe("Documents", () => {
  for (const file of [...DOCUMENTS, ...CLIENTS]) {
    it(`have nobody install a stranger's package: ${file}`, () => {
      expect(readFileSync(file, "utf8")).to.not.match(STRANGER);
    });
  }

  it("import the package by its name", () => {
    for (const file of ["README.md", "docs/reference/bindings.md", "examples/clients/ethersClient.ts"])
      expect(readFileSync(file, "utf8")).to.contain(`from "${name}"`);
  });

  for (const document of DOCUMENTS) {
    it(`name only files that exist: ${document}`, () => {
      expect(namedIn(document).filter((target) => !existsSync(target))).to.deep.equal([]);
    });
  }

  it("are found, with what they name", () => {
    expect(DOCUMENTS).to.include.members(["README.md", "docs/reference/security-claims.md"]);
    expect(namedIn("docs/reference/security-claims.md")).to.include.members([
      "test/invariant/README.md",
      "test/unit/core/Ledger.t.sol",
    ]);
  });
});
