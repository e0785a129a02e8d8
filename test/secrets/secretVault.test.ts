import { expect } from "chai";

import type { Evidence } from "@poco-marketplace/enclave/evidence/evidence.js";
import { Enclave } from "@poco-marketplace/enclave/task/enclave.js";
import { openMemoryVault } from "@poco-marketplace/cli/demo/actors/secretVault.js";
import { SecretExistsError, type SecretName } from "@poco-marketplace/sdk/client/secrets.js";
import { addressOf } from "../fixtures/addresses.js";
import { rejection } from "../fixtures/rejection.js";

const DATASET: SecretName = { kind: "dataset", dataset: addressOf(1) };
const RESULT_KEY: SecretName = { kind: "resultKey", beneficiary: addressOf(1) };
const TASK = `0x${"aa".repeat(32)}` as const;

describe("A vault in memory", () => {
  let evidence: Evidence;

  before(async () => {
    evidence = await new Enclave().evidence();
  });

  it("gives an enclave what was pushed under a name", async () => {
    const vault = openMemoryVault();
    await vault.push(DATASET, "key of the data");

    expect(await vault.release(DATASET, { taskId: TASK, evidence })).to.equal("key of the data");
  });

  it("gives nothing where nothing was pushed", async () => {
    const vault = openMemoryVault();

    expect(await vault.release(DATASET, { taskId: TASK, evidence })).to.equal(undefined);
  });

  it("keeps apart what differs only in kind", async () => {
    const vault = openMemoryVault();
    await vault.push(DATASET, "one");
    await vault.push(RESULT_KEY, "another");

    expect(await vault.release(DATASET, { taskId: TASK, evidence })).to.equal("one");
    expect(await vault.release(RESULT_KEY, { taskId: TASK, evidence })).to.equal("another");
  });

  it("keeps the first secret under a name, and says so", async () => {
    const vault = openMemoryVault();
    await vault.push(RESULT_KEY, "first");

    const { message } = await rejection(vault.push(RESULT_KEY, "second"), SecretExistsError);

    expect(message).to.equal(`There is a secret for results of ${addressOf(1)} already: it cannot be replaced.`);
    expect(await vault.release(RESULT_KEY, { taskId: TASK, evidence })).to.equal("first");
  });

  it("shares nothing with another vault", async () => {
    await openMemoryVault().push(DATASET, "elsewhere");

    expect(await openMemoryVault().release(DATASET, { taskId: TASK, evidence })).to.equal(undefined);
  });
});
