import { expect } from "chai";
import { network } from "hardhat";

import { TaskStatus, taskId as taskIdOf, type Hex } from "@poco-marketplace/sdk/index.js";
import { IAttestation__factory } from "../../../typechain-types/index.js";
import { DAY } from "../vectors.js";
import {
  attestedScenes,
  IMAGE_CONFIG,
  IMAGE_DIGEST,
  RTMR,
  RUNTIME_ID,
  runtimeIdWith,
  type Evidence,
} from "./attested.js";

const connection = await network.create({ override: { hardfork: "osaka", initialDate: DAY } });
const { networkHelpers } = connection;
const { attestedImageDeal, attestedImageBoost, attestedTrustDomainDeal } = attestedScenes(connection);
const hex = (bytes: Buffer) => `0x${bytes.toString("hex")}` as Hex;
const OTHER_DIGEST = Buffer.alloc(32, 0xd2);
/** MRCONFIGID with that first byte, digest and end. */
const config = (version: number, digest: Buffer, end = Buffer.alloc(15)) =>
  Buffer.concat([Buffer.of(version), digest, end]);

describe("A TEE broker, of a trust domain that runs an image", () => {
  for (const version of [4, 5] as const) {
    it(`lets it contribute and finalize, with a quote of version ${version}`, async () => {
      const { poco, deal, sign, solo } = await networkHelpers.loadFixture(attestedImageDeal);

      await poco.contributeAndFinalize(...(await solo(await sign({ version }))));

      expect((await poco.viewTask(taskIdOf(deal, 0n))).status).to.equal(TaskStatus.COMPLETED);
    });
  }

  it("lets it contribute", async () => {
    const { poco, deal, sign, commitment } = await networkHelpers.loadFixture(attestedImageDeal);

    await poco.contribute(...(await commitment(await sign())));

    expect((await poco.viewTask(taskIdOf(deal, 0n))).status).to.equal(TaskStatus.REVEALING);
  });

  it("lets it push the result of a boost deal", async () => {
    const { poco, deal, sign, push } = await networkHelpers.loadFixture(attestedImageBoost);

    await poco.pushResultBoost(...(await push(await sign())));

    expect((await poco.viewTask(taskIdOf(deal, 0n))).status).to.equal(TaskStatus.COMPLETED);
  });

  it("takes any RTMR3, which it cannot compute", async () => {
    const { check } = await networkHelpers.loadFixture(attestedImageDeal);

    await check({ body: { rtmr: [...RTMR.slice(0, 3), Buffer.alloc(48, 9)] } });
  });

  const refused: Readonly<
    Record<string, readonly [Partial<Evidence>, string, ((app: string) => readonly unknown[])?]>
  > = {
    "no MRCONFIGID": [{ body: { mrConfigId: Buffer.alloc(48) } }, "WrongMeasurement"],
    "the digest of another image": [
      { body: { mrConfigId: config(1, OTHER_DIGEST) } },
      "WrongImage",
      (app) => [app, hex(IMAGE_DIGEST), hex(OTHER_DIGEST)],
    ],
    "a digest of zeros": [{ body: { mrConfigId: config(1, Buffer.alloc(32)) } }, "WrongImage"],
    "another version of MRCONFIGID": [
      { body: { mrConfigId: config(2, IMAGE_DIGEST) } },
      "UnknownConfiguration",
      () => [hex(config(2, IMAGE_DIGEST).subarray(0, 32)), hex(config(2, IMAGE_DIGEST).subarray(32))],
    ],
    "version 0 of MRCONFIGID": [{ body: { mrConfigId: config(0, IMAGE_DIGEST) } }, "UnknownConfiguration"],
    "something after the digest": [
      { body: { mrConfigId: config(1, IMAGE_DIGEST, Buffer.concat([Buffer.of(1), Buffer.alloc(14)])) } },
      "UnknownConfiguration",
    ],
    "something at the end of MRCONFIGID": [
      { body: { mrConfigId: config(1, IMAGE_DIGEST, Buffer.concat([Buffer.alloc(14), Buffer.of(1)])) } },
      "UnknownConfiguration",
    ],
    MROWNER: [{ body: { mrOwner: Buffer.concat([Buffer.alloc(47), Buffer.of(1)]) } }, "ConfiguredEnclave"],
    MROWNERCONFIG: [{ body: { mrOwnerConfig: Buffer.concat([Buffer.alloc(47), Buffer.of(1)]) } }, "ConfiguredEnclave"],
    "other code": [{ body: { mrTd: Buffer.alloc(48, 1) } }, "UnapprovedRuntime"],
    "other firmware": [{ body: { rtmr: RTMR.with(0, Buffer.alloc(48, 1)) } }, "UnapprovedRuntime"],
    "another kernel": [{ body: { rtmr: RTMR.with(1, Buffer.alloc(48, 1)) } }, "UnapprovedRuntime"],
    "another root file system": [{ body: { rtmr: RTMR.with(2, Buffer.alloc(48, 1)) } }, "UnapprovedRuntime"],
    // Both are harmless, but not what was approved: ICSSD, and no AVX-512.
    "an attribute that was not approved": [
      { body: { tdAttributes: Buffer.from("0000011000000000", "hex") } },
      "UnapprovedRuntime",
    ],
    "features that were not approved": [
      { body: { xfam: Buffer.from("0700000000000000", "hex") } },
      "UnapprovedRuntime",
    ],
    MIGRATABLE: [{ body: { tdAttributes: Buffer.from("0000003000000000", "hex") } }, "MigratableTrustDomain"],
    "an attribute that nobody knows": [
      { body: { tdAttributes: Buffer.from("0001001000000000", "hex") } },
      "UnknownAttributes",
    ],
    "a service domain": [
      { version: 5, body: { version15: { teeTcbSvn2: Buffer.alloc(16), mrServiceTd: Buffer.alloc(48, 1) } } },
      "ServiceTrustDomain",
    ],
    // A packed app would have to have the digest of the image for its own hash.
    "a quote of SGX": [{ version: 3 }, "WrongMeasurement"],
  };
  for (const [kind, fixture] of [
    ["classic", attestedImageDeal],
    ["boost", attestedImageBoost],
  ] as const) {
    for (const [what, [changes, error, values]] of Object.entries(refused)) {
      it(`refuses one with ${what}, in a ${kind} deal`, async () => {
        const { poco, broker, accounts, deal, check, sign, solo, push, assets } =
          await networkHelpers.loadFixture(fixture);
        const isOurs = broker.interface.getError(error) !== null;
        const errors = isOurs ? broker : IAttestation__factory.connect(await broker.getAddress());
        const refusal = expect(check(changes)).to.be.revertedWithCustomError(errors, error);
        await (values === undefined ? refusal : refusal.withArgs(...values(assets.app)));

        const authorization = await sign(changes);
        const sent =
          kind === "boost"
            ? poco.pushResultBoost(...(await push(authorization)))
            : poco.contributeAndFinalize(...(await solo(authorization)));
        await expect(sent)
          .to.be.revertedWithCustomError(poco, "WorkerNotAuthorized")
          .withArgs(taskIdOf(deal, 0n), accounts.worker1.address, await broker.getAddress());
      });
    }
  }

  it("refuses one in debug mode, even where debug mode is accepted and that runtime is approved", async () => {
    const { broker, check } = await networkHelpers.loadFixture(attestedImageDeal);
    const errors = IAttestation__factory.connect(await broker.getAddress());
    const tdAttributes = Buffer.from("0100001000000000", "hex");
    await broker.setDebugEnclaves(true);
    await broker.approveRuntime(runtimeIdWith(tdAttributes));

    await expect(check({ body: { tdAttributes } }))
      .to.be.revertedWithCustomError(errors, "DebugEnclave")
      .withArgs(1n, 0x10000001n);
  });

  it("refuses one for an app that published a measurement, even if the digest is its checksum", async () => {
    const { broker, check } = await networkHelpers.loadFixture(attestedTrustDomainDeal);
    await broker.approveRuntime(RUNTIME_ID);

    await check({ version: 4 });
    await expect(check({ version: 4, body: { mrConfigId: IMAGE_CONFIG } })).to.be.revertedWithCustomError(
      broker,
      "ConfiguredEnclave",
    );
  });

  it("refuses it from the moment on at which its runtime is withdrawn", async () => {
    const { broker, check, poco, sign, solo } = await networkHelpers.loadFixture(attestedImageDeal);
    await check();

    await expect(broker.withdrawRuntime(RUNTIME_ID)).to.emit(broker, "RuntimeWithdrawn").withArgs(RUNTIME_ID);

    await expect(check()).to.be.revertedWithCustomError(broker, "UnapprovedRuntime").withArgs(RUNTIME_ID);
    await expect(poco.contributeAndFinalize(...(await solo(await sign())))).to.be.revertedWithCustomError(
      poco,
      "WorkerNotAuthorized",
    );
  });

  it("approves exactly the attributes and features that the id of a runtime has", async () => {
    const { broker, check } = await networkHelpers.loadFixture(attestedImageDeal);
    const tdAttributes = Buffer.from("0000011000000000", "hex");

    await broker.approveRuntime(runtimeIdWith(tdAttributes));

    await check({ body: { tdAttributes } });
    await check();
  });
});

