import { generateKeyPairSync, randomBytes } from "node:crypto";

import { expect } from "chai";
import type { IExec } from "iexec";

import { accountOf, clientOf, newcomerAt, theNetwork, type RunningNetwork } from "./network.js";

const CHECKSUM = `0x${"5b".repeat(32)}`;

describe("The official client, of secrets,", () => {
  let network: RunningNetwork;
  let developer: IExec;
  let requester: IExec;
  let stranger: IExec;

  before(async () => {
    network = await theNetwork();
    developer = clientOf(network, "app developer");
    requester = clientOf(network, "requester");
    stranger = clientOf(network, "beneficiary");
  });

  const addressOf = (role: string) => accountOf(network, role).address;

  it("pushes the key of a dataset, once, as its owner only", async () => {
    const { address } = await developer.dataset.deployDataset({
      owner: addressOf("app developer"),
      name: `secret numbers ${randomBytes(4).toString("hex")}`,
      multiaddr: "/p2p/QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ",
      checksum: CHECKSUM,
    });
    const key = developer.dataset.generateEncryptionKey();

    expect(await developer.dataset.checkDatasetSecretExists(address)).to.equal(false);
    expect(await refusalOf(stranger.dataset.pushDatasetSecret(address, key))).to.be.an("error");
    expect(await developer.dataset.pushDatasetSecret(address, key)).to.equal(true);
    expect(await developer.dataset.checkDatasetSecretExists(address)).to.equal(true);
    const again = await refusalOf(developer.dataset.pushDatasetSecret(address, key));
    expect(again.message).to.contain("already exists");
  });

  it("pushes the secret of an app, once", async () => {
    const { address } = await developer.app.deployApp({
      owner: addressOf("app developer"),
      name: `secretive ${randomBytes(4).toString("hex")}`,
      type: "DOCKER",
      multiaddr: "registry.example/secretive:1.0.0",
      checksum: CHECKSUM,
    });

    expect(await developer.app.checkAppSecretExists(address)).to.equal(false);
    expect(await developer.app.pushAppSecret(address, "key of a mail service")).to.equal(true);
    expect(await developer.app.checkAppSecretExists(address)).to.equal(true);
    expect((await refusalOf(developer.app.pushAppSecret(address, "another"))).message).to.contain("already exists");
  });

  it("pushes secrets of a requester by name", async () => {
    const name = randomBytes(16).toString("hex");

    expect(await requester.secrets.checkRequesterSecretExists(addressOf("requester"), name)).to.equal(false);
    expect(await requester.secrets.pushRequesterSecret(name, "hush")).to.deep.equal({ isPushed: true });
    expect(await requester.secrets.checkRequesterSecretExists(addressOf("requester"), name)).to.equal(true);
    expect((await refusalOf(requester.secrets.pushRequesterSecret(name, "hush!"))).message).to.contain(
      "already exists",
    );
  });

  it("pushes and replaces the key that results are encrypted with", async () => {
    const { client, address } = newcomerAt(network);
    const [first, second] = [publicKeyPem(), publicKeyPem()];

    expect(await client.result.pushResultEncryptionKey(first)).to.deep.equal({ isPushed: true, isUpdated: false });
    expect(await client.result.checkResultEncryptionKeyExists(address)).to.equal(true);
    expect((await refusalOf(client.result.pushResultEncryptionKey(second))).message).to.contain("already exists");
    const replaced = await client.result.pushResultEncryptionKey(second, { forceUpdate: true });
    expect(replaced).to.deep.equal({ isPushed: true, isUpdated: true });
  });

  it("pushes the token of a storage", async () => {
    const { client, address } = newcomerAt(network);

    expect(await client.storage.checkStorageTokenExists(address, "dropbox")).to.equal(false);
    await client.storage.pushStorageToken("a token", "dropbox");
    expect(await client.storage.checkStorageTokenExists(address, "dropbox")).to.equal(true);
  });

  it("says that a secret is too large", async () => {
    const error = await refusalOf(requester.secrets.pushRequesterSecret("large", "x".repeat(4097)));
    expect(error.message).to.contain("413");
  });
});

async function refusalOf(attempt: Promise<unknown>): Promise<Error> {
  try {
    await attempt;
  } catch (error) {
    return error as Error;
  }
  throw new Error("it was not refused");
}

function publicKeyPem(): string {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 4096 });
  return publicKey.export({ type: "spki", format: "pem" }).toString();
}
