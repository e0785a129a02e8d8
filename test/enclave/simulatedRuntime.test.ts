import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { expect } from "chai";

import { simulatedRuntime, runtimeOf } from "@poco-marketplace/enclave/runtime/simulatedRuntime.js";

describe("The runtime of images in the simulation", () => {
  let source: string;
  beforeEach(async () => {
    source = await mkdtemp(join(tmpdir(), "runtime-"));
    await write("code/main.ts", "main();");
    await write("code/deep/er.ts", "deeper();");
    await write("package.json", "{}");
    await write("node_modules/needed/package.json", JSON.stringify({ version: "1.0.0" }));
    await write("node_modules/needed/index.js", "needed();");
  });
  afterEach(() => rm(source, { recursive: true }));

  async function write(path: string, content: string): Promise<void> {
    await mkdir(dirname(join(source, path)), { recursive: true });
    await writeFile(join(source, path), content);
  }

  const measure = () =>
    runtimeOf({
      source,
      folders: ["code", "package.json"],
      packages: new Map([["needed", join(source, "node_modules/needed")]]),
    }).id;

  it("is another one with each change of its code, and of the versions that it needs", async () => {
    const ids = [measure()];
    for (const [path, content] of [
      ["code/deep/er.ts", "deeper()"],
      ["code/other.ts", ""],
      ["package.json", "{ }"],
      ["node_modules/needed/package.json", JSON.stringify({ version: "1.0.1" })],
    ] as const) {
      await write(path, content);
      ids.push(measure());
    }
    await rm(join(source, "code/other.ts"));
    ids.push(measure());

    expect(new Set(ids).size).to.equal(ids.length);
  });

  it("is the same for the same code, whatever lies beside it and within the packages", async () => {
    const before = measure();
    await write("notes.txt", "not put into enclaves");
    await write("node_modules/needed/index.js", "other();");

    expect(measure()).to.equal(before);
  });

  it("is measured once", () => {
    expect(simulatedRuntime()).to.equal(simulatedRuntime());
  });
});
