import { expect } from "chai";
import { getBytes, Wallet, ZeroAddress } from "ethers";
import { network } from "hardhat";

import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { imageConfiguration, imageRegister } from "@poco-marketplace/enclave/attestation/imageRule.js";
import { simulatedRuntime } from "@poco-marketplace/enclave/runtime/simulatedRuntime.js";
import { encodeReportData } from "@poco-marketplace/sdk/wire/reportData.js";
import { writeQuote, type Statement } from "@poco-marketplace/enclave/attestation/simulated/quoteWriter.js";
import { defaultPolicy } from "@poco-marketplace/enclave/attestation/verdict.js";
import type { Address, Hex } from "@poco-marketplace/sdk/index.js";
import { openSchedulerService, type SchedulerServiceOptions } from "@poco-marketplace/services/scheduler/service.js";
import type { AuthorizationRequest, TaskAssignment } from "@poco-marketplace/sdk/wire/scheduler.js";
import { MissingTcbPolicyError } from "@poco-marketplace/enclave/trust/platformPolicy.js";
import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import { WorkerSession } from "@poco-marketplace/sdk/client/workerSession.js";
import { App__factory, IPlatformRegistry__factory, ITeeBroker__factory } from "../../typechain-types/index.js";
import { appSource } from "../fixtures/attested.js";
import { keyAt, openPoolWorld, until, type PoolWorld } from "../fixtures/pool.js";
import { rejection } from "../fixtures/rejection.js";

const connection = await network.create();
/** Whose account in the mnemonic the worker has that speaks for itself here. */
const ROGUE = 13;
const KEY = new Uint8Array(32).fill(7);
const MIGRATABLE = Buffer.from("0000003000000000", "hex");
/** How what is shown differs from what an honest enclave shows. */
type Forged = { readonly version?: 3 | 4; readonly body?: Record<string, unknown>; readonly worker?: Address };

