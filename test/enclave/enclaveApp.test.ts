import { expect } from "chai";

import { ImageError } from "@poco-marketplace/enclave/image/imageError.js";
import { loadedMeasurement, networkOf, type EnclaveApp } from "@poco-marketplace/enclave/runtime/enclaveApp.js";
import { appOf } from "../fixtures/attested.js";
import { IMAGE } from "../fixtures/image/runImage.js";

const imageWith = (labels: Readonly<Record<string, string>>): EnclaveApp => ({
  kind: "image",
  image: { image: { ...IMAGE, labels }, root: "/nowhere" },
});

describe("What an enclave runs", () => {
  it("has the network if it asks, as a folder, or unless it does without, as an image", async () => {
    expect(networkOf({ kind: "package", app: await appOf("") })).to.equal("none");
    expect(networkOf({ kind: "package", app: await appOf("", ["network"]) })).to.equal("public");

    expect(networkOf(imageWith({}))).to.equal("public");
    expect(networkOf(imageWith({ "poco.network": "public" }))).to.equal("public");
    expect(networkOf(imageWith({ "poco.network": "none", other: "public" }))).to.equal("none");
  });

  it("is refused with a label that nobody knows", () => {
    for (const value of ["off", "", "None"]) {
      expect(() => networkOf(imageWith({ "poco.network": value })))
        .to.throw(ImageError, `poco.network is ${JSON.stringify(value)}, and workers know none, public`)
        .with.property("reason", "InvalidLabel");
    }
  });

  it("is measured by its files, or by its digest", async () => {
    expect(loadedMeasurement({ kind: "package", app: await appOf("") })).to.have.all.keys("kind", "mrEnclave", "mrTd");
    expect(loadedMeasurement(imageWith({}))).to.deep.equal({ kind: "image", digest: `0x${IMAGE.digest.slice(7)}` });
  });
});
