import type { QuotePolicy } from "../attestation/verdict.js";
import { proveEnclave as proveShown, type ProvenEnclave } from "../trust/proveEnclave.js";
import { bindingOf, type SessionRequest } from "./sessionRequest.js";

/**
 * Believes the quote of a request, or says why not.
 *
 * @throws EnclaveRefusal
 */
export function proveEnclave(request: SessionRequest, policy: QuotePolicy): ProvenEnclave {
  return proveShown({ binding: bindingOf(request), quote: request.quote }, policy);
}
