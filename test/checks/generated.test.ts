import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { staleFiles, type Generated } from "../../scripts/checks/generated.js";
import { mirror, orderLists } from "../../scripts/hardhat/orderedTypes.js";
import { withFolder } from "../fixtures/folder.js";

const COPY: Generated = { places: ["out"], command: ["sh", "-c", "mkdir -p out && cp in out/copy"] };
const STALE = `is not what \`${COPY.command.join(" ")}\` writes`;

/** What the check finds in a repository whose index holds these files. */
function staleIn(files: Readonly<Record<string, string>>) {
  return withFolder(files, (root) => {
    execFileSync("git", ["init", "--quiet"], { cwd: root });
    execFileSync("git", ["add", "--all"], { cwd: root });
    return staleFiles(root, [COPY]);
  });
}

const line = (name: string) => `getContractAt(name: '${name}', address: string)`;

describe("A generated file", () => {
  it("is fresh when its generator would write it again", () => {
    expect(staleIn({ in: "one", "out/copy": "one" })).to.deep.equal([]);
  });

  it("is stale when its source changed", () => {
    expect(staleIn({ in: "two", "out/copy": "one" })).to.deep.equal([`out/copy ${STALE}`]);
  });

  it("is stale when it was never added", () => {
    expect(staleIn({ in: "one" })).to.deep.equal([`out/copy ${STALE}`]);
  });

  it("is stale when its source is gone", () => {
    expect(staleIn({ in: "one", "out/copy": "one", "out/old": "zero" })).to.deep.equal([`out/old ${STALE}`]);
  });
});

describe("TypeChain's lists", () => {
  it("come in order, and nothing else moves", () => {
    const list = [
      `import type * as b from './b/index.js';`,
      `export type { Poco } from './Poco.js';`,
      `export { Poco__factory } from './factories/Poco__factory.js';`,
      `export type { IApp } from './interfaces/IApp.js';`,
      `export { IApp__factory } from './factories/interfaces/IApp__factory.js';`,
      `import type * as a from './a/index.js';`,
    ];
    expect(orderLists(list.join("\n")).split("\n")).to.deep.equal([
      list[0],
      list[3],
      list[1],
      list[4],
      list[2],
      list[5],
    ]);
  });

  it("come without the indentation of whichever line was first", () => {
    const either = [`  ${line("B")}\n${line("A")}`, `  ${line("A")}\n${line("B")}`];
    expect(either.map(orderLists)).to.deep.equal([`${line("A")}\n${line("B")}`, `${line("A")}\n${line("B")}`]);
  });
});

describe("A folder of generated types", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "poco-mirror-"));
  });
  afterEach(() => rm(root, { recursive: true }));

  it("becomes what was generated, and what is the same is not written again", async () => {
    const [drafts, types] = [join(root, "drafts"), join(root, "types")];
    for (const folder of [join(drafts, "in"), types]) await mkdir(folder, { recursive: true });
    await writeFile(join(drafts, "same.ts"), "same");
    await writeFile(join(drafts, "changed.ts"), "new");
    await writeFile(join(drafts, "in", "added.ts"), "added");
    await writeFile(join(types, "same.ts"), "same");
    await writeFile(join(types, "changed.ts"), "old");
    await writeFile(join(types, "gone.ts"), "gone");
    const before = await stat(join(types, "same.ts"), { bigint: true });

    await mirror(drafts, types);

    expect((await readdir(types, { recursive: true })).toSorted()).to.deep.equal(
      ["changed.ts", "in", join("in", "added.ts"), "same.ts"].toSorted(),
    );
    expect(await readFile(join(types, "changed.ts"), "utf8")).to.equal("new");
    const { ino, mtimeNs } = await stat(join(types, "same.ts"), { bigint: true });
    expect({ ino, mtimeNs }).to.deep.equal({ ino: before.ino, mtimeNs: before.mtimeNs });
  });
});
