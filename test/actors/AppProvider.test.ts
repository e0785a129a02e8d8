import { expect } from "chai";
import { getBytes } from "ethers";
import { network } from "hardhat";

import { App__factory } from "../../typechain-types/index.js";
import { AppProvider } from "@poco-marketplace/cli/demo/actors/AppProvider.js";
import { PocoRevertError } from "@poco-marketplace/sdk/chain/errors/decodeRevert.js";
import { connectContracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { OrderKind, hashOrder } from "@poco-marketplace/sdk/index.js";
import { measureApp } from "@poco-marketplace/enclave/app/measurement.js";
import { appOfModule } from "@poco-marketplace/enclave/app/moduleApp.js";
import { packageChecksum } from "@poco-marketplace/enclave/app/package.js";
import { decodeMultiaddr } from "@poco-marketplace/sdk/protect/multiaddr.js";
import { addressOf } from "../fixtures/addresses.js";
import { openMemoryStore } from "../fixtures/memoryStore.js";
import { rejection } from "../fixtures/rejection.js";
import { scenes } from "../fixtures/scenes.js";

const connection = await network.create();
const { networkHelpers } = connection;
const { freshWorld } = scenes(connection);

async function provider() {
  const world = await freshWorld();
  const contracts = await connectContracts(world.manifest.poco, world.accounts.owner);
  const store = openMemoryStore();
  return { ...world, contracts, store, provider: new AppProvider(contracts, world.accounts.appProvider, store) };
}

describe("An app provider", () => {
  const published = appOfModule("count.mjs", Buffer.from("// counts"));

  it("registers where the app's package is, its checksum, and what it measures", async () => {
    const { accounts, provider: actor, appRegistry, store } = await networkHelpers.loadFixture(provider);

    const { app, cid, checksum, receipt } = await actor.publish("count", published);

    const contract = App__factory.connect(app, accounts.anyone);
    expect(packageChecksum(await store.get(cid))).to.equal(checksum);
    expect(await contract.m_appChecksum()).to.equal(checksum);
    expect(await contract.m_appName()).to.equal("count");
    expect(await contract.m_appType()).to.equal("PROGRAM");
    expect(decodeMultiaddr(getBytes(await contract.m_appMultiaddr()))).to.equal(cid);
    expect(await contract.m_appMREnclave()).to.equal(measureApp(published).mrEnclave);
    expect(await contract.owner()).to.equal(accounts.appProvider.address);
    expect(await appRegistry.isRegistered(app)).to.equal(true);
    expect(receipt.from).to.equal(accounts.appProvider.address);
  });

  it("cannot register the same twice, and is told why", async () => {
    const { provider: actor } = await networkHelpers.loadFixture(provider);
    await actor.publish("count", published);

    const { reason } = await rejection(actor.publish("count", published), PocoRevertError);

    expect(reason).to.equal("AssetAlreadyExists");
  });

  it("signs offers that the hub takes for its own", async () => {
    const { poco, accounts, contracts, provider: actor } = await networkHelpers.loadFixture(provider);

    const { sign, ...order } = await actor.offer({ app: addressOf(9), appprice: 5, volume: 7 });

    expect(order).to.include({ app: addressOf(9), appprice: 5n, volume: 7n });
    const hash = hashOrder(OrderKind.APP, order, contracts.domain);
    expect(await poco.verifySignature(accounts.appProvider, hash, sign)).to.equal(true);
  });
});
