import { areEqual } from "../bytes.js";
import { CERTIFICATION } from "../certificationData.js";
import { KEY_TYPE_P256, TEE_SGX, TEE_TDX, VENDOR_INTEL, type QuoteHeader, type Tee } from "../header.js";
import { BODY_TYPE } from "../quote.js";
import type { SimulatedPlatform } from "./platform.js";
import { encodeSgxReport, encodeTdReport, uint16, uint32, type SgxFields, type TdFields } from "./reports.js";
import { signWith } from "./signingKey.js";

/** The user data of a simulated quote: 20 bytes, which are signed with the rest. */
export const SIMULATED_MARK = Uint8Array.from(Buffer.from("SIMULATED, NOT INTEL"));

/** Whether a quote is marked as simulated, as those of this package are. */
export function saysSimulated({ userData }: QuoteHeader): boolean {
  return areEqual(userData, SIMULATED_MARK);
}

/** The contents of a quote to write. */
export type Statement =
  { readonly version: 3; readonly body: SgxFields } | { readonly version: 4 | 5; readonly body: TdFields };

/** Writes a quote of a simulated platform in the layout of a genuine one, marked as simulated. */
export function writeQuote(platform: SimulatedPlatform, statement: Statement): Uint8Array {
  return signQuote(platform, {
    tee: statement.version === 3 ? "SGX" : "TDX",
    signed: Buffer.concat([encodeHeader(platform, statement.version), encodeBody(statement)]),
  });
}

/** Signs any bytes as a quote, valid or not, to test how they are read. */
export function signQuote(platform: SimulatedPlatform, { tee, signed }: { tee: Tee; signed: Uint8Array }): Uint8Array {
  const { attestationKey, authenticationData, report } = platform.machine.quotingEnclaves[tee];
  const chain = Buffer.from(encodePem(platform.chain));
  const certified = Buffer.concat([
    report,
    signWith(platform.pckKey, report),
    uint16(authenticationData.length),
    authenticationData,
    record(CERTIFICATION.PCK_CHAIN, chain),
  ]);
  const data = Buffer.concat([
    signWith(attestationKey, signed),
    attestationKey.point,
    tee === "SGX" ? certified : record(CERTIFICATION.QE_REPORT, certified),
  ]);
  return Buffer.concat([signed, uint32(data.length), data]);
}

/** Encodes certificates in PEM, one after the other. */
export function encodePem(certificates: readonly Uint8Array[]): string {
  return certificates
    .map((certificate) => {
      const lines = Buffer.from(certificate)
        .toString("base64")
        .replaceAll(/.{64}(?!$)/g, "$&\n");
      return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
    })
    .join("");
}

function encodeHeader({ machine, facts }: SimulatedPlatform, version: Statement["version"]): Uint8Array {
  const isSgx = version === 3;
  return Buffer.concat([
    uint16(version),
    uint16(KEY_TYPE_P256),
    uint32(isSgx ? TEE_SGX : TEE_TDX),
    uint16(isSgx ? machine.quotingEnclaves.SGX.svn : 0),
    uint16(isSgx ? facts.pceSvn : 0),
    VENDOR_INTEL,
    SIMULATED_MARK,
  ]);
}

function encodeBody(statement: Statement): Uint8Array {
  if (statement.version === 3) return encodeSgxReport(statement.body);
  const { version15, ...version10 } = statement.body;
  if (statement.version === 4) return encodeTdReport(version10);
  const report = encodeTdReport(statement.body);
  const bodyType = version15 === undefined ? BODY_TYPE.TD_10 : BODY_TYPE.TD_15;
  return Buffer.concat([uint16(bodyType), uint32(report.length), report]);
}

function record(type: number, content: Uint8Array): Uint8Array {
  return Buffer.concat([uint16(type), uint32(content.length), content]);
}
