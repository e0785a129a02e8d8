/** Programs of others that use the package: the examples, and what its README shows, run against a chain. */
import { cpSync } from "node:fs";
import path from "node:path";

import { expect } from "chai";

import { IPoco__factory } from "../../typechain-types/index.js";
import { startChain, type ChainServer } from "../fixtures/chainServer.js";
import { name, projectWith, root, type Project } from "./installedSdk.js";

describe("A client of the package", () => {
  let project: Project;
  let chain: ChainServer;
  let hub: string;

  before(async () => {
    project = await projectWith({ ethers: "ethers", viem: "viem", "@types/node": "@types/node" });
    for (const file of ["tsconfig.json", "ethersClient.ts", "viemClient.ts"])
      cpSync(path.join(root, "examples/clients", file), path.join(project.folder, file));
    chain = await startChain();
  });

  after(() => chain.close());

  /** What one of the clients prints. */
  async function answerOf(client: string, ...args: readonly string[]): Promise<unknown> {
    return JSON.parse(await project.run(process.execPath, `${client}.js`, chain.url, ...args));
  }

  it("type-checks in strict mode, with ethers and with viem", async () => {
    expect(await project.complaints()).to.deep.equal([]);
  });

  it("with ethers can deploy, deposit, sign and read a refusal", async () => {
    const answer = (await answerOf("ethersClient")) as { hub: string; refusal: string };
    hub = answer.hub;

    expect(answer).to.deep.include({ deposited: "25.5", isSigned: true });
    expect(answer.refusal).to.include("25.5 RLC").and.to.include("26 RLC").and.to.include("0.5 RLC are missing.");
  });

  it("with viem can deposit, sign and read a refusal", async () => {
    const answer = (await answerOf("viemClient", hub)) as { refusal: string; functions: number };

    expect(answer).to.deep.include({ deposited: "1.5", isSigned: true });
    expect(answer.refusal).to.match(/^No category has this id.*99/);
    const { fragments } = IPoco__factory.createInterface();
    expect(answer.functions).to.equal(fragments.filter(({ type }) => type === "function").length);
  });

  for (const ethers of ["ethers", "ethers-lowest"]) {
    it(`that was copied from the README's quick start prints what the README says, with ${ethers}`, async () => {
      const own = await projectWith({ ethers });
      const readme = own.read(`node_modules/${name}/README.md`);
      const [, program] = /## Quick start[\s\S]*?^```ts\n([\s\S]*?)^```/m.exec(readme)!;
      const filled = program!
        .replace("http://127.0.0.1:8545", chain.url)
        .replaceAll(/"0x…[^"]*"/g, `"${hub}"`)
        // The account has no tokens left; where the README is read, it has.
        .replace("await sendAndWait(", 'await sendAndWait(token.faucet(parseRlc("2.5")));\nawait sendAndWait(');
      own.write("quickStart.mjs", `${filled}\nprocess.exit(0);`);

      const printed = (await own.run(process.execPath, "quickStart.mjs")).trim().split("\n");
      expect(printed).to.have.length(3);
      expect(printed[0]).to.match(/^Deposited: \d+(\.\d+)? RLC\.$/);
      expect(printed[1]).to.match(/^Signed: 0x[0-9a-f]{130}\.$/);
      const [, refusal] = /The last line prints `0x…([^`]*) until …`/.exec(readme)!;
      const [, balance] = /Deposited: (.*) RLC/.exec(printed[0]!)!;
      expect(printed[2]).to.include(refusal!.replace("2.5", balance!));
    });
  }
});
