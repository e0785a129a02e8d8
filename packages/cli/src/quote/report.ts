import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import type { Certificate } from "@poco-marketplace/enclave/attestation/certificate.js";
import type { FaultName } from "@poco-marketplace/enclave/attestation/fault.js";
import type { PckChain } from "@poco-marketplace/enclave/attestation/pckChain.js";
import type { Quote } from "@poco-marketplace/enclave/attestation/quote.js";
import { isolationFaultOf } from "@poco-marketplace/enclave/attestation/isolation.js";
import { measuredIn } from "@poco-marketplace/enclave/attestation/measured.js";
import { saysSimulated } from "@poco-marketplace/enclave/attestation/simulated/quoteWriter.js";
import { measurementOf, type QuotePolicy, type QuoteVerdict } from "@poco-marketplace/enclave/attestation/verdict.js";
import { EnclaveRefusal } from "@poco-marketplace/enclave/trust/enclaveRefusal.js";
import { assertMeasured } from "@poco-marketplace/enclave/trust/verifyEnclaveQuote.js";
import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { notJudged } from "./notJudged.js";
import type { OnChainVerdict } from "./onChain.js";

/** A verdict in JSON values; fields that could not be read are null. */
export type QuoteReport = {
  readonly valid: boolean;
  /** The reason why the quote is invalid, as a sentence. {@link fault} is the error's name. */
  readonly reason: string | null;
  readonly fault: FaultName | null;
  readonly version: number | null;
  readonly tee: string | null;
  /** MRENCLAVE or MRTD. */
  readonly measurement: Hex | null;
  readonly measurements: Readonly<Record<string, Hex>> | null;
  /** The image that a trust domain was started for; null where MRCONFIGID is zero, and for enclaves. */
  readonly image: ImageInQuote | null;
  readonly reportData: Hex | null;
  readonly debug: boolean | null;
  /** Whether the enclave is isolated from its host; if not, the reason why services and the TEE broker refuse it. */
  readonly isolation: Isolation | null;
  /** Whether the quote is marked as simulated. */
  readonly simulated: boolean | null;
  readonly platform: Platform | null;
  readonly certificates: readonly Validity[] | null;
  readonly root: Hex | null;
  readonly at: string;
  /** The properties that the verdict does not cover. */
  readonly notJudged: readonly string[];
  /** The contracts' verdict, with `--on-chain`. */
  readonly onChain?: ChainReport;
};

interface ImageInQuote {
  /** Null where MRCONFIGID has another layout. */
  readonly digest: Hex | null;
  /** The id of the runtime in the lists of TEE brokers. */
  readonly runtime: Hex;
  /** Why services refuse it, if they do whatever the runtime and the app are. */
  readonly reason: string | null;
}

type Isolation = { readonly isolated: boolean; readonly reason: string | null; readonly fault: FaultName | null };

type ChainReport = {
  readonly valid: boolean;
  readonly fault: FaultName | null;
  readonly gas: number | null;
  readonly simulatedRoot: boolean;
};

type Platform = {
  readonly fmspc: Hex | null;
  readonly pckSerial: Hex;
  readonly pceSvn: number | null;
  readonly tcbComponents: readonly number[] | null;
};

type Validity = { readonly name: string; readonly notBefore: string; readonly notAfter: string };

/** Builds the report of a verdict. */
export function reportOf(verdict: QuoteVerdict, policy: QuotePolicy): QuoteReport {
  const { refusal, quote, chain } = verdict;
  return {
    valid: refusal === undefined,
    reason: refusal?.message ?? null,
    fault: refusal?.fault ?? null,
    version: quote?.header.version ?? null,
    tee: quote?.header.tee ?? null,
    measurement: quote === undefined ? null : measurementOf(quote),
    measurements: quote === undefined ? null : measurementsOf(quote),
    image: quote === undefined ? null : imageOf(quote, policy),
    reportData: quote === undefined ? null : toHex(quote.body.reportData),
    debug: quote?.body.isDebug ?? null,
    isolation: quote === undefined ? null : isolationOf(quote),
    simulated: quote === undefined ? null : saysSimulated(quote.header),
    platform: chain === undefined ? null : platformOf(chain),
    certificates: chain === undefined ? null : [chain.pck, chain.intermediate, chain.root].map(validityOf),
    root: chain === undefined ? null : toHex(chain.root.publicKey),
    at: policy.at.toISOString(),
    notJudged: notJudged(verdict, policy),
  };
}

/** Adds the contracts' verdict to a report, which is valid only if they accept the quote too. */
export function withChain(report: QuoteReport, { valid, fault, gas, simulatedRoot }: OnChainVerdict): QuoteReport {
  const onChain = { valid, fault, gas: gas === null ? null : Number(gas), simulatedRoot };
  if (valid || !report.valid) return { ...report, onChain };
  return { ...report, valid: false, fault, reason: `The contracts refuse it: ${fault}.`, onChain };
}

