/**
 * Builds the SDK as it is published, into `packages/sdk/dist/`: its modules compiled, its ABIs, and a `package.json` whose
 * exports name what is compiled. In the repository, they name the sources.
 */
import { execFileSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.join(import.meta.dirname, "..", "..");
const sdk = path.join(root, "packages", "sdk");
const dist = path.join(sdk, "dist");

/** What may be imported: by its path in the package, the module. */
const EXPORTS = {
  ".": "src/index",
  "./protocol": "src/protocol/index",
  "./abi": "src/abi/index",
  "./typechain": "src/typechain",
};

rmSync(dist, { recursive: true, force: true });
execFileSync(path.join(root, "node_modules", ".bin", "tsc"), ["-p", path.join(sdk, "tsconfig.build.json")], {
  stdio: "inherit",
});
mkdirSync(path.join(dist, "abi"));
for (const file of globSync("src/abi/*.json", { cwd: sdk }))
  cpSync(path.join(sdk, file), path.join(dist, "abi", path.basename(file)));
for (const file of ["README.md", "LICENSE"]) cpSync(path.join(root, file), path.join(dist, file));
mkdirSync(path.join(dist, "docs/reference"), { recursive: true });
cpSync(path.join(root, "docs/reference/errors.md"), path.join(dist, "docs/reference/errors.md"));

const {
  engines,
  exports: _,
  ...manifest
} = JSON.parse(readFileSync(path.join(sdk, "package.json"), "utf8")) as Record<string, object>;
const published = {
  ...manifest,
  publishConfig: { access: "public" },
  engines,
  exports: {
    ...Object.fromEntries(Object.entries(EXPORTS).map(([name, file]) => [name, `./packages/sdk/${file}.js`])),
    "./abi/*.json": "./abi/*.json",
    "./package.json": "./package.json",
  },
};
writeFileSync(path.join(dist, "package.json"), `${JSON.stringify(published, null, 2)}\n`);
