import { expect } from "chai";

import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import {
  imageConfiguration,
  imageDigestIn,
  imageRegister,
  runtimeIdOf,
} from "@poco-marketplace/enclave/attestation/imageRule.js";
import { parseQuote } from "@poco-marketplace/enclave/attestation/quote.js";
import { PRODUCTION_DOMAIN, USUAL_FEATURES } from "@poco-marketplace/enclave/attestation/simulated/reports.js";
import { writeQuote, type Statement } from "@poco-marketplace/enclave/attestation/simulated/quoteWriter.js";
import { defaultPolicy, type QuotePolicy } from "@poco-marketplace/enclave/attestation/verdict.js";
import { simulatedProcessor } from "@poco-marketplace/enclave/runtime/processor.js";
import { simulatedRuntime } from "@poco-marketplace/enclave/runtime/simulatedRuntime.js";
import type { EnclaveFacts } from "@poco-marketplace/enclave/trust/enclaveFacts.js";
import { EnclaveRefusal } from "@poco-marketplace/enclave/trust/enclaveRefusal.js";
import { platformPolicy } from "@poco-marketplace/enclave/trust/platformPolicy.js";
import { verifyEnclave } from "@poco-marketplace/enclave/trust/verifyEnclave.js";
import type { Address, Hex } from "@poco-marketplace/sdk/index.js";
import { encodeReportData } from "@poco-marketplace/sdk/wire/reportData.js";
import { simulate, type Simulation } from "../attestation/simulation.js";
import { rejection } from "../fixtures/rejection.js";

const DIGEST: Hex = `0x${"d1".repeat(32)}`;
const OTHER: Hex = `0x${"d2".repeat(32)}`;
const APP: Address = `0x${"a9".repeat(20)}`;
const BINDING = {
  worker: `0x${"11".repeat(20)}`,
  taskId: `0x${"22".repeat(32)}`,
  enclave: `0x${"33".repeat(20)}`,
  encryptionKey: new Uint8Array(32).fill(7),
} as const;
const [MR_TD, RTMR0, RTMR1, RTMR2] = [0x7d, 0xa0, 0xa1, 0xa2].map((byte) => Buffer.alloc(48, byte)) as [
  Buffer,
  Buffer,
  Buffer,
  Buffer,
];
const RUNTIME: Hex = "0x2c8608246c0cff0b2b8416b0e2227faa0189d7b5e1e7d3d3da0fd343fd9ac06c";
const ONES = Buffer.alloc(48, 1);

/** How a trust domain differs from an honest one that runs the image. */
interface Difference {
  readonly version?: 3 | 4 | 5;
  readonly body?: Record<string, unknown>;
}

describe("The image rule, off chain", () => {
  it("puts 01, the digest and 15 zeros into MRCONFIGID, and reads nothing else from it", () => {
    const configuration = imageConfiguration(DIGEST);

    expect(toHex(configuration)).to.equal(`0x01${"d1".repeat(32)}${"00".repeat(15)}`);
    expect(imageDigestIn(configuration)).to.equal(DIGEST);
    for (const place of [0, 33, 47]) {
      const changed = Uint8Array.from(configuration);
      changed[place]! ^= 0x80;
      expect(imageDigestIn(changed), `byte ${place}`).to.equal(undefined);
    }
    expect(imageDigestIn(new Uint8Array(48))).to.equal(undefined);
  });

  it("extends RTMR3 once, with one event", () => {
    // Computed with Python's hashlib.
    expect(toHex(imageRegister(DIGEST))).to.equal(
      "0x9b1daa9b8c9c5d01f449d7de53b82f120646db0642ff9ec45e972ea6c191d2a895489933f6842de0bdd8b9e845e70bed",
    );
  });

  it("names a runtime by attributes, XFAM, MRTD and RTMR0 to RTMR2, and not by RTMR3", () => {
    const fields = { tdAttributes: PRODUCTION_DOMAIN, xfam: USUAL_FEATURES, mrTd: MR_TD } as const;

    expect(runtimeIdOf({ ...fields, rtmr: [RTMR0, RTMR1, RTMR2] })).to.equal(RUNTIME);
    expect(runtimeIdOf({ ...fields, rtmr: [RTMR0, RTMR1, RTMR2, ONES] })).to.equal(RUNTIME);
  });
});

