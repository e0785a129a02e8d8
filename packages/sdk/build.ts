/**
 * Builds the SDK as it is published, into `dist/`: its modules for `import` and for `require`, the ABIs as JSON, the
 * Solidity that callbacks need, the compiled contracts, and a `package.json` whose exports name all of that. In the
 * repository, they name the sources. Run `npm run build` before, which compiles the contracts.
 */
import { execFileSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const sdk = import.meta.dirname;
const root = path.join(sdk, "..", "..");
const dist = path.join(sdk, "dist");

/** What may be imported: by its path in the package, the module. */
const MODULES = {
  ".": "index",
  "./protocol": "protocol/index",
  "./client": "client/index",
  "./abi": "abi/index",
  "./typechain": "typechain",
};

/** What may be imported as it is: JSON and Solidity. */
const FILES = ["./abi/*.json", "./artifacts/*.json", "./contracts/*.sol", "./package.json"];

/** What somebody needs of a compiled contract who deploys, calls or verifies it, out of all that Hardhat writes. */
const ARTIFACT_FIELDS = [
  "_format",
  "contractName",
  "sourceName",
  "abi",
  "bytecode",
  "deployedBytecode",
  "linkReferences",
  "deployedLinkReferences",
  "immutableReferences",
];

function write(file: string, text: string): void {
  const target = path.join(dist, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
}

function readJson(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
}

function compile(kind: "esm" | "cjs", ...options: readonly string[]): void {
  const project = ["-p", path.join(sdk, "tsconfig.build.json"), "--outDir", path.join(dist, kind)];
  execFileSync(path.join(root, "node_modules/.bin/tsc"), [...project, ...options], { stdio: "inherit" });
}

function copyArtifacts(): void {
  const files = globSync("artifacts/contracts/**/*.json", { cwd: root });
  if (files.length === 0) throw new Error("No contract is compiled. Run `npm run build` first.");
  for (const file of files) {
    const artifact = readJson(path.join(root, file));
    // Libraries that are compiled into contracts have nothing that could be called.
    if ((artifact["abi"] as unknown[]).length === 0) continue;
    write(file, JSON.stringify(Object.fromEntries(ARTIFACT_FIELDS.map((field) => [field, artifact[field]]))));
  }
}

/** The README of the package, and the documents that it links to. */
function copyDocuments(): void {
  const readme = readFileSync(path.join(sdk, "README.md"), "utf8");
  for (const [, file] of readme.matchAll(/\]\(\.\.\/\.\.\/([^)#]+)/g))
    cpSync(path.join(root, file!), path.join(dist, file!), { recursive: true });
  write("README.md", readme.replaceAll("](../../", "]("));
}

/** A module, and its types, as `import` or `require` finds them. */
function condition(kind: "esm" | "cjs", file: string) {
  const module = `./${kind}/packages/sdk/src/${file}`;
  return { types: `${module}.d.ts`, default: `${module}.js` };
}

function manifest(): object {
  const { private: _private, exports: _sources, ...fields } = readJson(path.join(sdk, "package.json"));
  const exports = [
    ...Object.entries(MODULES).map(([name, file]) => {
      return [name, { import: condition("esm", file), require: condition("cjs", file) }] as const;
    }),
    ...FILES.map((file) => [file, file] as const),
  ];
  const { types, default: main } = condition("cjs", MODULES["."]);
  return {
    ...fields,
    publishConfig: { access: "public" },
    sideEffects: false,
    main,
    types,
    exports: Object.fromEntries<unknown>(exports),
  };
}

rmSync(dist, { recursive: true, force: true });
compile("esm");
compile("cjs", "--module", "commonjs", "--moduleResolution", "bundler", "--verbatimModuleSyntax", "false");
write("cjs/package.json", `${JSON.stringify({ type: "commonjs", sideEffects: false })}\n`);
for (const file of globSync("abi/*.json", { cwd: path.join(sdk, "src") }))
  cpSync(path.join(sdk, "src", file), path.join(dist, file));
for (const folder of ["contracts/interfaces", "contracts/types"])
  cpSync(path.join(root, folder), path.join(dist, folder), { recursive: true });
copyArtifacts();
copyDocuments();
cpSync(path.join(root, "LICENSE"), path.join(dist, "LICENSE"));
write("package.json", `${JSON.stringify(manifest(), null, 2)}\n`);
