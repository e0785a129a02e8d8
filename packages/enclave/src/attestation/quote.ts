import { fieldReader, type FieldReader } from "./bytes.js";
import { demand } from "./fault.js";
import { readHeader, type QuoteHeader } from "./header.js";
import { readSgxReport, type SgxReport } from "./sgxReport.js";
import { readSignatureData, type SignatureData } from "./signatureData.js";
import { readTdReport, TD_REPORT_LENGTH, type TdReport } from "./tdReport.js";

/** A quote whose layout is in order. Nothing that it says has been verified. */
export type Quote = {
  readonly header: QuoteHeader;
  readonly body: SgxReport | TdReport;
  /** The header and the body as they were signed. */
  readonly signed: Uint8Array;
  readonly signatureData: SignatureData;
};

/** What a version 5 quote calls the two layouts of a TD report. */
export const BODY_TYPE = { TD_10: 2, TD_15: 3 } as const;

/**
 * Reads a quote: every field, no byte left over but zeros after its end.
 *
 * @throws AttestationError
 */
export function parseQuote(bytes: Uint8Array): Quote {
  const reader = fieldReader(bytes);
  const { header, body } = readStatement(reader);
  const signed = bytes.subarray(0, reader.offset());

  const length = reader.uint32("signature data's length");
  const start = reader.offset();
  reader.take(length, "signature data");
  const end = reader.offset();
  const signatureData = readSignatureData(bytes, { start, end, version: header.version });

  const surprise = bytes.subarray(end).findIndex((byte) => byte !== 0);
  const offset = end + surprise;
  demand(surprise === -1, "NonZeroPadding", { offset, value: bytes[offset]! });
  return { header, body, signed, signatureData };
}

/**
 * Reads what a quote says without who says it: its header and its body.
 *
 * @throws AttestationError
 */
export function parseStatement(signed: Uint8Array): Pick<Quote, "header" | "body"> {
  return readStatement(fieldReader(signed));
}

function readStatement(reader: FieldReader): Pick<Quote, "header" | "body"> {
  const header = readHeader(reader);
  return { header, body: readBody(reader, header) };
}

function readBody(reader: FieldReader, { version }: QuoteHeader): SgxReport | TdReport {
  if (version === 3) return readSgxReport(reader, "enclave");
  if (version === 4) return readTdReport(reader, "1.0");

  const bodyType = reader.uint16("body's type");
  demand(bodyType === BODY_TYPE.TD_10 || bodyType === BODY_TYPE.TD_15, "UnsupportedBodyType", { bodyType });
  const layout = bodyType === BODY_TYPE.TD_10 ? "1.0" : "1.5";
  const stated = reader.uint32("body's length");
  const actual = TD_REPORT_LENGTH[layout];
  demand(stated === actual, "WrongLength", { field: `body of type ${bodyType}`, stated, actual });
  return readTdReport(reader, layout);
}
