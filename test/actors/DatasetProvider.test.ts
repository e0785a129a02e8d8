import { expect } from "chai";
import { getBytes } from "ethers";
import { network } from "hardhat";

import { Dataset__factory } from "../../typechain-types/index.js";
import { DatasetProvider } from "@poco-marketplace/cli/demo/actors/DatasetProvider.js";
import { connectContracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { OrderKind, hashOrder } from "@poco-marketplace/sdk/index.js";
import { decodeMultiaddr } from "@poco-marketplace/sdk/protect/multiaddr.js";
import { checksumOf } from "@poco-marketplace/sdk/protect/encryptData.js";
import { unprotectData } from "@poco-marketplace/sdk/protect/unprotect.js";
import { addressOf } from "../fixtures/addresses.js";
import { scenes } from "../fixtures/scenes.js";
import { openMemoryStore } from "../fixtures/memoryStore.js";
import { openMemoryVault } from "../fixtures/memoryVault.js";

const connection = await network.create();
const { networkHelpers } = connection;
const { freshWorld } = scenes(connection);
const FILE = Buffer.from("name,age\nAda,36\n");

describe("A dataset provider", () => {
  const store = openMemoryStore();

  async function provider() {
    const world = await networkHelpers.loadFixture(freshWorld);
    const contracts = await connectContracts(world.manifest.poco, world.accounts.owner);
    const vault = openMemoryVault();
    return {
      ...world,
      contracts,
      vault,
      provider: new DatasetProvider(contracts, world.accounts.datasetProvider, { store, vault }),
    };
  }

  it("registers where the encrypted data is, and its checksum", async () => {
    const { accounts, provider: actor, datasetRegistry } = await provider();

    const { dataset, cid, checksum, schema } = await actor.publish("people", FILE);

    const contract = Dataset__factory.connect(dataset, accounts.anyone);
    const stored = await store.get(cid);
    expect(decodeMultiaddr(getBytes(await contract.m_datasetMultiaddr()))).to.equal(cid);
    expect(await contract.m_datasetChecksum()).to.equal(checksum);
    expect(checksumOf(stored)).to.equal(checksum);
    expect(Buffer.from(stored).includes(FILE)).to.equal(false);
    expect(await contract.m_datasetName()).to.equal("people");
    expect(await datasetRegistry.ownerOf(BigInt(dataset))).to.equal(accounts.datasetProvider.address);
    expect(Object.keys(schema)).to.deep.equal(["file"]);
  });

  it("pushes the key that opens it, for enclaves", async () => {
    const { provider: actor, vault } = await provider();
    const { dataset, cid, checksum, schema } = await actor.publish("people", FILE);

    const key = vault.read({ kind: "dataset", dataset });

    const encrypted = await store.get(cid);
    const opened = await unprotectData({ encrypted, key: key!, checksum }, schema);
    expect(Buffer.from(opened["file"] as Uint8Array)).to.deep.equal(FILE);
  });

  it("signs offers that the hub takes for its own", async () => {
    const { poco, accounts, contracts, provider: actor } = await provider();

    const { sign, ...order } = await actor.offer({ dataset: addressOf(9), datasetprice: 5 });

    const hash = hashOrder(OrderKind.DATASET, order, contracts.domain);
    expect(await poco.verifySignature(accounts.datasetProvider, hash, sign)).to.equal(true);
    expect(await poco.verifySignature(accounts.appProvider, hash, sign)).to.equal(false);
  });
});
