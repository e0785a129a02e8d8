import { expect } from "chai";
import { network } from "hardhat";

import { readParameters } from "../../deploy/parameters.js";
import embedded from "../../deploy/parameters/embedded.json" with { type: "json" };
import { faultsOf, readBack } from "../../deploy/selfCheck.js";
import { readManifest, type Address } from "@poco-marketplace/sdk/index.js";
import { IDataProtector__factory } from "../../typechain-types/index.js";
import { createWorld, type World } from "../fixtures/world.js";

const connection = await network.create();
const { networkHelpers } = connection;

const protecting = () => createWorld(connection, { parameters: { dataProtector: true } });
const plain = () => createWorld(connection);

/** What is not as it was asked for. */
async function subjects({ manifest, accounts }: World, dataProtector: boolean) {
  const parameters = { ...readParameters(embedded), dataProtector };
  const findings = await readBack(connection, { manifest, parameters, deployer: accounts.owner.address as Address });
  return faultsOf(findings).map(({ subject }) => subject);
}

describe("A hub deployed with a data protector", () => {
  it("has it in its manifest, registering with the hub's datasets", async () => {
    const world = await networkHelpers.loadFixture(protecting);
    const { manifest, accounts } = world;
    const protector = IDataProtector__factory.connect(manifest.dataProtector!, accounts.anyone);

    expect(await subjects(world, true)).to.deep.equal([]);
    expect(readManifest(JSON.parse(JSON.stringify(manifest)))).to.deep.equal(manifest);
    const fields = [accounts.anyone.address, "n", "0x", `0x${"11".repeat(32)}`] as const;
    const dataset = await world.datasetRegistry.predictDataset(...fields);
    const [owner, name, ...rest] = fields;
    await expect(protector.createDatasetWithSchema(owner, name, "{}", ...rest))
      .to.emit(protector, "DatasetSchema")
      .withArgs(dataset, "{}");
  });

  it("is told apart from one without, and from one whose datasets go elsewhere", async () => {
    const { manifest, ...world } = await networkHelpers.loadFixture(protecting);
    expect(await subjects({ ...world, manifest }, false)).to.deep.equal(["data protector"]);
    const elsewhere = { ...manifest, datasetRegistry: manifest.appRegistry };
    expect(await subjects({ ...world, manifest: elsewhere }, true)).to.include("registry of the data protector");

    const without = await networkHelpers.loadFixture(plain);
    expect(without.manifest).not.to.have.property("dataProtector");
    expect(await subjects(without, true)).to.deep.equal(["data protector"]);
  });

  it("is not deployed for what is neither yes nor no", () => {
    const parameters = { ...embedded, dataProtector: "yes" };
    expect(() => readParameters(parameters)).to.throw('dataProtector should be true or false, but is "yes".');
  });
});
