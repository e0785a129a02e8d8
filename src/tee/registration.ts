import type { ContractTransactionReceipt } from "ethers";

import { registrationOf } from "../attestation/quoteEvidence.js";
import { send } from "../chain/send.js";
import type { IPlatformRegistry } from "../../typechain-types/index.js";

/** A step of a registration, and what it cost. */
export type RegistrationStep = {
  readonly call: "registerChain" | "registerPlatform" | "registerAttestationKey";
  readonly receipt: ContractTransactionReceipt;
};

/**
 * Registers what is not registered yet of a platform: its certificate, that of its CA, and its attestation key. Anyone may.
 *
 * @param quote any quote of the platform
 * @throws PocoRevertError when the registry does not believe it
 */
export async function registerPlatform(registry: IPlatformRegistry, quote: Uint8Array): Promise<RegistrationStep[]> {
  const { platform, authority, certificates, pckKey, components, tee, key, ...quoting } = registrationOf(quote);
  const { qeReport, qeSignature, authenticationData } = quoting;
  const steps: RegistrationStep[] = [];
  if ((await registry.platform(platform)).notAfter === 0n) {
    const isNewCa = (await registry.authority(platform.authority)).notAfter === 0n;
    const call = isNewCa ? "registerChain" : "registerPlatform";
    const pending = isNewCa
      ? registry.registerChain(certificates.pck, certificates.intermediate)
      : registry.registerPlatform(certificates.pck, authority);
    steps.push({ call, receipt: await send(pending) });
  }
  if (!(await registry.attestationKey(platform, tee, key)).isRegistered) {
    const pending = registry.registerAttestationKey(
      platform,
      pckKey,
      components,
      tee,
      key,
      qeReport,
      qeSignature,
      authenticationData,
    );
    steps.push({ call: "registerAttestationKey", receipt: await send(pending) });
  }
  return steps;
}
