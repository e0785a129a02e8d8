import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { readCertificate } from "@poco-marketplace/enclave/attestation/certificate.js";
import { parseQuote } from "@poco-marketplace/enclave/attestation/quote.js";
import type { PckFacts } from "@poco-marketplace/enclave/attestation/sgxExtension.js";
import type { PlatformRegistry } from "../../../typechain-types/index.js";
import { TEE_INDEX } from "./platforms.js";
import { chainIn } from "./verifier.js";

/** The security versions of a platform, and those of its TDX module, if it has one. */
export type Versions = Pick<PckFacts, "fmspc" | "tcbComponents" | "pceSvn"> & { readonly teeTcbSvn: Uint8Array };

/** Asks of every model that it is known, and of this one that it is at least as new as it is: nothing goes unchecked. */
export async function setStrictPolicy(registry: PlatformRegistry, versions: Versions): Promise<void> {
  await registry.setTcbMinimum(toHex(versions.fmspc), {
    components: toHex(Uint8Array.from(versions.tcbComponents)),
    pceSvn: versions.pceSvn,
    tdxComponents: toHex(versions.teeTcbSvn),
  });
  await registry.setOtherPlatforms(true);
  for (const tee of Object.values(TEE_INDEX)) await registry.setMinimumQeSvn(tee, 1n);
}

/** The security versions in a quote. */
export function versionsIn(quote: Uint8Array): Versions {
  const { body } = parseQuote(quote);
  const facts = readCertificate(chainIn(quote)[0], "PCK certificate").extensions.pckFacts!;
  return { ...facts, teeTcbSvn: body.tee === "TDX" ? body.teeTcbSvn : new Uint8Array(16) };
}
