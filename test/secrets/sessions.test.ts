import { expect } from "chai";
import { network } from "hardhat";

import { buildParams, type Address, type DealId } from "@poco-marketplace/sdk/index.js";
import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { createAuthority } from "@poco-marketplace/enclave/attestation/simulated/authority.js";
import { createMachine } from "@poco-marketplace/enclave/attestation/simulated/machine.js";
import { certifyMachine } from "@poco-marketplace/enclave/attestation/simulated/platform.js";
import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import { appSecret, datasetKey, requesterSecret, RESERVED, web2Secret } from "@poco-marketplace/sdk/wire/secretRef.js";
import { generateResultKeyPair, toResultSecret } from "@poco-marketplace/sdk/protect/resultEncryption.js";
import {
  makeEnclave,
  PERIOD,
  secretWorld,
  startService,
  type EnclaveTerms,
  type SecretWorld,
} from "../fixtures/secretService.js";
import { rejection } from "../fixtures/rejection.js";

const connection = await network.create();
const PARAMS = buildParams({
  args: "--of age",
  inputFiles: ["https://example.org/table.csv"],
  secrets: { 1: "first", 3: "third" },
  resultEncryption: true,
  resultStorageProvider: "ipfs",
});

describe("A session of the secret service", () => {
  let world: SecretWorld;
  let service: Awaited<ReturnType<typeof startService>>;
  let deal: DealId;
  let publicKey: string;
  /** Every test has a task of its own. */
  let next = 0n;

  before(async () => {
    world = await secretWorld(connection);
    service = await startService(world);
    const { accounts, assets } = world;
    const { sms } = service;
    ({ publicKey } = await generateResultKeyPair());
    const [requester, beneficiary] = [accounts.requester.address as Address, accounts.beneficiary.address as Address];
    await sms.push(datasetKey(assets.dataset), "key-of-people", accounts.datasetProvider);
    await sms.push(appSecret(assets.app), "secret-of-app", accounts.appProvider);
    for (const name of ["first", "second", "third"]) {
      await sms.push(requesterSecret(requester, name), `${name}-of-requester`, accounts.requester);
    }
    await sms.push(web2Secret(beneficiary, RESERVED.resultKey), toResultSecret(publicKey), accounts.beneficiary);
    deal = await world.makeDeal({ volume: 30n, params: PARAMS });
  });
  after(() => service.stop());

  const enclave = (terms: Partial<EnclaveTerms> = {}) => makeEnclave(world, { dealId: deal, index: next++, ...terms });

  async function refusal(terms: Partial<EnclaveTerms> = {}) {
    const { request } = await enclave(terms);
    return rejection(service.sms.openSession(request, world.accounts.worker1), ServiceError);
  }

  it("gives an enclave the task as the chain knows it, with exactly its secrets", async () => {
    const { accounts, assets, dataset } = world;
    const { request, open, taskId } = await enclave();

    const answer = await service.sms.openSession(request, accounts.worker1);

    expect(await open(answer.session)).to.deep.equal({
      taskId,
      dealId: deal,
      index: 0n,
      botFirst: 0n,
      botSize: 30n,
      args: "--of age",
      inputFiles: ["https://example.org/table.csv"],
      dataset: { address: assets.dataset, checksum: await dataset.m_datasetChecksum(), key: "key-of-people" },
      appSecret: "secret-of-app",
      requesterSecrets: { 1: "first-of-requester", 3: "third-of-requester" },
      resultKey: publicKey,
      storage: { provider: "ipfs" },
    });
    expect(answer.released).to.deep.equal([
      `secret of app ${assets.app}`,
      `key of dataset ${assets.dataset}`,
      `requester secret first of ${accounts.requester.address}`,
      `requester secret third of ${accounts.requester.address}`,
      `secret ${RESERVED.resultKey} of ${accounts.beneficiary.address}`,
    ]);
    expect(answer.withheld).to.deep.equal([]);
  });

  it("believes trust domains too, of an app that publishes their measurement", async () => {
    const dealId = await world.makeDeal({ app: "domain", data: "none", volume: 2n });
    for (const version of [4, 5] as const) {
      const { request, open } = await enclave({ dealId, index: BigInt(version - 4), version });

      const { session } = await service.sms.openSession(request, world.accounts.worker1);

      expect((await open(session)).dealId).to.equal(dealId);
    }
  });

  it("says whose quotes are believed, and that they are simulated", async () => {
    const answers = ["/tee/framework", "/tee/frameworks"].map((url) => service.server.inject(url));
    const [preferred, all] = await Promise.all(answers);

    expect(preferred!.json()).to.equal("TDX");
    expect(all!.json()).to.deep.equal({
      frameworks: ["SGX", "TDX"],
      rootKey: toHex(world.authority.root.key.point),
      isSimulated: true,
    });
  });

  it("gives a thief who replays a request nothing that it could open", async () => {
    const [owner, thief] = [await enclave(), await enclave()];
    const { session } = await service.sms.openSession(owner.request, world.accounts.worker1);
    const replayed = await service.sms.openSession(owner.request, world.accounts.worker1);

    await rejection(thief.open(session), Error);
    await rejection(thief.open(replayed.session), Error);
    expect(await owner.open(replayed.session)).to.deep.equal(await owner.open(session));
  });

  it("refuses a quote whose signature is wrong", async () => {
    const { request } = await enclave();
    const quote = Uint8Array.from(request.quote);
    // The first byte of the report data.
    quote[48 + 320]! ^= 1;

    const changed = { ...request, quote };
    const error = await rejection(service.sms.openSession(changed, world.accounts.worker1), ServiceError);

    expect(error).to.include({ statusCode: 403, reason: "QuoteRefused" });
    expect(error.message).to.match(/^The quote is refused \(QuoteSignatureInvalid\)\. The attestation key 0x/);
  });

  it("refuses a platform under another root", async () => {
    const other = await createAuthority(PERIOD);

    const error = await refusal({ platform: await certifyMachine(createMachine(), other, PERIOD) });

    expect(error).to.include({ statusCode: 403, reason: "QuoteRefused" });
    expect(error.message).to.include("(UntrustedRoot)");
  });

  it("refuses an enclave in debug mode", async () => {
    const error = await refusal({ mode: "debug" });

    expect(error).to.include({ statusCode: 403, reason: "QuoteRefused" });
    expect(error.message).to.include("(DebugEnclave)");
  });

  for (const [field, changes, value] of [
    ["CONFIGID", { configId: Uint8Array.of(1, ...new Uint8Array(63)) }, `0x01${"00".repeat(63)}`],
    ["CONFIGSVN", { configSvn: 7 }, "0x7"],
  ] as const) {
    it(`refuses an enclave that its host gave a ${field}`, async () => {
      const error = await refusal({
        statement: (mrEnclave, reportData) => ({ version: 3, body: { mrEnclave, reportData, ...changes } }),
      });

      expect(error).to.include({ statusCode: 403, reason: "ConfiguredEnclave" });
      expect(error.message).to.equal(
        `The host gave the enclave ${field} ${value}, which its measurement does not cover: run it without.`,
      );
    });
  }

  it("refuses the measurement of another app", async () => {
    const mrEnclave = `0x${"e2".repeat(32)}` as const;
    const error = await refusal({ measurement: { kind: "package", mrEnclave, mrTd: `0x${"7d".repeat(48)}` } });

    expect(error).to.include({ statusCode: 403, reason: "WrongMeasurement" });
    expect(error.message).to.equal(
      `The enclave measures ${mrEnclave}, but app ${world.assets.app} of the deal published ` +
        `0x${"e1".repeat(32)}: run that app, unchanged.`,
    );
  });

  for (const [what, bound] of [
    ["another task", { taskId: `0x${"aa".repeat(32)}` }],
    ["another worker", { worker: `0x${"11".repeat(20)}` }],
    ["another enclave", { enclave: `0x${"22".repeat(20)}` }],
    ["another encryption key", { encryptionKey: new Uint8Array(32).fill(9) }],
  ] as const) {
    it(`refuses a quote for ${what}`, async () => {
      expect(await refusal({ bound })).to.include({ statusCode: 403, reason: "WrongReportData" });
    });
  }

  it("refuses a request that another than the worker sends", async () => {
    const { request } = await enclave();

    const error = await rejection(service.sms.openSession(request, world.accounts.worker2), ServiceError);

    expect(error).to.include({ statusCode: 401, reason: "WrongSigner" });
    expect(error.message).to.include(
      `${world.accounts.worker2.address} made this signature, not ${world.accounts.worker1.address}`,
    );
  });

  it("refuses the quote of another enclave of the same worker", async () => {
    const [one, other] = [await enclave(), await enclave()];
    const mixed = { ...one.request, quote: other.request.quote };

    expect(await rejection(service.sms.openSession(mixed, world.accounts.worker1), ServiceError)).to.include({
      reason: "WrongReportData",
    });
  });

  it("refuses whom the pool's owner did not authorize", async () => {
    const { scheduler } = world;
    const others: readonly NonNullable<EnclaveTerms["authorize"]>[] = [
      (worker, _task, address) => scheduler.authorize(worker, `0x${"aa".repeat(32)}`, address),
      (_worker, task, address) => scheduler.authorize(world.accounts.worker2.address as Address, task, address),
      (worker, task) => scheduler.authorize(worker, task, world.accounts.anyone.address as Address),
      async () => ({ sign: `0x${"00".repeat(65)}` }),
    ];
    for (const other of others) {
      const error = await refusal({ authorize: other });
      expect(error).to.include({ statusCode: 403, reason: "NotAuthorized" });
      expect(error.message).to.match(
        new RegExp(`^The pool's owner ${world.accounts.scheduler.address} did not authorize`),
      );
    }
  });
});
