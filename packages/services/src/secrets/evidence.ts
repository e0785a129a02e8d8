import type { QuotePolicy } from "@poco-marketplace/enclave/attestation/verdict.js";
import { proveEnclave as proveShown, type ProvenEnclave } from "@poco-marketplace/enclave/trust/proveEnclave.js";
import { bindingOf, type SessionRequest } from "@poco-marketplace/sdk/wire/sessionRequest.js";

/**
 * Believes the quote of a request, or says why not.
 *
 * @throws EnclaveRefusal
 */
export function proveEnclave(request: SessionRequest, policy: QuotePolicy): ProvenEnclave {
  return proveShown({ binding: bindingOf(request), quote: request.quote }, policy);
}
