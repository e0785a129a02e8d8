import { createAuthority, type SimulatedAuthority } from "@poco-marketplace/enclave/attestation/simulated/authority.js";
import { createMachine } from "@poco-marketplace/enclave/attestation/simulated/machine.js";
import { certifyMachine, type SimulatedPlatform } from "@poco-marketplace/enclave/attestation/simulated/platform.js";
import type { Statement } from "@poco-marketplace/enclave/attestation/simulated/quoteWriter.js";
import { defaultPolicy, type QuotePolicy } from "@poco-marketplace/enclave/attestation/verdict.js";
import { DAY } from "./vectors.js";

/** From before to after the day on which everything in these tests is verified. */
export const PERIOD = { from: new Date("2026-01-01T00:00:00Z"), until: new Date("2027-01-01T00:00:00Z") };

/** A simulated root, a platform under it, and the policy that trusts it. */
export type Simulation = {
  readonly authority: SimulatedAuthority;
  readonly platform: SimulatedPlatform;
  readonly policy: QuotePolicy;
};

/** A new root and a new platform. */
export async function simulate(ca: SimulatedAuthority["ca"] = "Platform"): Promise<Simulation> {
  const authority = await createAuthority(PERIOD, ca);
  const platform = await certifyMachine(createMachine(), authority, PERIOD);
  return { authority, platform, policy: defaultPolicy({ rootKey: authority.root.key.point, at: DAY }) };
}

const filled = (length: number, byte: number) => Buffer.alloc(length, byte);

/** One statement per layout that a quote can have, each field different. */
export const STATEMENTS: Readonly<Record<string, Statement>> = {
  "SGX, version 3": {
    version: 3,
    body: {
      mrEnclave: filled(32, 0xe1),
      mrSigner: filled(32, 0x51),
      productId: 7,
      svn: 3,
      reportData: filled(64, 0xd1),
    },
  },
  "TDX, version 4": {
    version: 4,
    body: { teeTcbSvn: filled(16, 2), mrSeam: filled(48, 0x5e), mrTd: filled(48, 0x7d), reportData: filled(64, 0xd2) },
  },
  "TDX, version 5 with a TD report 1.0": {
    version: 5,
    body: { teeTcbSvn: filled(16, 3), mrTd: filled(48, 0x7e), reportData: filled(64, 0xd3) },
  },
  "TDX, version 5 with a TD report 1.5": {
    version: 5,
    body: {
      teeTcbSvn: filled(16, 4),
      mrTd: filled(48, 0x7f),
      rtmr: [filled(48, 0xa0), filled(48, 0xa1), filled(48, 0xa2), filled(48, 0xa3)],
      reportData: filled(64, 0xd4),
      version15: { teeTcbSvn2: filled(16, 5), mrServiceTd: filled(48, 0) },
    },
  },
};
