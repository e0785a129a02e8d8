import { quoteReader, type QuoteReader } from "./bytes.js";
import { assertQuote } from "./fault.js";
import { readHeader, type QuoteHeader } from "./header.js";
import { readSgxReport, type SgxReport } from "./sgxReport.js";
import { readSignatureData, type SignatureData } from "./signatureData.js";
import { readTdReport, TD_REPORT_LENGTH, type TdReport } from "./tdReport.js";

/** A quote with a valid layout. Nothing in it has been verified. */
export interface Quote {
  readonly header: QuoteHeader;
  readonly body: SgxReport | TdReport;
  /** The header and the body as they were signed. */
  readonly signed: Uint8Array;
  readonly signatureData: SignatureData;
}

/** The types of the two layouts of a TD report in a version 5 quote. */
export const BODY_TYPE = { TD_10: 2, TD_15: 3 } as const;

/**
 * Reads every field of a quote; only zeros may follow its end.
 *
 * @throws {@link AttestationError}
 */
export function parseQuote(bytes: Uint8Array): Quote {
  const reader = quoteReader(bytes);
  const { header, body } = readStatement(reader);
  const signed = bytes.subarray(0, reader.offset());

  const length = reader.uint32("signature data's length");
  const start = reader.offset();
  reader.take(length, "signature data");
  const end = reader.offset();
  const signatureData = readSignatureData(bytes, { start, end, version: header.version });

  const surprise = bytes.subarray(end).findIndex((byte) => byte !== 0);
  const offset = end + surprise;
  assertQuote(surprise === -1, "NonZeroPadding", { offset, value: bytes[offset]! });
  return { header, body, signed, signatureData };
}

/**
 * Reads the signed part of a quote: its header and its body.
 *
 * @throws {@link AttestationError}
 */
export function parseStatement(signed: Uint8Array): Pick<Quote, "header" | "body"> {
  return readStatement(quoteReader(signed));
}

function readStatement(reader: QuoteReader): Pick<Quote, "header" | "body"> {
  const header = readHeader(reader);
  return { header, body: readBody(reader, header) };
}

function readBody(reader: QuoteReader, { version }: QuoteHeader): SgxReport | TdReport {
  if (version === 3) return readSgxReport(reader, "enclave");
  if (version === 4) return readTdReport(reader, "1.0");

  const bodyType = reader.uint16("body's type");
  assertQuote(bodyType === BODY_TYPE.TD_10 || bodyType === BODY_TYPE.TD_15, "UnsupportedBodyType", { bodyType });
  const layout = bodyType === BODY_TYPE.TD_10 ? "1.0" : "1.5";
  const stated = reader.uint32("body's length");
  const actual = TD_REPORT_LENGTH[layout];
  assertQuote(stated === actual, "WrongLength", { field: `body of type ${bodyType}`, stated, actual });
  return readTdReport(reader, layout);
}
