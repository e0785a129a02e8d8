import type { QuoteReader } from "./bytes.js";
import { assertQuote } from "./fault.js";

/**
 * The types of certification data: a PEM chain, and the record in which versions 4 and 5 wrap the quoting enclave's
 * report.
 */
export const CERTIFICATION = { PCK_CHAIN: 5, QE_REPORT: 6 } as const;

/** Reads the type and the length of a record of certification data that extends to `end`. */
export function readCertificationHeader(reader: QuoteReader, { type, end }: { type: number; end: number }): void {
  const actualType = reader.uint16("certification data's type");
  assertQuote(actualType === type, "UnsupportedCertification", { expected: type, type: actualType });
  const stated = reader.uint32("certification data's length");
  const actual = end - reader.offset();
  assertQuote(stated === actual, "WrongLength", { field: `certification data of type ${type}`, stated, actual });
}
