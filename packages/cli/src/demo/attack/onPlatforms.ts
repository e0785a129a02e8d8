import { createAuthority } from "@poco-marketplace/enclave/attestation/simulated/authority.js";
import type { SimulatedPlatform } from "@poco-marketplace/enclave/attestation/simulated/platform.js";
import { pckNameOf } from "@poco-marketplace/enclave/attestation/quoteEvidence.js";
import { readCertificate } from "@poco-marketplace/enclave/attestation/certificate.js";
import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { sendAndWait } from "@poco-marketplace/sdk/chain/sendAndWait.js";
import { registerPlatform } from "@poco-marketplace/enclave/evidence/registration.js";
import { simulatedProcessor } from "@poco-marketplace/enclave/runtime/processor.js";
import { WORKERS, type Scenario } from "../scenario.js";
import { certificatePeriod, certify } from "../trust.js";
import type { Attack, AttackedTask } from "./attack.js";
import { askForDataAndPay, ATTACKER, attempt, breakEnclaveOf } from "./attempts.js";

const MINUTES = 60_000;

/** A worker uses a broken platform, which the registry's owner has revoked. */
export const revokedPlatform: Attack = {
  description: "A worker's platform was broken, which came out: the registry's owner revoked it. The worker goes on.",
  expected: [
    ["secret service", "PlatformRefusedOnChain"],
    ["TEE broker", "CertificateRevoked"],
  ],
  ending: "refund",
  async run(target) {
    const platform = await certify(target.scenario.authority);
    const enclave = await breakEnclaveOf(target, { processor: simulatedProcessor(platform) });
    await register(target, enclave.quote);
    await sendAndWait(registryOfOwner(target.scenario).revokePlatform(nameOf(platform)));
    return askForDataAndPay(target, enclave);
  },
};

/** A worker uses a platform whose certificate has expired since it was registered. */
export const expiredCertificate: Attack = {
  description: "A worker's platform was certified until a few minutes ago. Nobody knows what became of it since.",
  expected: [
    ["secret service", "Expired"],
    ["TEE broker", "Expired"],
  ],
  ending: "refund",
  async run(target) {
    const { scenario } = target;
    const until = new Date(scenario.now().getTime() + 20 * MINUTES);
    const platform = await certify(scenario.authority, { until });
    const enclave = await breakEnclaveOf(target, { processor: simulatedProcessor(platform) });
    await register(target, enclave.quote);
    await scenario.wait(21n * 60n);
    return askForDataAndPay(target, enclave);
  },
};

/** A worker certifies its platform under a root of its own. */
export const forgedRoot: Attack = {
  description: "A worker certifies its own platform, under a root that it made and named like the real one.",
  expected: [
    ["platform registry", "KeyIdentifierMismatch"],
    ["quote verifier", "UntrustedRoot"],
    ["secret service", "UntrustedRoot"],
    ["TEE broker", "UnknownAuthority"],
  ],
  ending: "refund",
  async run(target) {
    const { verifier } = target.scenario.attestation;
    const platform = await certify(await createAuthority(certificatePeriod()));
    const enclave = await breakEnclaveOf(target, { processor: simulatedProcessor(platform) });
    return [
      await attempt("registers its platform", "platform registry", () => register(target, enclave.quote)),
      await attempt("has its quote verified", "quote verifier", () => verifier.verify(enclave.quote)),
      ...(await askForDataAndPay(target, enclave)),
    ];
  },
};

/** A worker runs an enclave in debug mode, in which the host can read its memory and so its keys. */
export const debugEnclave: Attack = {
  description: "A worker runs the right app on a genuine platform, but in debug mode, in which it can look inside.",
  expected: [
    ["secret service", "DebugEnclave"],
    ["TEE broker", "DebugEnclave"],
  ],
  ending: "refund",
  async run(target) {
    const platform = target.scenario.platforms[WORKERS.indexOf(ATTACKER)]!;
    return askForDataAndPay(
      target,
      await breakEnclaveOf(target, { processor: simulatedProcessor(platform, { mode: "debug" }) }),
    );
  },
};

/** A worker uses a platform without the updates that fix known vulnerabilities. */
export const oldTcb: Attack = {
  description: "A worker's platform lacks an update that closes a known hole: its certificate lists older versions.",
  expected: [
    ["secret service", "TcbTooOld"],
    ["TEE broker", "TcbTooOld"],
  ],
  ending: "refund",
  async run(target) {
    const { scenario } = target;
    const { facts } = scenario.platforms[0]!;
    const [first, ...others] = facts.tcbComponents;
    const platform = await certify(scenario.authority, { facts: { tcbComponents: [first! - 1, ...others] } });
    const enclave = await breakEnclaveOf(target, { processor: simulatedProcessor(platform) });
    await register(target, enclave.quote);

    const { tcbComponents: components, pceSvn } = facts;
    const minimum = { components: toHex(Uint8Array.from(components)), pceSvn, tdxComponents: `0x${"00".repeat(16)}` };
    await sendAndWait(registryOfOwner(scenario).setTcbMinimum(toHex(facts.fmspc), minimum));
    return askForDataAndPay(target, enclave);
  },
};

/** Registers the platform of a quote, as anybody may. */
export function register({ scenario }: AttackedTask, quote: Uint8Array) {
  return registerPlatform(scenario.attestation.registry.connect(scenario.signerOf(ATTACKER)), quote);
}

function registryOfOwner({ attestation, signerOf }: Scenario) {
  return attestation.registry.connect(signerOf("owner"));
}

function nameOf({ chain }: SimulatedPlatform) {
  return pckNameOf({
    pck: readCertificate(chain[0], "PCK certificate"),
    intermediate: readCertificate(chain[1], "intermediate certificate"),
  });
}
