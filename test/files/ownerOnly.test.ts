import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { sql } from "kysely";
import { CID } from "multiformats/cid";

import { openStateFolder } from "@poco-marketplace/cli/network/stateFolder.js";
import { openDatabase } from "@poco-marketplace/services/database/openDatabase.js";
import { ownFolder } from "@poco-marketplace/enclave/files/ownerOnly.js";
import { openBlockFiles } from "@poco-marketplace/services/store/blockFiles.js";
import { RevealStore } from "@poco-marketplace/services/worker/revealStore.js";
import { openToOthers } from "../fixtures/openToOthers.js";

const TABLES = {
  name: "thing",
  migrations: { "001": { up: async () => {} } },
};

/** What an older version left: files and folders that everybody may change. */
function openAll(folder: string): void {
  for (const line of ["a", "a/b", "a/b/c"]) mkdirSync(join(folder, line), { recursive: true });
  for (const file of ["a/x", "a/b/y"]) writeFileSync(join(folder, file), "x");
  for (const path of ["a/x", "a/b/y", "a/b/c", "a/b", "a", ""]) chmodSync(join(folder, path), 0o777);
}

describe("What a service keeps is for its account alone", () => {
  // Whatever the account's own mask allows.
  const before = process.umask(0);
  after(() => process.umask(before));
  let folder: string;
  beforeEach(() => {
    process.umask(0);
    folder = mkdtempSync(join(tmpdir(), "own-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("in folders that were open, but not where links lead", async () => {
    const [own, other] = [join(folder, "own"), join(folder, "other")];
    for (const each of [own, other]) {
      mkdirSync(each);
      openAll(each);
    }
    symlinkSync(other, join(own, "a", "link"));
    await ownFolder(own);
    expect(openToOthers(own).filter((line) => !line.includes("/link/"))).to.deep.equal([]);
    expect(openToOthers(other)).to.have.lengthOf(6);
    // Whoever owns them may still do what they could.
    expect(statSync(join(own, "a/x")).mode & 0o777).to.equal(0o700);
  });

  it("in databases, also those of older versions", async () => {
    const place = join(folder, "database");
    for (const age of ["new", "old"]) {
      if (age === "old") chmodSync(place, 0o755);
      const database = await openDatabase({ folder: place }, TABLES);
      await sql`create table if not exists written (x int)`.execute(database);
      await sql`insert into written select generate_series(1, 20000)`.execute(database);
      await database.destroy();
      if (age === "new") expect(openToOthers(place)).to.deep.equal([]);
    }
    expect(openToOthers(place)).to.deep.equal([]);
  });

  it("in content stores, and in what workers note", async () => {
    const place = join(folder, "kept");
    await openBlockFiles(join(place, "blocks")).put(CID.parse("bafkqaaa"), Buffer.alloc(0));
    await new RevealStore(join(place, "notes")).write(`0x${"11".repeat(32)}`, {
      digest: `0x${"22".repeat(32)}`,
      until: 4_000_000_000,
    });
    expect(openToOthers(place)).to.deep.equal([]);
  });

  it("in the state of a network, also one of an older version", async () => {
    const place = join(folder, "state");
    mkdirSync(join(place, "logs"), { recursive: true });
    mkdirSync(join(place, "chain"));
    for (const file of ["network.json", "deployment.json", "logs/market.log"]) writeFileSync(join(place, file), "{}");
    const state = await openStateFolder(place, { isFresh: false });
    expect(openToOthers(place)).to.deep.equal([]);
    await state.release();
  });
});
