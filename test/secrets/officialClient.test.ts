import { expect } from "chai";
import { network } from "hardhat";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { IExec } from "iexec";

import { buildParams } from "@poco-marketplace/sdk/index.js";
import { generateResultKeyPair } from "@poco-marketplace/sdk/protect/resultEncryption.js";
import { rejection } from "../fixtures/rejection.js";
import { makeEnclave, secretWorld, startService, type SecretWorld } from "../fixtures/secretService.js";

const connection = await network.create();

describe("The secret service, to the official client", () => {
  let world: SecretWorld;
  let service: Awaited<ReturnType<typeof startService>>;

  before(async () => {
    world = await secretWorld(connection);
    service = await startService(world);
  });
  after(() => service.stop());

  /** The client in the hands of somebody, who has one account. */
  function clientOf(signer: HardhatEthersSigner) {
    const { provider } = connection;
    const ethProvider = {
      request: async ({ method, params = [] }: { method: string; params?: unknown[] }): Promise<unknown> =>
        method === "eth_accounts" || method === "eth_requestAccounts"
          ? [signer.address.toLowerCase()]
          : provider.request({ method, params }),
    };
    return new IExec(
      { ethProvider: ethProvider as never },
      {
        hubAddress: world.manifest.poco,
        smsURL: service.url,
        allowExperimentalNetworks: true,
      },
    );
  }

  it("takes what it pushes, and an enclave gets all of that", async () => {
    const { accounts, assets } = world;
    const [requester, beneficiary] = [clientOf(accounts.requester), clientOf(accounts.beneficiary)];
    const { publicKey } = await generateResultKeyPair();
    expect(await clientOf(accounts.datasetProvider).dataset.pushDatasetSecret(assets.dataset, "a2V5")).to.equal(true);
    expect(await clientOf(accounts.appProvider).app.pushAppSecret(assets.app, "of the app")).to.equal(true);
    expect(await requester.secrets.pushRequesterSecret("my-key", "of the requester")).to.include({ isPushed: true });
    const { publicKey: old } = await generateResultKeyPair();
    const { result } = beneficiary;
    expect(await result.pushResultEncryptionKey(old)).to.deep.equal({ isPushed: true, isUpdated: false });
    expect(await result.pushResultEncryptionKey(publicKey, { forceUpdate: true })).to.deep.equal({
      isPushed: true,
      isUpdated: true,
    });
    expect(await requester.storage.pushStorageToken("of the storage", "dropbox")).to.include({ isPushed: true });

    const params = buildParams({ secrets: { 1: "my-key" }, resultEncryption: true, resultStorageProvider: "dropbox" });
    const { request, open } = await makeEnclave(world, { dealId: await world.makeDeal({ params }) });
    const session = await open((await service.sms.openSession(request, accounts.worker1)).session);

    expect(session.dataset?.key).to.equal("a2V5");
    expect(session.appSecret).to.equal("of the app");
    expect(session.requesterSecrets).to.deep.equal({ 1: "of the requester" });
    expect(session.resultKey?.trim()).to.equal(publicKey.trim());
    expect(session.storage).to.deep.equal({ provider: "dropbox", token: "of the storage" });
  });

  it("lets it check everything before it signs an order", async () => {
    const { accounts, assets } = world;
    const requester = clientOf(accounts.requester);
    const sign = async (params: Record<string, unknown>) => {
      const order = await requester.order.createRequestorder({
        app: assets.app,
        dataset: assets.dataset,
        category: 0,
        beneficiary: accounts.beneficiary.address,
        params,
      });
      return requester.order.signRequestorder(order);
    };
    const needs = {
      iexec_result_storage_provider: "dropbox",
      iexec_result_encryption: true,
      iexec_secrets: { 1: "my-key" },
    };

    expect(await sign(needs)).to.have.property("sign");
    const error = await rejection(sign({ ...needs, iexec_secrets: { 1: "nowhere" } }), Error);
    expect(error.message).to.include("nowhere").and.to.include("is not set");
  });

  it("tells it whose secret a dataset's is", async () => {
    const { accounts, assets } = world;
    const error = await rejection(clientOf(accounts.anyone).dataset.pushDatasetSecret(assets.dataset, "a2V5"), Error);

    expect(error.message).to.include(`Wallet ${accounts.anyone.address} is not allowed to set secret`);
  });
});
