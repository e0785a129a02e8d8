import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { network } from "hardhat";

import { openDatabase, type DatabaseLocation } from "@poco-marketplace/services/database/openDatabase.js";
import type { Address } from "@poco-marketplace/sdk/index.js";
import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import { EnclaveAssignments } from "@poco-marketplace/services/secrets/enclaveAssignments.js";
import { appSecret, web2Secret } from "@poco-marketplace/sdk/wire/secretRef.js";
import { SECRET_DATABASE, type SecretTables } from "@poco-marketplace/services/secrets/tables.js";
import { pckNameOf } from "../attestation/onchain/platforms.js";
import { freshDatabase, type TestDatabase } from "../database/databases.js";
import { rejection } from "../fixtures/rejection.js";
import { makeEnclave, MEASURED, secretWorld, startService, type SecretWorld } from "../fixtures/secretService.js";

const connection = await network.create();
const MARKER = "MARKER-OF-A-SECRET";

describe("A secret service that is started again", () => {
  let world: SecretWorld;
  let folder: string;
  let server: TestDatabase;
  let location: DatabaseLocation;

  before(async () => {
    world = await secretWorld(connection);
    folder = await mkdtemp(join(tmpdir(), "restart-"));
    server = await freshDatabase();
    // What is in memory does not survive.
    location = server.location === "memory" ? { folder: join(folder, "database") } : server.location;
  });
  after(async () => {
    await server.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const start = () => startService(world, { location, masterKey: { file: join(folder, "master") } });

  it("knows its secrets, enclaves and releases, and what was replaced, and wrote no secret to disk or log", async () => {
    const { accounts, assets } = world;
    const owner = accounts.requester.address as Address;
    const token = web2Secret(owner, "token");
    const dealId = await world.makeDeal({ data: "none" });
    const [former, current] = [await makeEnclave(world, { dealId }), await makeEnclave(world, { dealId })];

    const before = await start();
    await before.sms.push(appSecret(assets.app), MARKER, accounts.appProvider);
    await before.sms.push(token, "one", accounts.requester);
    await before.sms.replace(token, "two", accounts.requester);
    await before.sms.openSession(former.request, accounts.worker1);
    await before.sms.openSession(current.request, accounts.worker1);
    await before.stop();

    const after = await start();
    const { session } = await after.sms.openSession(current.request, accounts.worker1);
    const superseded = await rejection(after.sms.openSession(former.request, accounts.worker1), ServiceError);
    const replayed = await rejection(after.sms.replace(token, "one", accounts.requester), ServiceError);
    await after.stop();

    expect((await current.open(session)).appSecret).to.equal(MARKER);
    expect(superseded.reason).to.equal("EnclaveSuperseded");
    expect(replayed.reason).to.equal("SecretReplayed");

    const database = await openDatabase<SecretTables>(location, SECRET_DATABASE);
    const releases = await new EnclaveAssignments(database).releasesOf(current.taskId);
    await database.destroy();
    expect(releases.map(({ enclave }) => enclave)).to.deep.equal(
      [former, current, current].map(({ binding }) => binding.enclave),
    );
    const { id: _, at, ...row } = releases[2]!;
    expect(row).to.deep.equal({
      task: current.taskId,
      deal: dealId,
      app: assets.app,
      requester: owner,
      worker: accounts.worker1.address,
      enclave: current.binding.enclave,
      measurement: MEASURED.mrEnclave,
      platform: `0x${pckNameOf(connection, world.platform).serial.toString(16)}`,
      model: "0x53494d000000",
      names: `secret of app ${assets.app}`,
    });
    expect(Math.abs(at.getTime() - Date.now())).to.be.below(600_000);

    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    for (const file of files) expect((await readFile(file)).includes(MARKER), file).to.equal(false);
    const masterKey = (await readFile(join(folder, "master"), "utf8")).trim();
    for (const log of [before.log(), after.log()]) {
      expect(log).to.include("secrets released").and.not.to.include(MARKER).and.not.to.include(masterKey);
    }
  });
});
