/**
 * Builds the command `poco` as it is installed, into `dist/`: compiled modules of all packages, in the folders that they have in
 * the repository, the compiled contracts, the templates, and a `package.json` with what the modules import. Run
 * `npm run build` before, which compiles the contracts.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";

import { importsOf } from "../../scripts/checks/imports.js";

const cli = import.meta.dirname;
const root = path.join(cli, "..", "..");
const dist = path.join(cli, "dist");

/** The start of the specifier of one of our own modules. */
const OWN = /(["'])@poco-marketplace\/(\w+)\/([^"']+)\1/g;
/** What no module imports by name: the plugins of `hardhat.config.js`, and the Node that runs `poco` on machines with an old one. */
const FURTHER = [
  "@nomicfoundation/hardhat-ethers",
  "@nomicfoundation/hardhat-ignition",
  "@nomicfoundation/hardhat-network-helpers",
  "node",
];

/** Hardhat runs embedded chains with contracts that are compiled, so it needs no compiler. */
const HARDHAT_CONFIG = `import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import hardhatIgnition from "@nomicfoundation/hardhat-ignition";
import hardhatNetworkHelpers from "@nomicfoundation/hardhat-network-helpers";
import { defineConfig } from "hardhat/config";

export default defineConfig({
  plugins: [hardhatEthers, hardhatIgnition, hardhatNetworkHelpers],
  paths: { ignition: "deploy" },
  networks: { embedded: { type: "edr-simulated" } },
});
`;

/** Any Node since 2015 can run this: it hands over to the Node of the package \`node\` if it is too old itself. */
const BIN = `#!/usr/bin/env node
"use strict";
var path = require("path");
var version = process.versions.node.split(".").map(Number);
var isNew = version[0] > 22 || (version[0] === 22 && version[1] >= 13);
process.env.HARDHAT_CONFIG = path.join(__dirname, "..", "hardhat.config.js");
if (isNew) import("../packages/cli/src/poco.js");
else {
  var node = path.join(path.dirname(require.resolve("node/package.json")), "bin", "node");
  var args = [__filename].concat(process.argv.slice(2));
  var child = require("child_process").spawn(node, args, { stdio: "inherit" });
  ["SIGINT", "SIGTERM", "SIGHUP"].forEach(function (signal) {
    // The child gets it, too, and says how it ends.
    process.on(signal, function () {
      child.kill(signal);
    });
  });
  child.on("error", function (error) {
    console.error("poco needs Node 22.13 or later, and that of the package node does not start: " + error.message + ".");
    process.exit(2);
  });
  child.on("exit", function (code, signal) {
    process.exit(signal ? 1 : code);
  });
}
`;

function readJson(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
}

function writeJson(file: string, object: object): void {
  mkdirSync(path.dirname(path.join(dist, file)), { recursive: true });
  writeFileSync(path.join(dist, file), `${JSON.stringify(object)}\n`);
}

/** Makes imports of our own packages relative, since they are not installed; returns the packages that are imported. */
function linkModules(): Set<string> {
  const imported = new Set(FURTHER);
  for (const file of globSync("**/*.js", { cwd: dist })) {
    const text = readFileSync(path.join(dist, file), "utf8").replaceAll(
      OWN,
      (_, quote: string, name: string, module: string) => {
        const target = path.posix.relative(path.posix.dirname(file), `packages/${name}/src/${module}`);
        return `${quote}${target.startsWith(".") ? target : `./${target}`}${quote}`;
      },
    );
    writeFileSync(path.join(dist, file), text);
    for (const { name } of importsOf(text)) {
      const from = name
        .split("/")
        .slice(0, name.startsWith("@") ? 2 : 1)
        .join("/");
      if (!/^[./]|^data:/.test(name) && !isBuiltin(name) && from !== "tsx") imported.add(from);
    }
  }
  return imported;
}

/** Copies the compiled contracts, and which compiler they are from; not the sources and all that it wrote about them. */
function copyArtifacts(): void {
  const builds = new Set<string>();
  for (const file of globSync("artifacts/contracts/**/*.json", { cwd: root })) {
    const artifact = readJson(path.join(root, file));
    builds.add(artifact["buildInfoId"] as string);
    writeJson(file, artifact);
  }
  for (const id of builds) {
    const { _format, solcVersion, solcLongVersion } = readJson(path.join(root, `artifacts/build-info/${id}.json`));
    writeJson(`artifacts/build-info/${id}.json`, { _format, id, solcVersion, solcLongVersion });
  }
}

/** The versions of all packages that the repository names. */
function versions(): Record<string, string> {
  const files = ["package.json", ...globSync("packages/*/package.json", { cwd: root })];
  const lists = files.map((file) => {
    const { dependencies, devDependencies } = readJson(path.join(root, file)) as Record<string, Record<string, string>>;
    return { ...dependencies, ...devDependencies };
  });
  return Object.assign({}, ...lists) as Record<string, string>;
}

function manifest(imported: ReadonlySet<string>): object {
  const {
    private: _private,
    exports: _exports,
    devDependencies: _dev,
    bin: _bin,
    ...fields
  } = readJson(path.join(cli, "package.json"));
  const known = versions();
  const dependencies = [...imported].toSorted().map((name) => {
    const version = known[name];
    if (version === undefined) throw new Error(`The repository names no version of ${name}, which a module imports.`);
    return [name, version] as const;
  });
  return {
    ...fields,
    type: "module",
    bin: { poco: "bin/poco.cjs" },
    engines: {},
    dependencies: Object.fromEntries(dependencies),
  };
}

rmSync(dist, { recursive: true, force: true });
execFileSync(path.join(root, "node_modules/.bin/tsc"), ["-p", path.join(cli, "tsconfig.build.json")], {
  stdio: "inherit",
});
const imported = linkModules();
cpSync(path.join(cli, "templates"), path.join(dist, "packages/cli/templates"), { recursive: true });
for (const name of ["sdk", "enclave"]) {
  const { version, type } = readJson(path.join(root, `packages/${name}/package.json`));
  writeFileSync(
    path.join(dist, `packages/${name}/package.json`),
    `${JSON.stringify({ version, type })}
`,
  );
}
copyArtifacts();
// What the demo runs, on what.
const example = "examples/describe-table";
cpSync(path.join(root, example, "app"), path.join(dist, example, "app"), { recursive: true });
const table = "gapminder-health-income.csv";
cpSync(path.join(root, "node_modules/vega-datasets/data", table), path.join(dist, example, table));
writeFileSync(path.join(dist, "hardhat.config.js"), HARDHAT_CONFIG);
mkdirSync(path.join(dist, "bin"));
writeFileSync(path.join(dist, "bin/poco.cjs"), BIN);
chmodSync(path.join(dist, "bin/poco.cjs"), 0o755);
cpSync(path.join(cli, "README.md"), path.join(dist, "README.md"));
cpSync(path.join(root, "LICENSE"), path.join(dist, "LICENSE"));
writeFileSync(path.join(dist, "package.json"), `${JSON.stringify(manifest(imported), null, 2)}\n`);