describe("A scheduler that is asked to sign for an enclave, on a hub without a TEE broker", () => {
  let world: PoolWorld;
  let scheduler: Awaited<ReturnType<PoolWorld["startScheduler"]>>;
  let app: Address;
  let checksum: Hex;
  const rogue = new Wallet(keyAt(ROGUE));
  let client: WorkerSession;
  let assignment: TaskAssignment | undefined;
  const { signal } = new AbortController();

  before(async () => {
    world = await openPoolWorld(connection);
    await world.poco.connect(world.accounts.owner).setTeeBroker(ZeroAddress);
    scheduler = await start();
    ({ app } = await world.publishApp(appSource("done({});")));
    checksum = (await App__factory.connect(app, world.accounts.anyone).m_appChecksum()) as Hex;
    await world.makeDeal({ app });
    await takeDuty();
  });
  after(async () => {
    await scheduler.stop();
    await world.close();
  });

  /** A scheduler for whose pool the rogue may work, too. */
  function start(port = 0, options: Partial<SchedulerServiceOptions> = {}) {
    const workers = [rogue.address, world.accounts.worker1.address] as Address[];
    return world.startScheduler(port, { workers, ...options });
  }

  /** Joins, and waits for a task. */
  async function takeDuty(): Promise<void> {
    client = new WorkerSession(scheduler.url, rogue, { slots: 1 });
    while (assignment === undefined) {
      [assignment] = (await client.awaitChanges({ running: [], revealing: [] }, signal)).run;
    }
  }

  /** Asks for a signature, with the quote of an enclave that differs from an honest one in that. */
  async function ask({ version = 3, body = {}, worker = rogue.address as Address }: Forged = {}) {
    const enclave = Wallet.createRandom().address as Address;
    const binding = { worker, taskId: assignment!.taskId, enclave, encryptionKey: KEY };
    const measured = version === 3 ? { mrEnclave: getBytes(checksum) } : { mrTd: new Uint8Array(48).fill(1) };
    const statement = { version, body: { ...measured, reportData: encodeReportData(binding), ...body } } as Statement;
    const quote = toHex(writeQuote(world.platform, statement));
    return sign({ enclave, encryptionKey: toHex(KEY), quote });
  }

  async function sign(shown: Omit<AuthorizationRequest, "attempt">) {
    const { taskId, attempt } = assignment!;
    const answer = client.authorize(taskId, { attempt, ...shown }, signal);
    return answer.then(
      (given) => ({ status: 200, message: "", sign: given.sign }),
      (error: unknown) => {
        if (!(error instanceof ServiceError)) throw error;
        return { status: error.statusCode, message: error.message, sign: undefined };
      },
    );
  }

  it("does not for an address alone, of whoever made it up", async () => {
    const enclave = Wallet.createRandom().address as Address;

    expect(await sign({ enclave })).to.include({ status: 403, sign: undefined });
    expect((await sign({ enclave })).message).to.contain("give its quote and its encryption key too");
    expect(await sign({})).to.include({ status: 400 });
    expect(await sign({ enclave, encryptionKey: toHex(KEY), quote: "0x1234" })).to.include({ status: 403 });
  });

  for (const [what, forged, sentence] of [
    ["another app's", { body: { mrEnclave: new Uint8Array(32) } }, "The enclave measures 0x00"],
    ["another worker's", { worker: `0x${"11".repeat(20)}` }, "show the quote of that enclave"],
    [
      "one in debug mode",
      { body: { attributes: Buffer.from("0700000000000000e700000000000000", "hex") } },
      "(DebugEnclave)",
    ],
    [
      "a trust domain that its host can export",
      { version: 4, body: { tdAttributes: MIGRATABLE } },
      "(MigratableTrustDomain)",
    ],
    ["one that its host configured", { body: { configSvn: 1 } }, "The host gave the enclave CONFIGSVN"],
  ] as const satisfies readonly [string, Forged, string][]) {
    it(`does not for ${what}`, async () => {
      const { status, message, sign: signature } = await ask(forged);

      expect([status, signature]).to.deep.equal([403, undefined]);
      expect(message).to.contain(sentence);
    });
  }

  it("does for a trust domain that runs the app's image by an approved runtime, and for no other", async () => {
    const { owner } = world.accounts;
    const { teeBroker } = world.manifest.attestation!;
    const broker = ITeeBroker__factory.connect(teeBroker, owner);
    const { id, mrTd, rtmr } = simulatedRuntime();
    const other: Hex = `0x${"d2".repeat(32)}`;
    const running = (digest: Hex, register = imageRegister(digest)): Forged => ({
      version: 4,
      body: { mrTd, mrConfigId: imageConfiguration(digest), rtmr: [...rtmr, register] },
    });

    expect((await ask(running(checksum))).message).to.contain(
      `The runtime ${id} of the trust domain is not on the list`,
    );
    await world.poco.connect(owner).setTeeBroker(teeBroker);
    expect((await ask(running(checksum))).message).to.contain(
      `The runtime ${id} of the trust domain is not on the list`,
    );
    await broker.approveRuntime(id);
    expect(await ask(running(checksum))).to.include({ status: 200 });
    for (const [forged, sentence] of [
      [running(other), `started for image ${other}`],
      [running(checksum, imageRegister(other)), "RTMR3 of the trust domain"],
      [{ version: 4, body: { mrTd, mrConfigId: new Uint8Array(48).fill(2) } }, "MRCONFIGID of the trust domain"],
      [{ version: 4, body: { mrTd } }, "The enclave measures"],
    ] as const) {
      const { status, message, sign: signature } = await ask(forged);
      expect([status, signature]).to.deep.equal([403, undefined]);
      expect(message).to.contain(sentence);
    }
    await broker.withdrawRuntime(id);
    expect(await ask(running(checksum))).to.include({ status: 403, sign: undefined });
    await world.poco.connect(owner).setTeeBroker(ZeroAddress);
  });

  it("asks the registry of the manifest each time, for all that it knows", async () => {
    const { owner } = world.accounts;
    const registry = IPlatformRegistry__factory.connect(world.manifest.attestation!.platformRegistry, owner);
    const { fmspc } = world.platform.facts;
    const none = { components: new Uint8Array(16), pceSvn: 0, tdxComponents: new Uint8Array(16) };

    await registry.setTcbMinimum(fmspc, { ...none, pceSvn: 65_535 });
    expect(await ask()).to.include({ status: 403, sign: undefined });
    expect((await ask()).message)
      .to.contain("(TcbTooOld)")
      .and.to.contain(await registry.getAddress());
    await registry.setTcbMinimum(fmspc, none);
    await registry.setMinimumQeSvn(0n, 65_535);
    expect((await ask()).message).to.contain("(QuotingEnclaveTooOld)");
    await registry.setMinimumQeSvn(0n, 0);

    expect(await ask()).to.include({ status: 200 });
  });

  it("signs for none where it was told so, which is what clients with plain keys need", async () => {
    await scheduler.stop();
    scheduler = await start(scheduler.port, { enclaves: "unattested" });
    await takeDuty();

    expect(await sign({ enclave: Wallet.createRandom().address as Address })).to.include({ status: 200 });
    expect(await sign({})).to.include({ status: 400 });
    await scheduler.stop();
    scheduler = await start(scheduler.port);
  });

  it("has the tasks done of workers whose enclaves prove themselves to it", async () => {
    await world.startWorker(0, scheduler.url);
    const { tasks } = await world.makeDeal({ app });

    await until(scheduler.url, tasks[0]!, "COMPLETED");
  });

  it("does not start under Intel's root where nothing says which platforms are too old", async () => {
    const error = await rejection(
      openSchedulerService({
        rpc: world.chain.url,
        deployment: world.manifest,
        database: "memory",
        wallet: keyAt(ROGUE),
        workerpool: `0x${"11".repeat(20)}`,
        enclaves: { policy: () => defaultPolicy() },
      }),
      MissingTcbPolicyError,
    );

    expect(error.message).to.contain("--tcb FILE").and.to.contain("--accept-outdated-platforms");
  });
});
