import { expect } from "chai";

import { parseImageName } from "@poco-marketplace/enclave/image/imageName.js";
import { RegistryClient } from "@poco-marketplace/enclave/image/registry.js";
import { buildImage } from "../fixtures/image/image.js";
import { pushImage } from "../fixtures/image/pushImage.js";
import { theNetwork } from "./network.js";

describe("The container registry of a network", () => {
  it("takes an image without a login, and gives it back by its digest", async () => {
    const { registry } = await theNetwork();
    const image = buildImage();
    await pushImage(image, { registry: registry!, repository: "alice/hello", tag: "1.0" });

    const name = parseImageName(`${new URL(registry!).host}/alice/hello:1.0`);
    const client = new RegistryClient({ privateHosts: "allowed" });
    expect(await client.readManifest(name, image.digest)).to.deep.equal(image.manifest);
  });
});
