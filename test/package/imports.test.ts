/** The modules of the package, from everywhere that one may import them. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

import { expect } from "chai";

import { leaveOut } from "../fixtures/leftOut.js";
import { installSdk, name, projectWith, type Project } from "./installedSdk.js";

/** A Node 20 that the machine has besides ours, if it has one. */
const NODE_20 = ["/usr/local/bin/node", "/usr/bin/node"].find(
  (node) => existsSync(node) && execFileSync(node, ["--version"]).toString().startsWith("v20."),
);

const MODULES = ["", "/protocol", "/client", "/abi", "/typechain"].map((path) => `${name}${path}`);

const BODY = `
  const has = (abi, name) => abi.some((item) => item.type === "function" && item.name === name);
  console.log(JSON.stringify([
    sdk.formatRlc(sdk.parseRlc("1.5")), protocol.parseRlc === sdk.parseRlc || protocol.parseRlc("1").toString(),
    typeof client.SecretsClient, has(abi.teeBrokerAbi, "registry"), has(abi.quoteVerifierAbi, "fly"),
    has(json, "setTcbMinimum"), artifact.deployedBytecode.startsWith("0x60"), typechain.Poco__factory.bytecode.length > 1000,
  ]));`;
const ANSWER = ["1.5", true, "function", true, false, true, true, true];

const names = ["sdk", "protocol", "client", "abi", "typechain"];
const jsons = { json: `${name}/abi/platformRegistry.json`, artifact: `${name}/artifacts/contracts/Poco.sol/Poco.json` };
const imports = [
  ...MODULES.map((module, index) => `import * as ${names[index]} from "${module}";`),
  ...Object.entries(jsons).map(([as, file]) => `import ${as} from "${file}" with { type: "json" };`),
];
const requires = [
  ...MODULES.map((module, index) => `const ${names[index]} = require("${module}");`),
  ...Object.entries(jsons).map(([as, file]) => `const ${as} = require("${file}");`),
];

/** What a program in TypeScript does with types: those that callers lean on are as exact as TypeChain's. */
const TYPED = `
import { JsonRpcProvider, type Signer } from "ethers";
import { PocoRevertError, buildOrder, connectContracts, findEvent, sendAndWait, type Contracts, type Hex } from "${name}";
import { hashOrder, type OrderDomain } from "${name}/protocol";
import { SecretsClient } from "${name}/client";
import { pocoAbi } from "${name}/abi";
import { IPoco__factory, type AppRegistry, type IPoco } from "${name}/typechain";

export async function use(signer: Signer, dealId: Hex): Promise<[bigint, Hex]> {
  const contracts: Contracts = await connectContracts("0x0000000000000000000000000000000000000001", signer);
  const hub: IPoco = contracts.hub;
  const apps: AppRegistry = contracts.apps;
  const domain: OrderDomain = contracts.domain;
  const { taskid } = await findEvent(await sendAndWait(hub.initialize(dealId, 0n)), { contract: hub, event: "TaskInitialize" });
  const order = buildOrder("app", { app: domain.verifyingContract, appprice: 1n, volume: 1 });
  const other: IPoco = IPoco__factory.connect(taskid, new JsonRpcProvider());
  const name: "AllowanceTooLarge" = pocoAbi[0].name;
  const error = new Error();
  if (error instanceof PocoRevertError && error.is("TaskStillRunning")) return [error.args.finalDeadline, dealId];
  // @ts-expect-error -- There is no such function.
  hub.fly;
  void [apps, other, name, SecretsClient];
  return [await hub.balanceOf(signer), hashOrder("app", order, domain)];
}
`;

const RESOLUTIONS = [
  { module: "node16", moduleResolution: "node16", files: ["types.mts", "types.cts"] },
  { module: "nodenext", moduleResolution: "nodenext", files: ["types.mts", "types.cts"] },
  { module: "esnext", moduleResolution: "bundler", files: ["types.mts"] },
];

for (const { ethers, install, resolutions } of [
  { ethers: "newest", install: async () => (await installSdk()).project, resolutions: RESOLUTIONS },
  // How modules are found does not depend on ethers; whether their types agree does.
  { ethers: "lowest", install: () => projectWith({ ethers: "ethers-lowest" }), resolutions: RESOLUTIONS.slice(1, 2) },
]) {
  describe(`The package with the ${ethers} ethers`, () => {
    let project: Project;

    before(async () => {
      project = await install();
      project.write("modules.mjs", `${imports.join("\n")}${BODY}`);
      project.write("modules.cjs", `${requires.join("\n")}${BODY}`);
      for (const file of ["types.mts", "types.cts"]) project.write(file, TYPED);
    });

    it("is imported by an ES module and required by CommonJS", async () => {
      expect(JSON.parse(await project.run(process.execPath, "modules.mjs"))).to.deep.equal(ANSWER);
      expect(JSON.parse(await project.run(process.execPath, "modules.cjs"))).to.deep.equal(ANSWER);
    });

    it("is so on Node 20", async function () {
      const node = NODE_20 ?? leaveOut(this, "Node 20");
      expect(JSON.parse(await project.run(node, "modules.mjs"))).to.deep.equal(ANSWER);
      expect(JSON.parse(await project.run(node, "modules.cjs"))).to.deep.equal(ANSWER);
    });

    for (const { module, moduleResolution, files } of resolutions) {
      it(`type-checks in strict mode with moduleResolution ${moduleResolution}`, async () => {
        const options = ["--module", module, "--moduleResolution", moduleResolution, "--target", "es2022", "--strict"];
        const complaints = await project.complaints("--noEmit", "--ignoreConfig", "--types", "", ...options, ...files);
        // The types of Node that the lowest ethers brings are older than the compiler.
        expect(complaints.filter((line) => !/@types\/node/.test(line))).to.deep.equal([]);
      });
    }
  });
}
