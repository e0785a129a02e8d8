import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { readCertificate } from "@poco-marketplace/enclave/attestation/certificate.js";
import { formatGas, type Journal } from "../journal.js";
import { WORKERS, type Stage } from "../stage.js";

/** Every worker's platform is made known to the contracts. */
export async function enrol(stage: Stage, journal: Journal): Promise<void> {
  journal.step("The workers' platforms are registered");
  const isSimulated = await stage.attestation.registry.isSimulated();
  journal.tell(
    `The hub's TEE broker believes platforms under ${isSimulated ? "a SIMULATED root" : "Intel's root"}, by`,
  );
  journal.tell(
    "certificates and quotes in Intel's formats. The cryptography and the checks are real; what is simulated",
  );
  journal.tell("is the hardware, and with it the isolation of enclaves: whoever runs this machine can look into them.");
  for (const [i, worker] of stage.workers.entries()) {
    const steps = await worker.registerPlatform();
    for (const { call, receipt } of steps) journal.gas(call, receipt);
    const { facts, chain } = stage.platforms[i]!;
    const costs = steps.map(({ call, receipt }) => `${call} ${formatGas(receipt.gasUsed)} gas`);
    const serial = toHex(readCertificate(chain[0], "PCK certificate").serial);
    const gas = steps.reduce((sum, { receipt }) => sum + receipt.gasUsed, 0n);
    journal.platform({ worker: WORKERS[i]!, serial, model: toHex(facts.fmspc), gas });
    journal.tell(`${WORKERS[i]!}: certificate ${serial.slice(0, 18)}…, ${costs.join(", ")}.`);
  }
}
