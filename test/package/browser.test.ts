/** The package in a browser's bundle: small, without the code of contracts, and without anything of Node. */
import { build } from "esbuild";
import { expect } from "chai";

import { installSdk, name, type Project } from "./installedSdk.js";

interface Bundle {
  readonly text: string;
  readonly bytes: number;
  /** What the bundle would import. */
  readonly imports: readonly string[];
}

async function bundle(project: Project, module: string, external: readonly string[]): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: `export * from "${module}";`, resolveDir: project.folder },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    external: [...external],
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
  return { text: outputFiles[0]!.text, bytes: outputFiles[0]!.contents.length, imports: [...new Set(imports)] };
}

describe("The package in a browser", () => {
  let project: Project;

  before(async () => {
    ({ project } = await installSdk());
  });

  it("takes at most 400 kB with ethers, and nothing beside it", async () => {
    const { bytes, imports } = await bundle(project, name, []);
    expect(bytes).to.be.at.most(400_000);
    expect(imports).to.deep.equal([]);
  });

  it("takes at most 120 kB without ethers", async () => {
    const { bytes, imports } = await bundle(project, name, ["ethers"]);
    expect(bytes).to.be.at.most(120_000);
    expect(imports).to.deep.equal(["ethers"]);
  });

  for (const module of [name, `${name}/protocol`, `${name}/client`]) {
    it(`has no code of contracts, and nothing of Node, in ${module}`, async () => {
      const { text, imports } = await bundle(project, module, ["ethers"]);
      expect(imports).to.deep.equal(["ethers"]);
      // Solidity's code begins by reserving memory: PUSH1 n, PUSH1 0x40, MSTORE.
      expect(text).not.to.match(/60[0-9a-f]{2}604052/i);
      expect(text).not.to.match(/["'`]node:|\brequire\(|\bprocess\.|\bBuffer\b/);
    });
  }
});