describe("The runtimes that a TEE broker approves", () => {
  const OTHER = `0x${"0e".repeat(32)}`;

  it("are a list that everybody can read, and that tells of its changes", async () => {
    const { broker } = await networkHelpers.loadFixture(attestedImageDeal);
    expect(await broker.approvedRuntimes()).to.deep.equal([RUNTIME_ID]);

    await expect(broker.approveRuntime(OTHER)).to.emit(broker, "RuntimeApproved").withArgs(OTHER);
    expect(await broker.approvedRuntimes()).to.deep.equal([RUNTIME_ID, OTHER]);
    expect(await broker.isApprovedRuntime(OTHER)).to.equal(true);

    await expect(broker.withdrawRuntime(RUNTIME_ID)).to.emit(broker, "RuntimeWithdrawn").withArgs(RUNTIME_ID);
    expect(await broker.approvedRuntimes()).to.deep.equal([OTHER]);
    expect(await broker.isApprovedRuntime(RUNTIME_ID)).to.equal(false);
  });

  it("are approved once, and withdrawn only if they were approved", async () => {
    const { broker } = await networkHelpers.loadFixture(attestedImageDeal);

    await expect(broker.approveRuntime(RUNTIME_ID))
      .to.be.revertedWithCustomError(broker, "RuntimeAlreadyApproved")
      .withArgs(RUNTIME_ID);
    await expect(broker.withdrawRuntime(OTHER))
      .to.be.revertedWithCustomError(broker, "UnapprovedRuntime")
      .withArgs(OTHER);
  });

  it("are approved and withdrawn by the broker's owner alone", async () => {
    const { broker, accounts } = await networkHelpers.loadFixture(attestedImageDeal);
    const stranger = broker.connect(accounts.scheduler);

    for (const call of [() => stranger.approveRuntime(OTHER), () => stranger.withdrawRuntime(RUNTIME_ID)]) {
      await expect(call())
        .to.be.revertedWithCustomError(broker, "OwnableUnauthorizedAccount")
        .withArgs(accounts.scheduler.address);
    }
    expect(await broker.approvedRuntimes()).to.deep.equal([RUNTIME_ID]);
  });
});
