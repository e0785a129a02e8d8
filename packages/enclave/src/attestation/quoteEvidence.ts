import { AbiCoder, keccak256 } from "ethers";

import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { toHex } from "./bytes.js";
import type { Tee } from "./header.js";
import { withLowS } from "./p256.js";
import { readPckChain, type PckChain } from "./pckChain.js";
import { readPemChain } from "./pem.js";
import { parseQuote, type Quote } from "./quote.js";
import type { PckFacts } from "./sgxExtension.js";

/** The name of a platform's certificate in the registry of platforms: its issuer and its serial number. */
export interface PckName {
  readonly authority: Hex;
  readonly serial: bigint;
}

/** A P-256 key as contracts encode it. */
export interface PointKey {
  readonly x: Hex;
  readonly y: Hex;
}

/** A CA as the certificates that it issues refer to it. */
export interface AuthorityKey {
  readonly key: PointKey;
  readonly nameHash: Hex;
  readonly keyId: Hex;
}

/** The parts of a quote that a TEE broker verifies. */
export interface QuoteEvidence {
  readonly platform: PckName;
  readonly key: PointKey;
  readonly quoteSign: [Hex, Hex];
  /** The quote's header and body. */
  readonly statement: Hex;
}

/** The security versions of a platform, as registries of platforms judge them. */
export interface PlatformLevel {
  /** 0 for SGX, 1 for TDX. */
  readonly tee: bigint;
  readonly facts: { readonly fmspc: Hex; readonly components: Hex; readonly pceSvn: bigint };
  readonly qeSvn: bigint;
  /** The security versions of the TDX module; zeros for SGX. */
  readonly teeTcbSvn: Hex;
}

/** The registration of a platform, after which a registry of platforms trusts its quotes. */
export interface Registration {
  readonly platform: PckName;
  readonly authority: AuthorityKey;
  /** The certificates of the platform's key and of its CA, in DER. */
  readonly certificates: { readonly pck: Hex; readonly intermediate: Hex };
  readonly pckKey: PointKey;
  /** The 16 security versions in the platform's certificate. */
  readonly components: Hex;
  /** 0 for SGX, 1 for TDX. */
  readonly tee: bigint;
  readonly key: PointKey;
  readonly qeReport: Hex;
  readonly qeSignature: [Hex, Hex];
  readonly authenticationData: Hex;
}

const TEES: Readonly<Record<Tee, bigint>> = { SGX: 0n, TDX: 1n };

/**
 * Extracts the evidence about the enclave from a quote. Nothing is verified here: the contract does that.
 *
 * @throws {@link AttestationError} when it is not a quote
 */
export function evidenceOf(quote: Uint8Array): QuoteEvidence {
  const parsed = parseQuote(quote);
  const { attestationKey, signature } = parsed.signatureData;
  return {
    platform: pckNameOf(readChain(parsed)),
    key: keyOf(attestationKey),
    quoteSign: halvesOf(signature),
    statement: toHex(parsed.signed),
  };
}

/**
 * Extracts the registration of its platform from any quote. Nothing is verified here.
 *
 * @throws {@link AttestationError} when it is not a quote, or its certificate lacks the SGX extension
 */
export function registrationOf(quote: Uint8Array): Registration {
  const { header, signatureData } = parseQuote(quote);
  const chain = readPckChain(signatureData.pemChain);
  const [pck, intermediate] = readPemChain(signatureData.pemChain, 3) as [Uint8Array, Uint8Array, Uint8Array];
  const { attestationKey, qeReportBytes, qeReportSignature, authenticationData } = signatureData;
  return {
    platform: pckNameOf(chain),
    authority: authorityKeyOf(chain),
    certificates: { pck: toHex(pck), intermediate: toHex(intermediate) },
    pckKey: keyOf(chain.pck.publicKey),
    components: toHex(Uint8Array.from(chain.pck.extensions.pckFacts!.tcbComponents)),
    tee: TEES[header.tee],
    key: keyOf(attestationKey),
    qeReport: toHex(qeReportBytes),
    qeSignature: halvesOf(qeReportSignature),
    authenticationData: toHex(authenticationData),
  };
}

/** Extracts the security versions from a quote and its certificate. */
export function levelOf({ header, body, signatureData }: Quote, facts: PckFacts): PlatformLevel {
  return {
    tee: TEES[header.tee],
    facts: {
      fmspc: toHex(facts.fmspc),
      components: toHex(Uint8Array.from(facts.tcbComponents)),
      pceSvn: BigInt(facts.pceSvn),
    },
    qeSvn: BigInt(signatureData.qeReport.svn),
    teeTcbSvn: toHex(body.tee === "TDX" ? body.teeTcbSvn : new Uint8Array(16)),
  };
}

/** Returns the name of the platform's certificate in a chain. */
export function pckNameOf(chain: Pick<PckChain, "pck" | "intermediate">): PckName {
  const { key, nameHash, keyId } = authorityKeyOf(chain);
  const words = AbiCoder.defaultAbiCoder().encode(
    ["bytes32", "bytes32", "bytes32", "bytes20"],
    [key.x, key.y, nameHash, keyId],
  );
  return { authority: keccak256(words) as Hex, serial: BigInt(toHex(chain.pck.serial)) };
}

function authorityKeyOf({ intermediate }: Pick<PckChain, "intermediate">): AuthorityKey {
  const { publicKey, subjectName, extensions } = intermediate;
  return {
    key: keyOf(publicKey),
    nameHash: keccak256(subjectName) as Hex,
    keyId: toHex(extensions.subjectKeyId ?? new Uint8Array(20)),
  };
}

function readChain({ signatureData }: Quote): PckChain {
  return readPckChain(signatureData.pemChain);
}

function keyOf(point: Uint8Array): PointKey {
  return { x: toHex(point.subarray(0, 32)), y: toHex(point.subarray(32)) };
}

/** Splits a signature into r and s, with s in the lower half, as contracts require. */
function halvesOf(signature: Uint8Array): [Hex, Hex] {
  const low = withLowS(signature);
  return [toHex(low.subarray(0, 32)), toHex(low.subarray(32))];
}
