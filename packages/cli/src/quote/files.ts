import { X509Certificate } from "node:crypto";
import { readFile, stat } from "node:fs/promises";

import { areEqual, toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { AttestationError } from "@poco-marketplace/enclave/attestation/fault.js";
import { HEADER_LENGTH, VENDOR_INTEL } from "@poco-marketplace/enclave/attestation/header.js";
import type { RevocationList } from "@poco-marketplace/enclave/attestation/revocationList.js";
import { readRevocationLists } from "@poco-marketplace/enclave/attestation/revocationLists.js";
import {
  INTEL_ROOT_CERTIFICATE,
  INTEL_ROOT_KEY,
  readRootKey,
  UnusableRootError,
} from "@poco-marketplace/enclave/attestation/root.js";
import { ANY_TCB, type TcbPolicy } from "@poco-marketplace/enclave/attestation/tcbPolicy.js";
import { bytesInText } from "@poco-marketplace/enclave/attestation/writtenBytes.js";
import { UsageError } from "../commandLine.js";
import { readTcbPolicy } from "./policyFile.js";

/** The largest file that is read. All quotes are far smaller, but a mistyped path may name any file. */
const LARGEST_FILE = 1 << 20;

/**
 * Reads a quote from a file that holds its bytes, or text in any form that {@link bytesInText} reads: hex, base64, or
 * JSON with either.
 */
export async function readQuoteFile(path: string): Promise<Uint8Array> {
  const file = await readWhole(path, "The quote");
  if (isQuote(file)) return file;
  const text = file.toString("utf8");
  const digits = text.replaceAll(/\s/g, "").replace(/^0x/i, "");
  if (/^[0-9a-f]+$/i.test(digits) && digits.length % 2 === 1)
    throw new UsageError(`${path} holds ${digits.length} hex digits: one is missing.`);

  const found = bytesInText(text);
  const quotes = found.filter(({ bytes }) => isQuote(bytes));
  const named = quotes.filter(({ name }) => /quote/i.test(name));
  const chosen = named.length > 0 ? named : quotes;
  const different = new Set(chosen.map(({ bytes }) => toHex(bytes)));
  if (different.size > 1) throw new UsageError(`${path} holds ${different.size} quotes: give a file with one of them.`);
  if (chosen.length > 0) return chosen[0]!.bytes;

  const whole = found.length === 1 ? found[0]!.bytes : file;
  throw new UsageError(
    whole.length < HEADER_LENGTH
      ? `${path} holds ${whole.length} bytes, which is too few for a quote.`
      : `${path} holds no quote: neither a version nor a vendor that quotes begin with.`,
  );
}

/** Returns whether the bytes begin like a quote, so that errors in the rest can be reported in detail. */
function isQuote(bytes: Uint8Array): boolean {
  if (bytes.length < HEADER_LENGTH) return false;
  const version = bytes[0]! + 256 * bytes[1]!;
  return [3, 4, 5].includes(version) || areEqual(bytes.subarray(12, 28), VENDOR_INTEL);
}

/** Reads the public key of the root that `root` names: Intel's, or the one in a file. */
export async function readRoot(root: string): Promise<Uint8Array> {
  if (root === "intel") return INTEL_ROOT_KEY;
  const file = await readWhole(root, "--root");
  try {
    return readRootKey(file);
  } catch (error) {
    if (!(error instanceof UnusableRootError)) throw error;
    throw new UsageError(`--root is ${root}. ${error.message}`, { cause: error });
  }
}

/** Reads the certificate of the root that `root` names, in DER; `undefined` if the file holds only a public key. */
export async function readRootCertificate(root: string): Promise<Uint8Array | undefined> {
  if (root === "intel") return INTEL_ROOT_CERTIFICATE;
  try {
    return new X509Certificate(await readWhole(root, "--root")).raw;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    return undefined;
  }
}

/** Reads all revocation lists of a file. */
export async function readListFile(path: string): Promise<RevocationList[]> {
  const file = await readWhole(path, "--crl");
  try {
    return readRevocationLists(file);
  } catch (error) {
    if (!(error instanceof AttestationError)) throw error;
    throw new UsageError(`--crl is ${path}. ${error.message}`, { cause: error });
  }
}

/** Reads the TCB policy of a file; without a file, returns the policy that accepts every platform. */
export async function readTcbFile(path: string | undefined): Promise<TcbPolicy> {
  if (path === undefined) return ANY_TCB;
  const file = await readWhole(path, "--tcb");
  try {
    return readTcbPolicy(file.toString("utf8"));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`--tcb is ${path}. ${error.message}`, { cause: error });
  }
}

async function readWhole(path: string, what: string): Promise<Buffer> {
  const problem = await problemOf(path);
  if (problem !== undefined) throw new UsageError(`${what} is ${path}, ${problem}`);
  return readFile(path);
}

async function problemOf(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    if (!found.isFile()) return "which is not a regular file: give one.";
    if (found.size === 0) return "which is empty: give a file with content.";
    if (found.size > LARGEST_FILE) return `which has ${found.size} bytes: that is too large.`;
    // Reading the file here reports missing permissions as a problem of the option.
    await readFile(path);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return "and there is no such file: check the path.";
    return `which cannot be read (${code}): check the path and its permissions.`;
  }
}
