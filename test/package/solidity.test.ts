/** The Solidity of the package, for people who write callbacks, and the compiled contracts. */
import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

import { expect } from "chai";

import { installSdk, name, root, type Project } from "./installedSdk.js";

interface Artifact {
  readonly abi: readonly unknown[];
  readonly bytecode: string;
  readonly deployedBytecode: string;
}

interface Compiler {
  compile(input: string, callbacks: { import(file: string): { contents: string } | { error: string } }): string;
}

/** The compilers of the contracts, and the oldest that the interfaces are for, as their pragma says. */
type CompilerName = "solc" | "solc-0.8.20";

const require = createRequire(import.meta.url);

/** Compiles a file that imports from the project's packages, as Hardhat and Foundry's remappings find them. */
function compile(project: Project, content: string, compiler: CompilerName = "solc") {
  const solc = require(compiler) as Compiler;
  const input = {
    language: "Solidity",
    sources: { "Callback.sol": { content } },
    settings: { outputSelection: { "*": { "*": ["evm.bytecode.object"] } } },
  };
  const folders = [path.join(project.folder, "node_modules"), path.join(root, "node_modules")];
  const read = (file: string) => {
    const folder = folders[file.startsWith(`${name}/`) ? 0 : 1]!;
    try {
      return { contents: readFileSync(path.join(folder, file), "utf8") };
    } catch (error) {
      return { error: String(error) };
    }
  };
  return JSON.parse(solc.compile(JSON.stringify(input), { import: read })) as {
    readonly errors?: readonly { readonly formattedMessage: string }[];
    readonly contracts: Record<string, Record<string, { evm: { bytecode: { object: string } } }>>;
  };
}

describe("The Solidity of the package", () => {
  let project: Project;

  before(async () => {
    ({ project } = await installSdk());
  });

  it("is enough for a callback: that of the README compiles", () => {
    const [, source] = /^```solidity\n([\s\S]*?)^```/m.exec(project.read(`node_modules/${name}/README.md`))!;
    const { errors, contracts } = compile(project, source!);
    expect(errors ?? []).to.deep.equal([]);
    expect(contracts["Callback.sol"]!["Oracle"]!.evm.bytecode.object).to.match(/^60/);
  });

  it("compiles with the oldest compiler that it names, all of it", () => {
    const folder = path.join(project.folder, "node_modules", name);
    const files = globSync("contracts/**/*.sol", { cwd: folder });
    expect(files.length).to.be.greaterThan(40);
    const imports = files.map((file) => `import "${name}/${file}";`).join("\n");

    const source = `// SPDX-License-Identifier: Apache-2.0\npragma solidity 0.8.20;\n${imports}\n`;
    expect(compile(project, source, "solc-0.8.20").errors ?? []).to.deep.equal([]);
  });

  it("comes with contracts that can be deployed as they are, and nothing of the machine that compiled them", () => {
    for (const contract of ["Poco", "token/Rlc", "bundles/WorkBundle", "attestation/TeeBroker"]) {
      const file = `contracts/${contract}.sol/${path.basename(contract)}.json`;
      const published = project.readJson(`node_modules/${name}/artifacts/${file}`);
      const compiled = JSON.parse(readFileSync(path.join(root, "artifacts", file), "utf8")) as Artifact;
      const { abi, bytecode, deployedBytecode } = compiled;
      expect(published, contract).to.deep.include({ abi, bytecode, deployedBytecode });
      expect(published).not.to.have.property("buildInfoId");
    }
  });
});
