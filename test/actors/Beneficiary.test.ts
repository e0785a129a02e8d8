import { expect } from "chai";
import JSZip from "jszip";

import { Beneficiary, UnreachableResultError } from "@poco-marketplace/cli/demo/actors/Beneficiary.js";
import { encodeResultLink } from "@poco-marketplace/sdk/index.js";
import {
  encryptResult,
  fromResultSecret,
  WrongResultKeyError,
} from "@poco-marketplace/sdk/protect/resultEncryption.js";
import { SecretExistsError } from "@poco-marketplace/sdk/client/secrets.js";
import { addressOf } from "../fixtures/addresses.js";
import { rejection } from "../fixtures/rejection.js";
import { openMemoryStore } from "../fixtures/memoryStore.js";
import { openMemoryVault } from "../fixtures/memoryVault.js";

const ADDRESS = addressOf(1);

describe("A beneficiary", () => {
  const parts = { store: openMemoryStore(), vault: openMemoryVault() };
  let beneficiary: Beneficiary;

  before(async () => {
    beneficiary = await Beneficiary.create(ADDRESS, parts);
  });

  /** Stores a result that is encrypted for whose key was pushed for an address, as an enclave would. */
  async function deliver(files: Record<string, string>): Promise<string> {
    const secret = parts.vault.read({ kind: "resultKey", beneficiary: ADDRESS });
    const zip = new JSZip();
    for (const [name, content] of Object.entries(files)) zip.file(name, content);
    const archive = await zip.generateAsync({ type: "uint8array" });
    return parts.store.put(await encryptResult(archive, fromResultSecret(secret!)));
  }

  it("opens what was encrypted with the key that it pushed", async () => {
    const cid = await deliver({ "result.txt": "42", "more/note.txt": "why not" });

    const { files } = await beneficiary.open(encodeResultLink({ storage: "ipfs", location: `/ipfs/${cid}` }));

    const texts = [...files].map(([name, content]) => [name, Buffer.from(content).toString()]);
    expect(texts).to.deep.equal([
      ["result.txt", "42"],
      ["more/note.txt", "why not"],
    ]);
  });

  it("cannot open what was encrypted for another", async () => {
    const cid = await deliver({ "result.txt": "42" });
    const other = await Beneficiary.create(addressOf(2), parts);

    await rejection(other.open(encodeResultLink({ storage: "ipfs", location: `/ipfs/${cid}` })), WrongResultKeyError);
  });

  it("says of a result elsewhere that it cannot fetch it", async () => {
    const elsewhere = encodeResultLink({ storage: "dropbox", location: "/results/1.zip" });
    const { message } = await rejection(beneficiary.open(elsewhere), UnreachableResultError);
    expect(message).to.equal("The result is in dropbox at /results/1.zip: only /ipfs/<cid> can be fetched here.");

    const nowhere = await rejection(beneficiary.open(encodeResultLink({ storage: "none" })), UnreachableResultError);
    expect(nowhere.message).to.include("is in none at no location");
  });

  it("pushes one key only", async () => {
    await rejection(Beneficiary.create(ADDRESS, parts), SecretExistsError);
  });
});
