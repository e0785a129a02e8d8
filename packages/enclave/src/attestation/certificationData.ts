import type { FieldReader } from "./bytes.js";
import { demand } from "./fault.js";

/** A chain of certificates in PEM, and the wrapping in which versions 4 and 5 put what the quoting enclave says. */
export const CERTIFICATION = { PCK_CHAIN: 5, QE_REPORT: 6 } as const;

/** Reads the type and the length of a record of certification data that fills all that is left up to `end`. */
export function readCertificationHeader(reader: FieldReader, { type, end }: { type: number; end: number }): void {
  const actualType = reader.uint16("certification data's type");
  demand(actualType === type, "UnsupportedCertification", { expected: type, type: actualType });
  const stated = reader.uint32("certification data's length");
  const actual = end - reader.offset();
  demand(stated === actual, "WrongLength", { field: `certification data of type ${type}`, stated, actual });
}
