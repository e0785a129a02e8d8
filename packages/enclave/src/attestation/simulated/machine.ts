import { createHash, randomBytes } from "node:crypto";

import type { Tee } from "../header.js";
import { QUOTING_ENCLAVES } from "../qeReport.js";
import { encodeSgxReport } from "./reports.js";
import { createSigningKey, type SigningKey } from "./signingKey.js";

/** A quoting enclave: its attestation key, and its report, which the machine's PCK key signs. */
export interface SimulatedQuotingEnclave {
  readonly attestationKey: SigningKey;
  readonly authenticationData: Uint8Array;
  readonly report: Uint8Array;
  readonly svn: number;
}

/** A simulated machine. Its quoting enclaves stay the same when it is updated and certified again. */
export interface SimulatedMachine {
  readonly ppid: Uint8Array;
  readonly quotingEnclaves: Readonly<Record<Tee, SimulatedQuotingEnclave>>;
}

/** The attributes of quoting enclaves: initialized, 64-bit, with the provisioning key. */
const ATTRIBUTES = Buffer.from("1500000000000000e700000000000000", "hex");
const CPU_SVN = Buffer.from("0e0e0303ffff01000000000000000000", "hex");
const AUTHENTICATION_DATA = Uint8Array.from({ length: 32 }, (_, index) => index);

/** Creates a machine. */
export function createMachine(): SimulatedMachine {
  return {
    ppid: Buffer.concat([Buffer.from("SIMULATED"), randomBytes(7)]),
    quotingEnclaves: { SGX: createQuotingEnclave("SGX", 9), TDX: createQuotingEnclave("TDX", 6) },
  };
}

function createQuotingEnclave(tee: Tee, svn: number): SimulatedQuotingEnclave {
  const attestationKey = createSigningKey();
  const bound = createHash("sha256").update(attestationKey.point).update(AUTHENTICATION_DATA).digest();
  const { signer, product } = QUOTING_ENCLAVES[tee];
  const report = encodeSgxReport({
    cpuSvn: CPU_SVN,
    attributes: ATTRIBUTES,
    mrEnclave: createHash("sha256").update(`simulated quoting enclave for ${tee}`).digest(),
    mrSigner: signer,
    productId: product,
    svn,
    reportData: Buffer.concat([bound, Buffer.alloc(32)]),
  });
  return { attestationKey, authenticationData: AUTHENTICATION_DATA, report, svn };
}
