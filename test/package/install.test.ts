/** What an empty project gets when it installs the SDK. */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

import { expect } from "chai";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

import { installSdk, name, type Project } from "./installedSdk.js";

describe("The package, installed into an empty project", () => {
  let project: Project;
  let tarball: string;

  before(async () => {
    ({ project, tarball } = await installSdk());
  });

  it("brings at most 12 packages, itself and ethers among them", () => {
    const { packages } = project.readJson("node_modules/.package-lock.json") as { packages: Record<string, object> };
    const installed = Object.keys(packages);
    expect(installed).to.include.members([`node_modules/${name}`, "node_modules/ethers"]);
    expect(installed.length, installed.join(", ")).to.be.at.most(12);
  });

  it("goes with the project's own ethers, so that signers of one are signers of the other", () => {
    expect(existsSync(path.join(project.sdk, "node_modules"))).to.equal(false);
    const { dependencies, peerDependencies } = project.readJson(`node_modules/${name}/package.json`);
    expect(dependencies).not.to.have.property("ethers");
    expect(peerDependencies).to.have.property("ethers", "^6.5.0");
  });

  it("has modules, ABIs, Solidity, compiled contracts and documents, and nothing else", () => {
    const contents = ["LICENSE", "README.md", "abi", "artifacts", "cjs", "contracts", "docs", "esm", "package.json"];
    expect(readdirSync(project.sdk).toSorted()).to.deep.equal(contents);
    const files = readdirSync(project.sdk, { recursive: true }).map(String);
    expect(files.filter((file) => /(?<!\.d)\.ts$|\.test\./.test(file))).to.deep.equal([]);
  });

  it("is for Node 20 and later", () => {
    expect(project.readJson(`node_modules/${name}/package.json`)).to.deep.include({ engines: { node: ">=20" } });
  });

  it("has a README of its own, whose links lead somewhere", () => {
    const readme = project.read(`node_modules/${name}/README.md`);
    expect(readme)
      .to.match(new RegExp(`^# ${name}\n`))
      .and.include(`npm install ${name} ethers`);
    const links = [...readme.matchAll(/\]\((?![a-z]+:)([^)#]+)/g)].map(([, link]) => link!);
    expect(links).not.to.deep.equal([]);
    expect(links.filter((link) => !existsSync(path.join(project.sdk, link)))).to.deep.equal([]);
  });

  it("has nothing to complain of for publint", async () => {
    const { messages, pkg } = await publint({ pkgDir: project.sdk, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).to.deep.equal([]);
  });

  it("has types that are those of its modules, wherever they are imported from (attw)", async () => {
    // It fails when there is a problem, other than with the resolution that TypeScript gave up (node10).
    const { analysis } = JSON.parse(await project.run("attw", tarball, "--profile", "node16", "--format", "json")) as {
      analysis: { entrypoints: object };
    };
    expect(analysis.entrypoints).to.include.keys(".", "./protocol", "./client", "./abi", "./typechain");
  });
});
