import type { Signer, TransactionReceipt } from "ethers";

import { registrationOf, type Registration } from "../attestation/quoteEvidence.js";
import { decodeRevert } from "@poco-marketplace/sdk/chain/errors/decodeRevert.js";
import { sendAndWait } from "@poco-marketplace/sdk/chain/sendAndWait.js";
import type { IPlatformRegistry } from "@poco-marketplace/sdk/typechain.js";

/** A step of a registration, with its receipt. */
export interface RegistrationStep {
  readonly call: "registerChain" | "registerPlatform" | "registerAttestationKey";
  readonly receipt: TransactionReceipt;
}

/** Sends a call of the registry, and waits until it is in a block. */
export type SendCall = (call: { readonly to: string; readonly data: string }) => Promise<TransactionReceipt>;

/**
 * Registers a platform: those of its certificate, the certificate of its CA, and its attestation key that are not
 * registered yet. Anyone may do so, and another account may do so first.
 *
 * @param quote - Any quote of the platform.
 * @param sendCall - Sends the calls; by default, the registry's signer does.
 * @throws {@link PocoRevertError} when the registry refuses the quote
 */
export async function registerPlatform(
  registry: IPlatformRegistry,
  quote: Uint8Array,
  sendCall: SendCall = (call) => sendAndWait((registry.runner as Signer).sendTransaction(call)),
): Promise<RegistrationStep[]> {
  const registration = registrationOf(quote);
  const { platform, tee, key } = registration;
  const steps: RegistrationStep[] = [];
  if ((await registry.platform(platform)).notAfter === 0n) {
    const isNewCa = (await registry.authority(platform.authority)).notAfter === 0n;
    await take(isNewCa ? "registerChain" : "registerPlatform");
  }
  if (!(await registry.attestationKey(platform, tee, key)).isRegistered) await take("registerAttestationKey");
  return steps;

  async function take(call: RegistrationStep["call"]): Promise<void> {
    try {
      steps.push({ call, receipt: await sendCall(await callOf(registry, registration, call)) });
    } catch (error) {
      if (decodeRevert(error)?.is("AlreadyRegistered") !== true) throw error;
    }
  }
}

async function callOf(registry: IPlatformRegistry, registration: Registration, call: RegistrationStep["call"]) {
  const { platform, authority, certificates, pckKey, components, tee, key, ...quoting } = registration;
  const { qeReport, qeSignature, authenticationData } = quoting;
  switch (call) {
    case "registerChain":
      return registry.registerChain.populateTransaction(certificates.pck, certificates.intermediate);
    case "registerPlatform":
      return registry.registerPlatform.populateTransaction(certificates.pck, authority);
    case "registerAttestationKey":
      return registry.registerAttestationKey.populateTransaction(
        platform,
        pckKey,
        components,
        tee,
        key,
        qeReport,
        qeSignature,
        authenticationData,
      );
  }
}