describe("Secret service and scheduler, of a trust domain that runs an image", () => {
  let simulation: Simulation;
  before(async () => {
    simulation = await simulate();
  });

  const facts: EnclaveFacts = {
    digestsOf: async () => ({ mrEnclave: "0x", checksum: DIGEST }),
    isApprovedRuntime: async (runtime) => runtime === RUNTIME,
    broker: async () => undefined,
    refusalBy: async () => undefined,
  };

  function quoteOf({ version = 4, body = {} }: Difference = {}): Uint8Array {
    const reportData = encodeReportData(BINDING);
    const honest =
      version === 3
        ? {}
        : {
            mrTd: MR_TD,
            mrConfigId: imageConfiguration(DIGEST),
            rtmr: [RTMR0, RTMR1, RTMR2, imageRegister(DIGEST)],
          };
    return writeQuote(simulation.platform, { version, body: { ...honest, reportData, ...body } } as Statement);
  }

  function verify(quote: Uint8Array, known = facts, changes: Partial<QuotePolicy> = {}) {
    const policy = () => defaultPolicy({ ...simulation.policy, ...changes });
    return verifyEnclave(known, { app: APP, binding: BINDING, quote }, platformPolicy({ policy }));
  }

  for (const version of [4, 5] as const) {
    it(`believe it, with a quote of version ${version}`, async () => {
      expect(await verify(quoteOf({ version }))).to.include({ kind: "image", digest: DIGEST, runtime: RUNTIME });
    });

    it(`believe the runtime that this code is, with version ${version}, once it is approved`, async () => {
      const { id } = simulatedRuntime();
      const processor = simulatedProcessor(simulation.platform, { version });
      const quote = processor.quote({ kind: "image", digest: DIGEST }, encodeReportData(BINDING));

      expect(parseQuote(quote).header).to.include({ tee: "TDX", version });
      expect(await verify(quote, { ...facts, isApprovedRuntime: async (runtime) => runtime === id })).to.include({
        kind: "image",
        digest: DIGEST,
        runtime: id,
      });
      expect(await rejection(verify(quote), EnclaveRefusal)).to.include({ reason: "UnapprovedRuntime" });
    });
  }

  it("is never an enclave of SGX in the simulation", () => {
    const processor = simulatedProcessor(simulation.platform, { version: 3 });
    const quote = processor.quote({ kind: "image", digest: DIGEST }, encodeReportData(BINDING));

    expect(parseQuote(quote).header).to.include({ tee: "TDX", version: 4 });
  });

  const config = (start: string, digest = DIGEST, end = "00".repeat(15)) =>
    Buffer.from(`${start}${digest.slice(2)}${end}`, "hex");
  const registers = (index: 0 | 1 | 2 | 3, value: Uint8Array) =>
    [RTMR0, RTMR1, RTMR2, imageRegister(DIGEST)].with(index, value);
  const refused: Readonly<Record<string, readonly [Difference, string, string]>> = {
    "without MRCONFIGID": [{ body: { mrConfigId: Buffer.alloc(48) } }, "WrongMeasurement", "run that app"],
    "with another version of MRCONFIGID": [
      { body: { mrConfigId: config("02") } },
      "UnknownConfiguration",
      `MRCONFIGID of the trust domain is 0x02${"d1".repeat(32)}`,
    ],
    "with version 0 of MRCONFIGID": [{ body: { mrConfigId: config("00") } }, "UnknownConfiguration", "15 zeros"],
    "with something after the digest": [
      { body: { mrConfigId: config("01", DIGEST, `01${"00".repeat(14)}`) } },
      "UnknownConfiguration",
      "15 zeros",
    ],
    "with something at the end of MRCONFIGID": [
      { body: { mrConfigId: config("01", DIGEST, `${"00".repeat(14)}01`) } },
      "UnknownConfiguration",
      "15 zeros",
    ],
    "of another image, which it has verified": [
      { body: { mrConfigId: imageConfiguration(OTHER), rtmr: registers(3, imageRegister(OTHER)) } },
      "WrongImage",
      `started for image ${OTHER}, but app ${APP} of the deal published ${DIGEST}`,
    ],
    "that has not verified the image yet": [
      { body: { rtmr: registers(3, Buffer.alloc(48)) } },
      "WrongImageRegister",
      `RTMR3 of the trust domain is 0x${"00".repeat(48)}`,
    ],
    "that has verified another image": [
      { body: { rtmr: registers(3, imageRegister(OTHER)) } },
      "WrongImageRegister",
      `leaves ${toHex(imageRegister(DIGEST))} there`,
    ],
    "with MROWNER": [{ body: { mrOwner: ONES } }, "ConfiguredEnclave", "MROWNER 0x01"],
    "with MROWNERCONFIG": [{ body: { mrOwnerConfig: ONES } }, "ConfiguredEnclave", "MROWNERCONFIG 0x01"],
    "of other code": [{ body: { mrTd: ONES } }, "UnapprovedRuntime", "approvedRuntimes()"],
    "of other firmware": [{ body: { rtmr: registers(0, ONES) } }, "UnapprovedRuntime", "approvedRuntimes()"],
    "of another kernel": [{ body: { rtmr: registers(1, ONES) } }, "UnapprovedRuntime", "approvedRuntimes()"],
    "of another root file system": [{ body: { rtmr: registers(2, ONES) } }, "UnapprovedRuntime", "approvedRuntimes()"],
    "with an attribute that was not approved": [
      { body: { tdAttributes: Buffer.from("0000011000000000", "hex") } },
      "UnapprovedRuntime",
      "approvedRuntimes()",
    ],
    "with features that were not approved": [
      { body: { xfam: Buffer.from("0700000000000000", "hex") } },
      "UnapprovedRuntime",
      "approvedRuntimes()",
    ],
    "that is migratable": [
      { body: { tdAttributes: Buffer.from("0000003000000000", "hex") } },
      "QuoteRefused",
      "(MigratableTrustDomain)",
    ],
    "with an attribute that nobody knows": [
      { body: { tdAttributes: Buffer.from("0001001000000000", "hex") } },
      "QuoteRefused",
      "(UnknownAttributes)",
    ],
    "with a service domain": [
      { version: 5, body: { version15: { teeTcbSvn2: Buffer.alloc(16), mrServiceTd: ONES } } },
      "QuoteRefused",
      "(ServiceTrustDomain)",
    ],
    "that is an enclave of SGX": [
      { version: 3, body: { mrEnclave: Buffer.alloc(32, 0xe1) } },
      "WrongMeasurement",
      "run that app",
    ],
  };
  for (const [what, [difference, reason, sentence]] of Object.entries(refused)) {
    it(`refuse one ${what}`, async () => {
      const error = await rejection(verify(quoteOf(difference)), EnclaveRefusal);

      expect(error).to.include({ reason, statusCode: 403 });
      expect(error.message).to.contain(sentence);
    });
  }

  it("refuse one in debug mode or with a service domain, even where the policy accepts any", async () => {
    const lax = { debugEnclaves: "accepted", isolation: "any" } as const;
    const approving = { ...facts, isApprovedRuntime: async () => true };
    for (const [difference, fault] of [
      [{ body: { tdAttributes: Buffer.from("0100001000000000", "hex") } }, "DebugEnclave"],
      [{ version: 5, body: { version15: { teeTcbSvn2: Buffer.alloc(16), mrServiceTd: ONES } } }, "ServiceTrustDomain"],
    ] as const) {
      const error = await rejection(verify(quoteOf(difference), approving, lax), EnclaveRefusal);

      expect(error).to.include({ reason: "QuoteRefused" });
      expect(error.message).to.contain(`(${fault})`);
    }
  });

  it("refuse one for an app that published a measurement, even if the digest is its checksum", async () => {
    const measured = { ...facts, digestsOf: async () => ({ mrEnclave: DIGEST, checksum: DIGEST }) };

    const error = await rejection(verify(quoteOf(), measured), EnclaveRefusal);

    expect(error).to.include({ reason: "ConfiguredEnclave" });
    expect(error.message).to.contain(`MRCONFIGID 0x01${"d1".repeat(32)}`);
  });
});
