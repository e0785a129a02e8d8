import { expect } from "chai";

import { openMemoryVault } from "@poco-marketplace/cli/demo/actors/secretVault.js";
import { SecretExistsError, type SecretName } from "@poco-marketplace/sdk/client/secrets.js";
import { addressOf } from "../fixtures/addresses.js";
import { rejection } from "../fixtures/rejection.js";

const DATASET: SecretName = { kind: "dataset", dataset: addressOf(1) };
const RESULT_KEY: SecretName = { kind: "resultKey", beneficiary: addressOf(1) };

describe("A vault in memory", () => {
  it("gives what was pushed under a name", async () => {
    const vault = openMemoryVault();
    await vault.push(DATASET, "key of the data");

    expect(await vault.read(DATASET)).to.equal("key of the data");
  });

  it("gives nothing where nothing was pushed", async () => {
    const vault = openMemoryVault();

    expect(await vault.read(DATASET)).to.equal(undefined);
  });

  it("keeps apart what differs only in kind", async () => {
    const vault = openMemoryVault();
    await vault.push(DATASET, "one");
    await vault.push(RESULT_KEY, "another");

    expect(await vault.read(DATASET)).to.equal("one");
    expect(await vault.read(RESULT_KEY)).to.equal("another");
  });

  it("keeps the first secret under a name, and says so", async () => {
    const vault = openMemoryVault();
    await vault.push(RESULT_KEY, "first");

    const { message } = await rejection(vault.push(RESULT_KEY, "second"), SecretExistsError);

    expect(message).to.equal(`There is a secret for results of ${addressOf(1)} already: it cannot be replaced.`);
    expect(await vault.read(RESULT_KEY)).to.equal("first");
  });

  it("shares nothing with another vault", async () => {
    await openMemoryVault().push(DATASET, "elsewhere");

    expect(await openMemoryVault().read(DATASET)).to.equal(undefined);
  });
});
