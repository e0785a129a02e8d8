import { expect } from "chai";

import { allRefusedImports, refusedImports } from "../../scripts/checks/layers.js";
import { withFolder } from "../fixtures/folder.js";

const imports = (specifier: string) => `import {Thing} from "${specifier}";\n`;

describe("The layers", () => {
  const allowed: readonly [string, string][] = [
    ["contracts/core/Tasks.sol", "./Deals.sol"],
    ["contracts/core/Tasks.sol", "../interfaces/ITasks.sol"],
    ["contracts/core/Tasks.sol", "@openzeppelin/contracts/utils/math/Math.sol"],
    ["contracts/facets/TaskFacet.sol", "../core/Tasks.sol"],
    ["contracts/facets/TaskFacet.sol", "../diamond/IFacet.sol"],
    ["contracts/Poco.sol", "./diamond/Router.sol"],
    ["packages/sdk/src/chain/contracts.ts", "../protocol/ids.js"],
    ["packages/cli/src/demo/actors/DemoWorker.ts", "@poco-marketplace/services/worker/attempt.js"],
    ["packages/services/src/market/routes.ts", "@poco-marketplace/sdk/explain/report.js"],
  ];
  for (const [file, specifier] of allowed) {
    it(`let ${file} import ${specifier}`, () => {
      expect(refusedImports(file, imports(specifier))).to.deep.equal([]);
    });
  }

  const refused: readonly [string, string, string][] = [
    ["contracts/types/Ids.sol", "../core/Deals.sol", "contracts/core/Deals.sol"],
    ["contracts/interfaces/ITasks.sol", "../core/Tasks.sol", "contracts/core/Tasks.sol"],
    ["contracts/core/Tasks.sol", "../facets/TaskFacet.sol", "contracts/facets/TaskFacet.sol"],
    ["contracts/facets/TaskFacet.sol", "./BoostFacet.sol", "contracts/facets/BoostFacet.sol"],
    ["contracts/facets/TaskFacet.sol", "../diamond/Router.sol", "contracts/diamond/Router.sol"],
    ["contracts/registries/App.sol", "../core/Deals.sol", "contracts/core/Deals.sol"],
    ["contracts/core/Tasks.sol", "../../test/mocks/Seed.sol", "test/mocks/Seed.sol"],
    ["packages/sdk/src/protocol/ids.ts", "../chain/contracts.js", "packages/sdk/src/chain/contracts.ts"],
    [
      "packages/enclave/src/session/session.ts",
      "@poco-marketplace/services/store/contentStore.js",
      "packages/services/src/store/contentStore.ts",
    ],
    ["packages/sdk/src/chain/contracts.ts", "../explain/report.js", "packages/sdk/src/explain/report.ts"],
    [
      "packages/services/src/market/routes.ts",
      "../secrets/signedChallenge.js",
      "packages/services/src/secrets/signedChallenge.ts",
    ],
    ["packages/cli/src/demo/scenario.ts", "../../../../test/fixtures/world.js", "test/fixtures/world.ts"],
  ];
  for (const [file, specifier, target] of refused) {
    it(`do not let ${file} import ${specifier}`, () => {
      expect(refusedImports(file, imports(specifier))).to.deep.equal([`${file} may not import ${target}`]);
    });
  }

  it("notice imports of several lines, of types, re-exports and dynamic imports", () => {
    const text = [
      `import {\n  One,\n  Two,\n} from "../explain/report.js";`,
      `import type { Three } from "../explain/report.js";`,
      `export * from "../explain/report.js";`,
      `const { Four } = await import("../explain/report.js");`,
      `import "../explain/report.js";`,
    ];
    for (const line of text)
      expect(refusedImports("packages/sdk/src/chain/contracts.ts", line), line).to.have.lengthOf(1);
  });

  it("refuse a folder that nobody listed", () => {
    const found = withFolder(
      { "contracts/attic/Old.sol": "", "packages/sdk/src/protocol/ids.ts": "" },
      allRefusedImports,
    );
    expect(found).to.deep.equal(["contracts/attic/Old.sol is in a folder that scripts/checks/layers.ts does not list"]);
  });
});
