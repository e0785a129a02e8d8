import { randomBytes } from "node:crypto";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

import { buildProject } from "@poco-marketplace/cli/iapp/build/buildProject.js";
import { hexOf } from "@poco-marketplace/enclave/image/digest.js";
import { pushBuilt } from "../fixtures/image/pushImage.js";
import { imagesLack } from "../fixtures/image/runImage.js";
import { offerIApp } from "./iapp.js";
import { accountOf, clientOf, theNetwork } from "./network.js";
import { protectorOf } from "./protector.js";

const PROJECT = fileURLToPath(new URL("../fixtures/iapp/python", import.meta.url));

describe("An iApp in Python, as iExec's generator lays it out,", () => {
  let folder: string | undefined;
  after(async () => {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  it("is pushed, registered by the name and the digest of its image, and run on protected data in an enclave", async function () {
    if ((await imagesLack()) !== undefined) this.skip();
    const network = await theNetwork();
    folder = await mkdtemp(join(tmpdir(), "iapp-"));
    await cp(PROJECT, folder, { recursive: true });
    const image = await buildProject({ folder }, { environment: {}, say: () => undefined });
    const registry = network.registry!;
    await pushBuilt(image, { registry, repository: "alice/hello", tag: "0.0.1-tdx" });
    const { address: app } = await clientOf(network, "app developer").app.deployApp({
      owner: accountOf(network, "app developer").address,
      name: `hello ${randomBytes(4).toString("hex")}`,
      type: "DOCKER",
      multiaddr: `${new URL(registry).host}/alice/hello:0.0.1-tdx`,
      checksum: `0x${hexOf(image.digest)}`,
    });
    await offerIApp(network, app);
    const [owner, user] = [protectorOf(network, "data provider"), protectorOf(network, "requester")];
    const { address: protectedData } = await owner.protectData({ name: "words", data: { secretText: "foo" } });
    const requester = accountOf(network, "requester").address;
    await owner.grantAccess({ protectedData, authorizedApp: app, authorizedUser: requester, numberOfAccess: 1 });

    const { result } = await user.processProtectedData({
      protectedData,
      app,
      workerpool: network.workerpool!,
      path: "result.txt",
      args: "Ada 'and Bob'",
      secrets: { 1: "hush" },
      encryptResult: true,
    });

    expect(Buffer.from(result).toString().split("\n")).to.deep.equal([
      "Hello, Ada and Bob!",
      "The data say: foo",
      "The requester's secret has 4 characters.",
      "The folders are /iexec_in and /iexec_out.",
    ]);
  });
});
