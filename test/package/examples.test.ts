/** The examples in the doc comments of what the SDK exports: compiled, run, and compared with the values they show. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";
import * as ethers from "ethers";
import { network } from "hardhat";

import * as client from "@poco-marketplace/sdk/client/index.js";
import * as sdk from "@poco-marketplace/sdk/index.js";
import { readDeclarations, shownCount, writeExample } from "../fixtures/tsdocExamples.js";
import { createExampleScene, NETWORK_VARIABLES, SCENE_VARIABLES, type RunExample } from "./exampleScene.js";

const run = promisify(execFile);
const root = path.join(import.meta.dirname, "..", "..");
const sources = path.join(root, "packages", "sdk", "src");
const sceneModule = path.join(import.meta.dirname, "exampleScene.js");

const main = {
  exports: sdk,
  path: path.join(sources, "index.js"),
  scene: { from: sceneModule, type: "Scene", variables: SCENE_VARIABLES },
} as const;
const clients = {
  exports: client,
  path: path.join(sources, "client", "index.js"),
  scene: { from: sceneModule, type: "NetworkScene", variables: [...SCENE_VARIABLES, ...NETWORK_VARIABLES] },
} as const;

const connection = await network.create();
const scene = () => createExampleScene(connection);

for (const [title, entry] of [
  ["The examples of the SDK", main],
  ["The examples of the SDK's clients", clients],
] as const) {
  describe(title, () => {
    const { examples, unlinkedErrors } = declarationsOf(entry);
    let folder: string;

    before(() => {
      // Inside the repository, so that the examples find its packages.
      mkdirSync(path.join(root, "cache"), { recursive: true });
      folder = mkdtempSync(path.join(root, "cache", "examples-"));
      const config = { extends: "../../tsconfig.json", include: ["*.ts", "../../hardhat.config.ts"], exclude: [] };
      writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(config));
      const modules = [
        ...[entry, main, clients].map((one) => ({
          from: one.path,
          values: new Set(Object.keys(one.exports)),
          types: declarationsOf(one).types,
        })),
        { from: "ethers", values: new Set(Object.keys(ethers)), types: new Set<string>() },
      ];
      for (const example of examples.values()) writeExample(folder, example, { modules, scene: entry.scene });
    });

    after(() => {
      rmSync(folder, { recursive: true, force: true });
    });

    it("leave out no function and no class", () => {
      const names = Object.entries(entry.exports).flatMap(([name, value]: [string, unknown]) =>
        typeof value === "function" && !examples.has(name) ? [name] : [],
      );
      expect(names).to.deep.equal([]);
    });

    it("stand beside links to the errors that are thrown", () => {
      expect(unlinkedErrors).to.deep.equal([]);
    });

    it("compile", async () => {
      const tsc = path.join(root, "node_modules", ".bin", "tsc");
      const { stdout } = await run(tsc, ["--project", folder]).catch((error: { stdout: string }) => error);
      expect(stdout).to.equal("");
    });

    for (const example of examples.values()) {
      // One that shows nothing needs a network.
      if (entry === clients && shownCount(example) === 0) continue;
      it(`show what ${example.name} does`, async () => {
        const module = path.join(folder, `${example.name}.ts`);
        const { runExample } = (await import(module)) as { runExample: RunExample };
        let shown = 0;
        await runExample(
          await connection.networkHelpers.loadFixture(scene),
          (actual, value) => {
            shown++;
            expect(actual).to.deep.equal(value);
          },
          async (act, error) => {
            shown++;
            const thrown: unknown = await act().then(
              () => undefined,
              (reason: unknown) => reason,
            );
            expect((thrown as Error | undefined)?.name, String(thrown)).to.equal(error);
          },
        );
        expect(shown, "values shown").to.equal(shownCount(example)).and.to.be.greaterThan(0);
      });
    }
  });
}

function declarationsOf(entry: { readonly path: string }) {
  return readDeclarations(entry.path.replace(/\.js$/, ".ts"));
}
