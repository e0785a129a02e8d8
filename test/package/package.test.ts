/** The package as others get it: packed, installed into an empty project, compiled there, and run against a chain. */
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";

import { IPoco__factory } from "../../typechain-types/index.js";
import { startChain, type ChainServer } from "../fixtures/chainServer.js";

const run = promisify(execFile);
const root = path.join(import.meta.dirname, "..", "..");
const sdk = path.join(root, "packages", "sdk");
const { name } = JSON.parse(readFileSync(path.join(sdk, "package.json"), "utf8")) as { name: string };

describe("The package, installed into an empty project", () => {
  const project = mkdtempSync(path.join(tmpdir(), "poco-client-"));
  let chain: ChainServer;
  let hub: string;

  before(async () => {
    cpSync(path.join(root, "examples/clients"), project, { recursive: true });
    await run("npm", ["run", "build:package"], { cwd: root });
    await run("npm", ["pack", "--pack-destination", project, path.join(sdk, "dist")], { cwd: root });
    const tarball = readdirSync(project).find((file) => file.endsWith(".tgz"))!;
    await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", `./${tarball}`], { cwd: project });

    chain = await startChain();
  });

  after(async () => {
    await chain.close();
    rmSync(project, { recursive: true, force: true });
  });

  /** What one of the clients prints. */
  async function answerOf(client: string, ...args: readonly string[]): Promise<unknown> {
    const { stdout } = await run(process.execPath, [`${client}.js`, chain.url, ...args], { cwd: project });
    return JSON.parse(stdout);
  }

  it("brings what it exports and nothing else", () => {
    const contents = readdirSync(path.join(project, "node_modules", name));
    expect(contents).to.include.members(["abi", "packages", "package.json", "README.md", "LICENSE"]);
    expect(contents).not.to.include.members(["contracts"]).and.not.include.members(["test"]);
    const sources = readdirSync(path.join(project, "node_modules", name), { recursive: true });
    expect(sources.filter((file) => /(?<!\.d)\.ts$/.test(String(file)))).to.deep.equal([]);
  });

  it("goes with the project's own ethers, so that signers of one are signers of the other", () => {
    const installed = readdirSync(path.join(project, "node_modules"));
    expect(installed).to.include("ethers");
    const own = path.join(project, "node_modules", name, "node_modules");
    expect(existsSync(own) ? readdirSync(own) : []).to.not.include("ethers");
    const { peerDependencies } = JSON.parse(
      readFileSync(path.join(project, "node_modules", name, "package.json"), "utf8"),
    ) as { peerDependencies: object };
    expect(peerDependencies).to.deep.equal({ ethers: "^6.13.0" });
  });

  it("has the ABIs of the contracts that verify quotes, as modules and as JSON", async () => {
    const program = `
      import { teeBrokerAbi, platformRegistryAbi, quoteVerifierAbi } from "${name}/abi";
      import json from "${name}/abi/teeBroker.json" with { type: "json" };
      const has = (abi, name) => abi.some((item) => item.type === "function" && item.name === name);
      console.log(JSON.stringify([
        has(teeBrokerAbi, "registry"), has(json, "registry"), has(platformRegistryAbi, "setTcbMinimum"),
        has(quoteVerifierAbi, "registry"), has(quoteVerifierAbi, "fly"),
      ]));`;
    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", program], { cwd: project });
    expect(JSON.parse(stdout)).to.deep.equal([true, true, true, true, false]);
  });

  it("type-checks in strict mode, with ethers and with viem", async () => {
    const { stdout } = await run(path.join(root, "node_modules/.bin/tsc"), [], { cwd: project });
    expect(stdout).to.equal("");
  });

  it("lets an ethers client deploy, deposit, sign and read a refusal", async () => {
    const answer = (await answerOf("ethersClient")) as { hub: string; refusal: string };
    hub = answer.hub;

    expect(answer).to.deep.include({ deposited: "25.5", isSigned: true });
    expect(answer.refusal).to.include("25.5 RLC").and.to.include("26 RLC").and.to.include("0.5 RLC are missing.");
  });

  it("lets a viem client deposit, sign and read a refusal", async () => {
    const answer = (await answerOf("viemClient", hub)) as { refusal: string; functions: number };

    expect(answer).to.deep.include({ deposited: "1.5", isSigned: true });
    expect(answer.refusal).to.match(/^No category has this id.*99/);
    const { fragments } = IPoco__factory.createInterface();
    expect(answer.functions).to.equal(fragments.filter(({ type }) => type === "function").length);
  });
});
