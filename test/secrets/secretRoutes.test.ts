import { expect } from "chai";
import { getBytes, type Signer } from "ethers";
import { network } from "hardhat";

import type { Address } from "@poco-marketplace/sdk/index.js";
import { SecretExistsError } from "@poco-marketplace/sdk/client/secrets.js";
import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import {
  appSecret,
  datasetKey,
  requesterSecret,
  secretChallenge,
  web2Secret,
  type SecretRef,
} from "@poco-marketplace/sdk/wire/secretRef.js";
import { secretWorld, startService, type SecretWorld } from "../fixtures/secretService.js";
import { rejection } from "../fixtures/rejection.js";

const connection = await network.create();
const RESULT_KEY = "iexec-result-encryption-public-key";

const signed = (signer: Pick<Signer, "signMessage">, ref: SecretRef, secret: string) =>
  signer.signMessage(getBytes(secretChallenge(ref, secret)));

describe("The secret service, to owners of secrets", () => {
  let world: SecretWorld;
  let service: Awaited<ReturnType<typeof startService>>;
  let owner: Address;

  before(async () => {
    world = await secretWorld(connection);
    owner = world.accounts.requester.address as Address;
    service = await startService(world);
  });
  after(() => service.stop());

  /** Sends bytes as a client would, with the right signature unless told otherwise. */
  async function send(
    method: "HEAD" | "POST" | "PUT",
    url: string,
    {
      body = "",
      authorization,
      type = "text/plain",
    }: { body?: string | Buffer; authorization?: string; type?: string } = {},
  ) {
    const headers = { "content-type": type, ...(authorization !== undefined && { authorization }) };
    const answer = await service.server.inject({ method, url, headers, payload: body });
    const { error = "", message = "" } = answer.body === "" ? {} : answer.json<Record<string, string>>();
    return { status: answer.statusCode, error, message };
  }

  let count = 0;
  /** A secret of each kind that nobody pushed yet, of new assets and under new names. */
  async function kinds() {
    const { accounts, datasetRegistry, appRegistry } = world;
    const name = `name_${++count}-${RESULT_KEY}`;
    const code = `0x${"02".repeat(32)}`;
    const data = [accounts.datasetProvider.address, name, "0x", code] as const;
    const program = [accounts.appProvider.address, name, "DOCKER", "0x", code, "0x"] as const;
    await datasetRegistry.createDataset(...data);
    await appRegistry.createApp(...program);
    const dataset = (await datasetRegistry.predictDataset(...data)) as Address;
    const app = (await appRegistry.predictApp(...program)) as Address;
    return [
      { url: `/secrets/web3?secretAddress=${dataset}`, ref: datasetKey(dataset), by: accounts.datasetProvider },
      { url: `/apps/${app}/secrets`, ref: appSecret(app), by: accounts.appProvider },
      { url: `/requesters/${owner}/secrets/${name}`, ref: requesterSecret(owner, name), by: accounts.requester },
      {
        url: `/secrets/web2?ownerAddress=${owner}&secretName=${name}`,
        ref: web2Secret(owner, name),
        by: accounts.requester,
      },
    ] as const;
  }

  it("takes a secret once, from its owner: 404, 204, 204, then 409", async () => {
    for (const { url, ref, by } of await kinds()) {
      const authorization = await signed(by, ref, "a secret");
      expect(await send("HEAD", url)).to.include({ status: 404 });
      expect(await send("POST", url, { body: "a secret", authorization })).to.include({ status: 204 });
      expect(await send("HEAD", url)).to.include({ status: 204 });

      const again = await send("POST", url, { body: "a secret", authorization });

      expect(again).to.include({ status: 409, error: "SecretExists" });
    }
  });

  it("takes one from nobody else: 401, with what is to be signed", async () => {
    for (const { url, ref } of await kinds()) {
      const authorization = await signed(world.accounts.anyone, ref, "a secret");
      const answer = await send("POST", url, { body: "a secret", authorization });

      expect(answer).to.include({ status: 401, error: "WrongSigner" });
      expect(answer.message).to.include(world.accounts.anyone.address).and.to.include(secretChallenge(ref, "a secret"));
      expect(await send("HEAD", url)).to.include({ status: 404 });
    }
  });

  it("takes no signature of another secret, name or address", async () => {
    const [, , { url, ref, by }] = await kinds();
    const others: SecretRef[] = [
      requesterSecret(owner, "other"),
      web2Secret(owner, `${ref.name}_`),
      requesterSecret(world.assets.app, ref.name),
    ];
    for (const other of others) {
      const authorization = await signed(by, other, "a secret");
      expect(await send("POST", url, { body: "a secret", authorization })).to.include({ status: 401 });
    }
    const authorization = await signed(by, ref, "another");
    expect(await send("POST", url, { body: "a secret", authorization })).to.include({ status: 401 });
  });

  it("answers a header that holds no signature with 401", async () => {
    const { url } = (await kinds())[2];
    for (const authorization of [undefined, "", "0x", "Bearer abc", `0x${"zz".repeat(65)}`, `0x${"11".repeat(5000)}`]) {
      const answer = await send("POST", url, {
        body: "a secret",
        ...(authorization !== undefined && { authorization }),
      });

      expect(answer).to.include({ status: 401, error: "MissingSignature" });
    }
    for (const authorization of [`0x${"00".repeat(65)}`, `0x${"ff".repeat(65)}`, `0x${"11".repeat(64)}`, "0x12"]) {
      expect(await send("POST", url, { body: "a secret", authorization })).to.include({ status: 401 });
    }
  });

  it("replaces web2 secrets with PUT, but none that is not there, and no others", async () => {
    const { accounts } = world;
    const all = await kinds();
    const { url, ref } = all[3];
    const missing = await send("PUT", url, {
      body: "one",
      authorization: await signed(accounts.requester, ref, "one"),
    });
    expect(missing).to.include({ status: 404, error: "UnknownSecret" });
    await service.sms.push(ref, "one", accounts.requester);

    await service.sms.replace(ref, "two", accounts.requester);
    await service.sms.replace(ref, "two", accounts.requester);

    for (const other of all.slice(0, 3)) {
      const authorization = await signed(other.by, other.ref, "one");
      expect(await send("PUT", other.url, { body: "one", authorization })).to.include({ status: 404 });
    }
  });

  it("brings no secret back that was replaced, whoever replays its signature", async () => {
    const { accounts } = world;
    const all = await kinds();
    const { url, ref } = all[3];
    const first = await signed(accounts.requester, ref, "one");
    expect(await send("POST", url, { body: "one", authorization: first })).to.include({ status: 204 });
    await service.sms.replace(ref, "two", accounts.requester);
    await service.sms.replace(ref, "three", accounts.requester);

    for (const body of ["one", "two"]) {
      const authorization = await signed(accounts.requester, ref, body);
      const replayed = await send("PUT", url, { body, authorization });
      expect(replayed).to.include({ status: 409, error: "SecretReplayed" });
      expect(await send("POST", url, { body, authorization })).to.include({ status: 409, error: "SecretExists" });
    }
  });

  it("says how to go on where there is a secret, which depends on its kind", async () => {
    const { accounts } = world;
    const keys = service.sms.writerOf(accounts.requester);
    const beneficiary = accounts.requester.address as Address;
    await keys.push({ kind: "resultKey", beneficiary }, "one");
    const error = await rejection(keys.push({ kind: "resultKey", beneficiary }, "two"), SecretExistsError);
    expect(error.message).to.include("use its private half, or set another for later results");
    await service.sms.replace(web2Secret(beneficiary, RESULT_KEY), "two", accounts.requester);

    const [{ ref }] = await kinds();
    const dataset = ref.address;
    const owners = service.sms.writerOf(accounts.datasetProvider);
    await owners.push({ kind: "dataset", dataset }, "one");
    expect((await rejection(owners.push({ kind: "dataset", dataset }, "two"), SecretExistsError)).message).to.include(
      "it cannot be replaced",
    );
  });

  it("lets a contract push what it signs (ERC-1271)", async () => {
    const wallet = await connection.ethers.deployContract("OwnedWallet", [world.accounts.requester.address]);
    const ref = requesterSecret((await wallet.getAddress()) as Address, "of-a-contract");

    await service.sms.push(ref, "a secret", world.accounts.requester);

    expect(await service.sms.has(ref)).to.equal(true);
    await rejection(service.sms.push({ ...ref, name: "other" }, "a secret", world.accounts.anyone), ServiceError);
  });

  it("knows registered datasets and apps only, each as what it is", async () => {
    const { assets, accounts } = world;
    for (const [ref, by] of [
      [datasetKey(owner), accounts.requester],
      [datasetKey(assets.app), accounts.appProvider],
      [appSecret(assets.dataset), accounts.datasetProvider],
      [datasetKey(world.manifest.poco), accounts.owner],
    ] as const) {
      const error = await rejection(service.sms.push(ref, "a secret", by), ServiceError);
      expect(error).to.include({ statusCode: 404, reason: "UnknownAsset" });
      expect(error.message).to.include(`There is no ${ref.kind === "app" ? "app" : "dataset"} ${ref.address}`);
    }
  });

  it("follows an asset to its next owner", async () => {
    const { datasetRegistry, accounts, assets } = world;
    const snapshot = await connection.networkHelpers.takeSnapshot();
    const token = BigInt(assets.dataset);
    const transfer = "safeTransferFrom(address,address,uint256)" as const;
    await datasetRegistry.connect(accounts.datasetProvider)[transfer](accounts.datasetProvider, accounts.anyone, token);

    const ref = datasetKey(assets.dataset);
    await rejection(service.sms.push(ref, "a secret", accounts.datasetProvider), ServiceError);
    await service.sms.push(ref, "a secret", accounts.anyone);
    await snapshot.restore();
  });

  it("takes 4096 bytes, and answers 4097 with 413", async () => {
    const ref = requesterSecret(owner, "long");
    // Two bytes each.
    const longest = "ä".repeat(2048);
    await service.sms.push(ref, longest, world.accounts.requester);

    const next = requesterSecret(owner, "longer");
    const error = await rejection(service.sms.push(next, `${longest}!`, world.accounts.requester), ServiceError);

    expect(error).to.include({ statusCode: 413, reason: "SecretTooLarge" });
    expect(error.message).to.equal("The body is too large: 4096 bytes are allowed here.");
  });

  it("answers what makes no sense with 400", async () => {
    const text = { body: "a secret", authorization: `0x${"11".repeat(65)}` };
    for (const [url, error] of [
      ["/secrets/web3", "MalformedRequest"],
      ["/secrets/web3?secretAddress=", "MalformedRequest"],
      ["/secrets/web3?secretAddress=0x12", "MalformedRequest"],
      [`/secrets/web3?secretAddress=${owner}&secretAddress=${owner}`, "MalformedRequest"],
      [`/secrets/web2?ownerAddress=${owner}`, "MalformedRequest"],
      [`/secrets/web2?ownerAddress=${owner}&secretName=`, "InvalidSecretName"],
      [`/secrets/web2?ownerAddress=${owner}&secretName=..%2Fother`, "InvalidSecretName"],
      [`/requesters/${owner}/secrets/..%2f..%2fkey`, "InvalidSecretName"],
      [`/requesters/${owner}/secrets/a%00b`, "InvalidSecretName"],
      [`/requesters/${owner}/secrets/${"n".repeat(65)}`, "InvalidSecretName"],
      [`/requesters/${owner}/secrets/na%C3%AFve`, "InvalidSecretName"],
      ["/requesters/me/secrets/name", "MalformedRequest"],
      [`/apps/${world.assets.app}/secrets/2`, "InvalidSecretName"],
    ] as const) {
      expect(await send("POST", url, text), url).to.include({ status: 400, error });
    }
    const { url } = (await kinds())[2];
    expect(await send("POST", url, { ...text, body: "" })).to.include({ status: 400, error: "EmptySecret" });
    expect(await send("POST", url, { ...text, body: Buffer.of(0xff, 0xfe) })).to.include({ status: 400 });
    const json = { ...text, body: `{"a":1}`, type: "application/json" };
    expect(await send("POST", url, json)).to.include({ status: 400, error: "MalformedRequest" });
  });

  it("writes no secret into its log, nor into an answer, whatever happens", async () => {
    const marker = "MARKER-OF-A-SECRET";
    for (const { url, ref, by } of await kinds()) {
      const authorization = await signed(by, ref, marker);
      for (const method of ["PUT", "POST", "POST"] as const) {
        expect((await send(method, url, { body: marker, authorization })).message).not.to.include(marker);
      }
      await send("POST", url, { body: marker.repeat(400), authorization });
      await send("POST", url, { body: `{"${marker}":`, authorization, type: "application/json" });
      await send("POST", url, { body: marker, authorization: marker });
    }
    expect(service.log()).to.include("SecretExists").and.not.to.include(marker);
  });
});