function isolationOf(quote: Quote): Isolation {
  const refusal = isolationFaultOf(quote);
  return { isolated: refusal === undefined, reason: refusal?.message ?? null, fault: refusal?.fault ?? null };
}

function imageOf(quote: Quote, policy: QuotePolicy): ImageInQuote | null {
  const measured = measuredIn(quote);
  if (measured.kind === "package") return null;
  const { digest = null, runtime } = measured;
  try {
    assertMeasured(quote, policy);
    return { digest, runtime, reason: null };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { digest, runtime, reason: error.message };
  }
}

function isRefusal(error: unknown): error is EnclaveRefusal {
  return error instanceof EnclaveRefusal;
}

function measurementsOf({ body }: Quote): Record<string, Hex> {
  if (body.tee === "SGX") {
    const { mrEnclave, mrSigner, attributes, miscSelect } = body;
    return {
      mrEnclave: toHex(mrEnclave),
      mrSigner: toHex(mrSigner),
      attributes: toHex(attributes),
      miscSelect: toHex(miscSelect),
    };
  }
  return {
    tdAttributes: toHex(body.tdAttributes),
    xfam: toHex(body.xfam),
    mrTd: toHex(body.mrTd),
    ...Object.fromEntries(body.rtmr.map((register, index) => [`rtmr${index}`, toHex(register)])),
    mrSeam: toHex(body.mrSeam),
    mrConfigId: toHex(body.mrConfigId),
    mrOwner: toHex(body.mrOwner),
    mrOwnerConfig: toHex(body.mrOwnerConfig),
    ...(body.version15 !== undefined && { mrServiceTd: toHex(body.version15.mrServiceTd) }),
  };
}

function platformOf({ pck }: PckChain): Platform {
  const facts = pck.extensions.pckFacts;
  return {
    fmspc: facts === undefined ? null : toHex(facts.fmspc),
    pckSerial: toHex(pck.serial),
    pceSvn: facts?.pceSvn ?? null,
    tcbComponents: facts?.tcbComponents ?? null,
  };
}

function validityOf({ subjectName, notBefore, notAfter }: Certificate): Validity {
  return { name: commonName(subjectName), notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString() };
}

/** Returns the common name in a DER-encoded name. Control characters, which a terminal may execute, are replaced. */
function commonName(name: Uint8Array): string {
  const bytes = Buffer.from(name);
  const at = bytes.indexOf(Buffer.from("0603550403", "hex"));
  if (at === -1) return "(no common name)";
  const start = at + 7;
  return bytes
    .subarray(start, start + bytes[start - 1]!)
    .toString("utf8")
    .replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, "?");
}

/** Formats a report as text. */
export function writeQuoteReport(report: QuoteReport): string {
  const { version, tee, measurements, image, reportData, debug, isolation, platform, certificates, onChain } = report;
  const lines: [string, string | number | null | undefined][] = [
    ["version", version],
    ["TEE type", tee === null || !debug ? tee : `${tee}, in debug mode`],
    ...Object.entries(measurements ?? {}),
    ["image", image === null ? null : (image.digest ?? "unknown")],
    ["runtime", image?.runtime],
    ["image rule", image === null ? null : (image.reason ?? "kept, if the runtime is approved")],
    ["report data", reportData],
    ["isolation", isolation === null ? null : isolationLine(isolation)],
    ["platform", platform === null ? null : `FMSPC ${platform.fmspc ?? "unknown"}, PCK serial ${platform.pckSerial}`],
    ...(certificates ?? []).map(({ name, notBefore, notAfter }): [string, string] => [
      "certificate",
      `${name}, ${day(notBefore)} to ${day(notAfter)}`,
    ]),
    ["on chain", onChain === undefined ? null : chainLine(onChain)],
    ["warning", report.simulated ? "this quote is simulated: no hardware made it" : null],
    ...report.notJudged.map((what): [string, string] => ["not judged", what]),
    ["verdict", report.valid ? `valid at ${report.at}` : `invalid: ${report.reason} (${report.fault})`],
  ];
  return lines
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name.padEnd(13)}  ${value}`)
    .join("\n");
}

function isolationLine({ isolated, reason, fault }: Isolation): string {
  if (isolated) return "its host is kept out";
  return `none: ${reason} (${fault}) No secret service, scheduler or TEE broker takes it for an enclave.`;
}

function chainLine({ valid, fault, gas, simulatedRoot }: ChainReport): string {
  const verdict = valid ? `valid, for ${gas} gas` : `invalid (${fault})`;
  return simulatedRoot ? `${verdict}, under a root that the registry calls simulated` : verdict;
}

function day(moment: string): string {
  return moment.slice(0, 10);
}
