import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import type { Kysely } from "kysely";

import { openDatabase } from "@poco-marketplace/services/database/openDatabase.js";
import { MasterKeyError, type MasterKeySource } from "@poco-marketplace/services/secrets/masterKey.js";
import { UnreadableSecretError } from "@poco-marketplace/services/secrets/secretBox.js";
import { datasetKey, requesterSecret, web2Secret } from "@poco-marketplace/sdk/wire/secretRef.js";
import { SecretStore, WrongHubError } from "@poco-marketplace/services/secrets/secretStore.js";
import { SECRET_DATABASE, type SecretTables } from "@poco-marketplace/services/secrets/tables.js";
import { freshDatabase, type TestDatabase } from "../database/databases.js";
import { addressOf } from "../fixtures/addresses.js";
import { rejection } from "../fixtures/rejection.js";

const PLACE = { chainId: 421_614n, hub: addressOf(99) };
const KEY: MasterKeySource = { hex: "5e".repeat(32) };
const OTHER_KEY: MasterKeySource = { hex: "5f".repeat(32) };
const MARKER = "MARKER-OF-A-SECRET";

describe("What the secret service keeps", () => {
  let place: TestDatabase;
  let database: Kysely<SecretTables>;
  let folder: string;

  before(async () => {
    place = await freshDatabase();
    database = await openDatabase<SecretTables>(place.location, SECRET_DATABASE);
  });
  beforeEach(async () => {
    for (const table of ["vault", "secret", "replaced"] as const) await database.deleteFrom(table).execute();
    folder = await mkdtemp(join(tmpdir(), "secrets-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  after(async () => {
    await database.destroy();
    await place.remove();
  });

  const open = (source: MasterKeySource = KEY) => SecretStore.open(database, source, PLACE);

  it("is there when it starts again under the same master key", async () => {
    await (await open()).add(datasetKey(addressOf(1)), MARKER);

    const again = await open();

    expect(await again.get(datasetKey(addressOf(1)))).to.equal(MARKER);
    expect(await again.get(datasetKey(addressOf(2)))).to.equal(undefined);
    expect(await again.add(datasetKey(addressOf(1)), "another")).to.equal(false);
  });

  it("is not readable in the database, nor recognizable", async () => {
    const store = await open();
    await store.add(requesterSecret(addressOf(1), "one"), MARKER);
    await store.add(requesterSecret(addressOf(1), "two"), MARKER);

    const rows = await database.selectFrom("secret").selectAll().execute();
    const all = Buffer.concat(rows.map(({ sealed }) => sealed));

    expect(all.includes(MARKER)).to.equal(false);
    expect(Buffer.compare(rows[0]!.sealed, rows[1]!.sealed)).not.to.equal(0);
    expect(rows[0]!.sealed).to.have.length(12 + MARKER.length + 16);
  });

  it("is refused in a row where it was not put", async () => {
    const store = await open();
    await store.add(requesterSecret(addressOf(1), "mine"), "mine");
    await store.add(requesterSecret(addressOf(2), "mine"), "yours");
    const { sealed } = await database
      .selectFrom("secret")
      .select("sealed")
      .where("address", "=", addressOf(2).toLowerCase())
      .executeTakeFirstOrThrow();

    await database.updateTable("secret").set({ sealed }).where("address", "=", addressOf(1).toLowerCase()).execute();

    const error = await rejection(store.get(requesterSecret(addressOf(1), "mine")), UnreadableSecretError);
    expect(error.message).to.include(`secret requester ${addressOf(1).toLowerCase()} mine cannot be decrypted`);
    expect(await store.get(requesterSecret(addressOf(2), "mine"))).to.equal("yours");
  });

  it("is refused when any of its bytes is changed, or missing", async () => {
    const store = await open();
    const ref = requesterSecret(addressOf(1), "mine");
    await store.add(ref, "mine");
    const { sealed } = await database.selectFrom("secret").select("sealed").executeTakeFirstOrThrow();
    const changes = [...sealed.keys()].map((at) => sealed.map((byte, index) => (index === at ? byte ^ 1 : byte)));

    for (const changed of [...changes, sealed.slice(0, 31), sealed.slice(0, 5), new Uint8Array()]) {
      await database.updateTable("secret").set({ sealed: changed }).execute();
      await rejection(store.get(ref), UnreadableSecretError);
    }
  });

  it("is refused under another master key, at once", async () => {
    await (await open()).add(datasetKey(addressOf(1)), MARKER);

    const { message } = await rejection(open(OTHER_KEY), MasterKeyError);

    expect(message).to.equal(
      "The master key that was given is not the one that this database was made with: give that one, or use another " +
        "database.",
    );
  });

  it("belongs to one hub on one chain", async () => {
    await open();

    for (const other of [
      { ...PLACE, chainId: 1n },
      { ...PLACE, hub: addressOf(98) },
    ]) {
      const { message } = await rejection(SecretStore.open(database, KEY, other), WrongHubError);
      expect(message).to.include(`hub ${PLACE.hub.toLowerCase()} on chain 421614, not to hub ${other.hub}`);
    }
  });

  it("is replaced by one of two who try at the same time, or by both in turn", async () => {
    const store = await open();
    const ref = web2Secret(addressOf(1), "token");
    await store.add(ref, "one");

    expect(await Promise.all(["two", "three"].map((secret) => store.replace(ref, secret)))).to.deep.equal([
      "replaced",
      "replaced",
    ]);
    expect(await store.replace(ref, "one")).to.equal("replayed");
    const outcomes = await Promise.all(["two", "three"].map((secret) => store.add({ ...ref, name: "new" }, secret)));
    expect(outcomes).to.have.members([false, true]);
  });

  describe("its master key", () => {
    it("is made on the first start, for its owner only", async () => {
      const file = join(folder, "keys", "master");
      await open({ file });

      const text = await readFile(file, "utf8");

      expect(text).to.match(/^[0-9a-f]{64}\n$/);
      expect((await stat(file)).mode & 0o777).to.equal(0o600);
      expect((await stat(join(folder, "keys"))).mode & 0o777).to.equal(0o700);
      await open({ file });
      await open({ hex: text });
    });

    it("is not made anew where there are secrets", async () => {
      const file = join(folder, "master");
      await open({ file });
      await rm(file);

      const { message } = await rejection(open({ file }), MasterKeyError);

      expect(message).to.include(`no master key in ${file}: put it back there`);
      expect(await rejection(readFile(file), Error)).to.include({ code: "ENOENT" });
    });

    it("is refused where others can read it", async () => {
      const file = join(folder, "master");
      await writeFile(file, "5e".repeat(32), { mode: 0o640 });

      const { message } = await rejection(open({ file }), MasterKeyError);

      expect(message).to.equal(
        `The master key in ${file} is not secret: others than its owner have access to it (mode 640). Run ` +
          "chmod 600 on it.",
      );
    });

    it("is refused, and not shown, where it is not a key", async () => {
      const file = join(folder, "master");
      await writeFile(file, MARKER, { mode: 0o600 });

      for (const source of [{ file }, { hex: MARKER }, { hex: "5e".repeat(31) }, { file: folder }]) {
        const { message } = await rejection(open(source), MasterKeyError);
        expect(message).to.match(/^The master key .* (?:give 64 hex digits|chmod 600 on it|cannot be read: .*)\.$/);
        expect(message).not.to.include(MARKER).and.not.to.include("5e5e");
      }
    });
  });
});
