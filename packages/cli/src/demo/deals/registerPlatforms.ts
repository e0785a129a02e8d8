import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { readCertificate } from "@poco-marketplace/enclave/attestation/certificate.js";
import { formatGas, type Transcript } from "../transcript.js";
import { WORKERS, type Scenario } from "../scenario.js";

/** Registers every worker's platform on chain. */
export async function registerPlatforms(scenario: Scenario, transcript: Transcript): Promise<void> {
  transcript.step("The workers' platforms are registered");
  const isSimulated = await scenario.attestation.registry.isSimulated();
  transcript.print(
    `The hub's TEE broker trusts platforms under ${isSimulated ? "a SIMULATED root" : "Intel's root"}, by`,
  );
  transcript.print(
    "certificates and quotes in Intel's formats. The cryptography and the checks are real; what is simulated",
  );
  transcript.print(
    "is the hardware, and with it the isolation of enclaves: anybody who runs this machine can read their memory.",
  );
  for (const [i, worker] of scenario.workers.entries()) {
    const steps = await worker.registerPlatform();
    for (const { call, receipt } of steps) transcript.gas(call, receipt);
    const { facts, chain } = scenario.platforms[i]!;
    const costs = steps.map(({ call, receipt }) => `${call} ${formatGas(receipt.gasUsed)} gas`);
    const serial = toHex(readCertificate(chain[0], "PCK certificate").serial);
    const gas = steps.reduce((sum, { receipt }) => sum + receipt.gasUsed, 0n);
    transcript.platform({ worker: WORKERS[i]!, serial, model: toHex(facts.fmspc), gas });
    transcript.print(`${WORKERS[i]!}: certificate ${serial.slice(0, 18)}…, ${costs.join(", ")}.`);
  }
}
