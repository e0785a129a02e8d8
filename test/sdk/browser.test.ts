import path from "node:path";

import { expect } from "chai";
import { build } from "esbuild";

const root = path.join(import.meta.dirname, "..", "..");

describe("The SDK's clients, bundled for a browser", () => {
  it("need nothing of Node", async () => {
    // A module of Node's that is imported anywhere fails the build.
    const { outputFiles, metafile } = await build({
      entryPoints: [path.join(root, "packages/sdk/src/client/index.ts")],
      platform: "browser",
      format: "esm",
      bundle: true,
      minify: true,
      write: false,
      metafile: true,
      logLevel: "silent",
    });
    const bundled = Object.keys(metafile.inputs);
    expect(bundled.filter((file) => file.includes("typechain-types"))).to.deep.equal([]);
    const packages = bundled.flatMap((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
    expect([...new Set(packages)]).to.have.members([
      "ethers",
      "@adraffy/ens-normalize",
      "@noble/curves",
      "@noble/hashes",
      "aes-js",
      "magic-bytes.js",
    ]);
    const text = outputFiles[0]!.text;
    expect(text).to.not.match(/["']node:|\bBuffer\.|\bprocess\./);
    expect(text.length).to.be.below(600_000);
  });
});
