import path from "node:path";

import { expect } from "chai";

import { allDifferences, differences, type Manifest } from "../../scripts/checks/packages.js";

const SERVICES = { name: "@poco-marketplace/services" };

/** What is said of a package with one file. */
function said(manifest: Partial<Manifest>, text: string, versions: Readonly<Record<string, string>> = {}): string[] {
  return differences({ ...SERVICES, ...manifest }, new Map([["packages/services/src/a.ts", text]]), versions);
}

const lacks = (name: string, among = "dependencies") =>
  `@poco-marketplace/services lacks ${name} among its ${among}, which packages/services/src/a.ts imports`;

describe("The lists of packages", () => {
  it("hold for this repository", () => {
    expect(allDifferences(path.join(import.meta.dirname, "..", ".."))).to.deep.equal([]);
  });

  for (const text of [
    'import { x } from "viem";',
    'import {\n  x,\n  y,\n} from "viem/chains";',
    'import "viem";',
    'export * from "viem";',
    'const x = await import("viem");',
    'const url = import.meta.resolve("viem");',
    'run("node", ["--import", "viem", "a.ts"]);',
    "run(`node --import viem a.ts`);",
  ]) {
    it(`miss what is needed at run time: ${JSON.stringify(text)}`, () => {
      expect(said({}, text)).to.deep.equal([lacks("viem")]);
      expect(said({ devDependencies: { viem: "1.0.0" } }, text)).to.deep.equal([lacks("viem")]);
      expect(said({ dependencies: { viem: "1.0.0" } }, text)).to.deep.equal([]);
    });
  }

  it("name packages with a scope, and neither those of Node nor files", () => {
    expect(said({}, 'import a from "@hpke/core/x.js";\nimport "node:fs";\nimport "./b.js";')).to.deep.equal([
      lacks("@hpke/core"),
    ]);
  });

  it("have those of which only types are needed among the devDependencies", () => {
    const text = 'import type { x } from "viem";';
    expect(said({}, text)).to.deep.equal([lacks("viem", "devDependencies")]);
    expect(said({ devDependencies: { viem: "1.0.0" } }, text)).to.deep.equal([]);
    expect(said({ dependencies: { viem: "1.0.0" } }, text).at(-1)).to.equal(
      "@poco-marketplace/services needs only types of viem: list it among its devDependencies",
    );
    expect(said({ dependencies: { viem: "1.0.0" } }, `${text}\nimport { y } from "viem";`)).to.deep.equal([]);
  });

  it("name nothing that is not imported, unless it is optional", () => {
    const peers = { peerDependencies: { viem: "1.0.0" } };
    expect(said(peers, "")).to.deep.equal(["@poco-marketplace/services lists viem, which nothing imports"]);
    expect(said({ ...peers, peerDependenciesMeta: { viem: { optional: true } } }, "")).to.deep.equal([]);
  });

  it("have the version that the repository has", () => {
    const text = 'import "viem";';
    expect(said({ dependencies: { viem: "1.0.0" } }, text, { viem: "1.0.1" })).to.deep.equal([
      "@poco-marketplace/services has viem 1.0.0, the repository 1.0.1",
    ]);
  });

  it("let no package import one above it", () => {
    const above = "@poco-marketplace/cli";
    expect(said({ dependencies: { [above]: "0.1.0" } }, `import "${above}/poco.js";`)).to.deep.equal([
      `packages/services/src/a.ts imports ${above}, which is not below @poco-marketplace/services`,
    ]);
  });
});
