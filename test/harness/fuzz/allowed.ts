import type { FaultValues, Subject } from "@poco-marketplace/enclave/attestation/fault.js";
import { readPemChain } from "@poco-marketplace/enclave/attestation/pem.js";
import { parseQuote } from "@poco-marketplace/enclave/attestation/quote.js";
import type { Assembled } from "./assemble.js";
import { placesIn } from "./places.js";
import { ROLES, type Role } from "./stock.js";
import type { OffChain, OnChain } from "./verdict.js";

/** The verifiers that judge a mutant. */
export type VerifierKind = "quote" | "chain";

/** The verdicts of both sides on a mutant. */
export type Judged = { readonly verifier: VerifierKind; readonly offChain: OffChain; readonly onChain: OnChain };

/** An intended difference. */
export type Allowance = {
  readonly name: string;
  readonly reason: string;
  readonly holds: (judged: Judged, assembled: Assembled) => boolean;
};

/** The off-chain verifier's names for the certificates, by role. */
const SUBJECTS: readonly Subject[] = ["PCK certificate", "intermediate certificate", "root certificate"];

export const ALLOWANCES: readonly Allowance[] = [
  {
    name: "names",
    reason: "contracts compare names byte by byte, and do not read what they consist of",
    holds: (judged, assembled) => {
      const { offChain, onChain } = judged;
      if (!("refusal" in offChain) || offChain.fate !== "MalformedDer" || onChain.fate === "broken") return false;
      const { subject, offset } = offChain.refusal.values as FaultValues<"MalformedDer">;
      const role = ROLES[SUBJECTS.indexOf(subject)];
      if (role === undefined) return false;
      return namesIn(certificateIn(judged, assembled, role)).some(([start, end]) => offset > start && offset <= end);
    },
  },
];

/** The indexes of issuer and subject among the fields of a certificate. */
const NAME_FIELDS = [3, 5];

/** The ranges of the names in a certificate. */
function namesIn(certificate: Uint8Array): (readonly [start: number, end: number])[] {
  const fields = placesIn(certificate).filter(({ within }) => within.length === 2 && within[1]!.at === within[0]!.head);
  return NAME_FIELDS.flatMap((index) => {
    const place = fields[index];
    return place === undefined ? [] : [[place.at, place.at + place.head + place.length] as const];
  });
}

/** The certificate that was judged, which may differ from the one that was made, since PEM can be changed too. */
function certificateIn({ verifier }: Judged, { quote, certificates }: Assembled, role: Role): Uint8Array {
  if (verifier === "chain") return certificates[role];
  return readPemChain(parseQuote(quote).signatureData.pemChain, ROLES.length)[ROLES.indexOf(role)]!;
}
