/** The examples in the doc comments of what the SDK exports: compiled, run, and compared with the values they show. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";
import * as ethers from "ethers";
import { network } from "hardhat";

import * as sdk from "@poco-marketplace/sdk/index.js";
import { readDeclarations, shownCount, writeExample } from "../fixtures/tsdocExamples.js";
import { createExampleScene, SCENE_VARIABLES, type RunExample } from "./exampleScene.js";

const run = promisify(execFile);
const root = path.join(import.meta.dirname, "..", "..");
const entry = path.join(root, "packages", "sdk", "src", "index.ts");
const declared = readDeclarations(entry);
const functions = Object.entries(sdk).flatMap(([name, value]) => (typeof value === "function" ? [name] : []));

const connection = await network.create();
const scene = () => createExampleScene(connection);

describe("The examples of the SDK", () => {
  let folder: string;

  before(() => {
    // Inside the repository, so that the examples find its packages.
    mkdirSync(path.join(root, "cache"), { recursive: true });
    folder = mkdtempSync(path.join(root, "cache", "examples-"));
    const surroundings = {
      modules: [
        { from: entry.replace(/\.ts$/, ".js"), values: new Set(Object.keys(sdk)), types: declared.types },
        { from: "ethers", values: new Set(Object.keys(ethers)), types: new Set<string>() },
      ],
      scene: { from: path.join(import.meta.dirname, "exampleScene.js"), variables: SCENE_VARIABLES },
    };
    for (const example of declared.examples.values()) writeExample(folder, example, surroundings);
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("leave out no function and no class", () => {
    expect(functions.filter((name) => !declared.examples.has(name))).to.deep.equal([]);
  });

  it("stand beside links to the errors that are thrown", () => {
    expect(declared.unlinkedErrors).to.deep.equal([]);
  });

  it("compile", async () => {
    const config = { extends: "../../tsconfig.json", include: ["*.ts", "../../hardhat.config.ts"], exclude: [] };
    writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(config));
    const tsc = path.join(root, "node_modules", ".bin", "tsc");
    const { stdout } = await run(tsc, ["--project", folder]).catch((error: { stdout: string }) => error);
    expect(stdout).to.equal("");
  });

  for (const example of declared.examples.values()) {
    it(`show what ${example.name} does`, async () => {
      const { runExample } = (await import(path.join(folder, `${example.name}.ts`))) as { runExample: RunExample };
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
