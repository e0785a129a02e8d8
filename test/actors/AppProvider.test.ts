import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

import { expect } from "chai";
import { toUtf8String } from "ethers";
import { network } from "hardhat";

import { App__factory } from "../../typechain-types/index.js";
import { AppProvider } from "@poco-marketplace/cli/demo/actors/AppProvider.js";
import { PocoRevertError } from "@poco-marketplace/sdk/chain/errors.js";
import { connectContracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { OrderKind, hashOrder } from "@poco-marketplace/sdk/index.js";
import { addressOf } from "../fixtures/addresses.js";
import { programFolder } from "../fixtures/program.js";
import { rejection } from "../fixtures/rejection.js";
import { scenes } from "../fixtures/scenes.js";

const connection = await network.create();
const { networkHelpers } = connection;
const { freshWorld } = scenes(connection);

async function provider() {
  const world = await freshWorld();
  const contracts = await connectContracts(world.manifest.poco, world.cast.owner);
  return { ...world, contracts, provider: new AppProvider(contracts, world.cast.appProvider) };
}

describe("An app provider", () => {
  let programs: Awaited<ReturnType<typeof programFolder>>;
  let path: string;

  before(async () => {
    programs = await programFolder();
    path = await programs.write("count.mjs", "// counts");
  });
  after(() => programs.remove());

  it("registers a program under the checksum of its file", async () => {
    const { cast, provider: actor, appRegistry } = await networkHelpers.loadFixture(provider);

    const { app, checksum, receipt } = await actor.publish("count", path);

    const contract = App__factory.connect(app, cast.anyone);
    const sha256 = createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
    expect(checksum).to.equal(`0x${sha256}`);
    expect(await contract.m_appChecksum()).to.equal(checksum);
    expect(await contract.m_appName()).to.equal("count");
    expect(await contract.m_appType()).to.equal("PROGRAM");
    expect(toUtf8String(await contract.m_appMultiaddr())).to.equal("count.mjs");
    expect(await contract.owner()).to.equal(cast.appProvider.address);
    expect(await appRegistry.isRegistered(app)).to.equal(true);
    expect(receipt.from).to.equal(cast.appProvider.address);
  });

  it("cannot register the same twice, and is told why", async () => {
    const { provider: actor } = await networkHelpers.loadFixture(provider);
    await actor.publish("count", path);

    const { reason } = await rejection(actor.publish("count", path), PocoRevertError);

    expect(reason).to.equal("AssetAlreadyExists");
  });

  it("signs offers that the hub takes for its own", async () => {
    const { poco, cast, contracts, provider: actor } = await networkHelpers.loadFixture(provider);

    const { sign, ...order } = await actor.offer({ app: addressOf(9), appprice: 5, volume: 7 });

    expect(order).to.include({ app: addressOf(9), appprice: 5n, volume: 7n });
    const hash = hashOrder(OrderKind.APP, order, contracts.domain);
    expect(await poco.verifySignature(cast.appProvider, hash, sign)).to.equal(true);
  });
});
