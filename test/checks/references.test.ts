import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";

import { brokenReferences } from "../../scripts/checks/references.js";

const SPECIFICATION = `# Protocol

## 5. Matching

7. Registered.
8. The volume.

## 11. Errors

- (a) One.
- (c) Another.

### 11.1 More

See [below](#more-of-it), and [again](#more-of-it-1).

## More of \`it\`

## More of it
`;

describe("References", () => {
  let root: string;

  /** What is found when `file` is all there is besides the specification and a contract. */
  function findings(file: string, text: string): string[] {
    const files = { "docs/protocol.md": SPECIFICATION, "contracts/Poco.sol": "// The hub.", [file]: text };
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), content);
    }
    return brokenReferences(root, Object.keys(files));
  }

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "references-"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  describe("in documents", () => {
    it("are fine where everything is there", () => {
      const text = `[a](docs/protocol.md#5-matching), \`contracts/Poco.sol\`, [b](contracts), [c](https://example.org/x.md)
docs/protocol.md section 11 (c) and section 11.1; \`deploy/manifests/sepolia.json\` is written by a command.

\`\`\`sh
cat /var/lib/[x](nowhere.md) src/nothing
\`\`\`
`;
      expect(findings("README.md", text)).to.deep.equal([]);
    });

    it("are found with their line where a file, an anchor or a path is missing", () => {
      const text = "# A\n\n[a](docs/gone.md)\n[b](docs/protocol.md#6-tasks)\n[c](#b)\n`src/gone.ts` and gone.md";
      expect(findings("README.md", text)).to.have.members([
        "README.md:3 docs/gone.md does not exist",
        "README.md:4 docs/protocol.md has no heading #6-tasks",
        "README.md:5 README.md has no heading #b",
        "README.md:6 src/gone.ts does not exist",
        "README.md:6 gone.md does not exist",
      ]);
    });

    it("count a link from the document's folder", () => {
      expect(findings("docs/how-to/a.md", "[a](../protocol.md) [b](protocol.md)")).to.deep.equal([
        "docs/how-to/a.md:1 docs/how-to/protocol.md does not exist",
      ]);
    });

    for (const command of [
      "npx poco network",
      "npx -y poco@latest",
      "npm i poco",
      "npm install --save-exact ethers poco",
      "npm install -g poco@1.0.0",
      "npm exec poco",
      "npx -p poco poco",
      "pnpm add poco",
      "yarn add poco",
    ])
      it(`do not fetch a stranger's package: ${command}`, () => {
        const found = `README.md:3 "${command}" fetches a stranger's package`;
        expect(findings("README.md", `Run\n\n\`${command}\`\n`)).to.deep.equal([found]);
        expect(findings("README.md", `\`\`\`sh\n\n${command}\n\`\`\`\n`)).to.deep.equal([found]);
      });

    for (const command of [
      "npx @poco-marketplace/cli network",
      "npx -p @poco-marketplace/cli poco network",
      "npm install @poco-marketplace/sdk ethers",
      "npm i /path/to/poco-marketplace-sdk-0.1.0.tgz",
      "npm install --save-exact poco-like",
    ])
      it(`may fetch what has the scope: ${command}`, () => {
        expect(findings("README.md", `\`${command}\``)).to.deep.equal([]);
      });
  });

  describe("in code", () => {
    it("are fine where everything is there", () => {
      const text = `/**
 * The volume. Source: docs/protocol.md section
 * 5, step 8, and docs/protocol.md sections 5 and 11.1. https://example.org/a.md is not ours, nor is \`*.md\`.
 */
const reason = "docs/protocol.md section 11 (a) and (c): so it is";`;
      expect(findings("src/volume.ts", text)).to.deep.equal([]);
    });

    it("are found where a document or a section is missing, across the lines of a comment", () => {
      const text = `/**
 * Source: docs/protocol.md section
 * 6, and PROTOCOL.md section 5.
 */
// docs/protocol.md sections 5 and 12; docs/protocol.md section 5, step 9
/// docs/protocol.md section 11 (b) and (c)`;
      expect(findings("contracts/Tasks.sol", text)).to.deep.equal([
        "contracts/Tasks.sol:2 docs/protocol.md has no section 6",
        "contracts/Tasks.sol:3 PROTOCOL.md does not exist",
        "contracts/Tasks.sol:5 docs/protocol.md has no section 12",
        "contracts/Tasks.sol:5 docs/protocol.md has no step 9",
        "contracts/Tasks.sol:6 docs/protocol.md has no (b)",
      ]);
    });

    it("may name a document from the file's folder", () => {
      expect(findings("docs/check.ts", "// protocol.md section 5")).to.deep.equal([]);
    });
  });
});

describe("The repository", () => {
  const { name } = JSON.parse(readFileSync("packages/sdk/package.json", "utf8")) as { name: string };

  it("imports the package by its name where it shows how", () => {
    for (const file of ["docs/reference/bindings.md", "examples/clients/ethersClient.ts"])
      expect(readFileSync(file, "utf8")).to.contain(`from "${name}"`);
  });

  for (const file of globSync("examples/clients/*.{ts,json}"))
    it(`has nobody import a stranger's package: ${file}`, () => {
      expect(readFileSync(file, "utf8")).to.not.match(/from "poco["/]|"poco": "/);
    });
});
