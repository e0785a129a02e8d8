// RSA for the encryption of results: key formats, and the PKCS#1 v1.5 padding that WebCrypto does not have.

import { decodeBase64, encodeBase64, hexlify, toBeHex, getBytes } from "ethers";

import { joinBytes } from "./joinBytes.js";

/**
 * Text that is not an RSA key of the right kind.
 *
 * @example
 * ```ts
 * checkResultKey("no key"); // throws InvalidResultKeyError
 * ```
 */
export class InvalidResultKeyError extends Error {
  override readonly name = "InvalidResultKeyError";

  constructor(kind: "public" | "private", reason: string, options?: ErrorOptions) {
    super(`The ${kind} result key cannot be used: ${reason}. Give an RSA-4096 ${kind} key in PEM form.`, options);
  }
}

/** The beneficiary's keys as PEM text: SPKI and PKCS#8. */
export interface ResultKeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** A public key: the modulus and the public exponent. */
export interface RsaPublicKey {
  readonly n: bigint;
  readonly e: bigint;
}

/**
 * A private key in the form that makes decryption fast: the primes, their exponents, and the inverse of the second
 * prime (RFC 8017, 3.2).
 */
export interface RsaPrivateKey extends RsaPublicKey {
  readonly p: bigint;
  readonly q: bigint;
  readonly dP: bigint;
  readonly dQ: bigint;
  readonly qInv: bigint;
}

const MINIMUM_MODULUS_BITS = 2048;
/** OpenSSL's limits of the modulus and the exponent: larger ones take too long. */
const MAXIMUM_MODULUS_BITS = 16_384;
const MAXIMUM_EXPONENT = 2n ** 64n;
/** The object identifiers of keys, without their tag: RSA, and elliptic curves. */
const RSA_OID = "0x2a864886f70d010101";
const EC_OID = "0x2a8648ce3d0201";
const [INTEGER, BIT_STRING, OCTET_STRING, OBJECT_ID, SEQUENCE] = [0x02, 0x03, 0x04, 0x06, 0x30];

/**
 * Generates an RSA-4096 key pair for results, which takes about a second.
 * @example
 * ```ts
 * const { publicKey, privateKey } = await generateResultKeyPair();
 * ```
 */
export async function generateResultKeyPair(): Promise<ResultKeyPair> {
  const publicExponent = Uint8Array.of(1, 0, 1);
  const algorithm = { name: "RSA-OAEP", modulusLength: 4096, publicExponent, hash: "SHA-256" };
  const pair = await crypto.subtle.generateKey(algorithm, true, ["encrypt", "decrypt"]);
  const [spki, pkcs8] = await Promise.all([
    crypto.subtle.exportKey("spki", pair.publicKey),
    crypto.subtle.exportKey("pkcs8", pair.privateKey),
  ]);
  return { publicKey: pemOf("PUBLIC KEY", spki), privateKey: pemOf("PRIVATE KEY", pkcs8) };
}

function pemOf(label: string, der: ArrayBuffer): string {
  const lines = encodeBase64(new Uint8Array(der)).match(/.{1,64}/g)!;
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/**
 * Reads a public key in PEM, as SPKI or PKCS#1.
 *
 * @throws {@link InvalidResultKeyError}
 */
export function readPublicKey(pem: string): RsaPublicKey {
  if (pem.includes("PRIVATE KEY")) {
    throw new InvalidResultKeyError("public", "it is a private key, which must never leave its owner");
  }
  return read("public", () => {
    const der = derOf(pem, /-----BEGIN (RSA )?PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END (?:RSA )?PUBLIC KEY-----/);
    const key = der.isPlain ? der.items : openLabeled("public", der.items, BIT_STRING);
    const [n, e] = integersOf(key, 2);
    return { n: n!, e: e! };
  });
}

/**
 * Reads a private key in PEM, as PKCS#8 or PKCS#1.
 *
 * @throws {@link InvalidResultKeyError}
 */
export function readPrivateKey(pem: string): RsaPrivateKey {
  return read("private", () => {
    const der = derOf(pem, /-----BEGIN (RSA )?PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END (?:RSA )?PRIVATE KEY-----/);
    const key = der.isPlain ? der.items : openLabeled("private", der.items.slice(1), OCTET_STRING);
    const [, n, e, , p, q, dP, dQ, qInv] = integersOf(key, 9);
    return { n: n!, e: e!, p: p!, q: q!, dP: dP!, dQ: dQ!, qInv: qInv! };
  });
}

/** Encrypts with RSAES-PKCS1-v1_5 (RFC 8017, 7.2.1). */
export function encryptRsa({ n, e }: RsaPublicKey, message: Uint8Array): Uint8Array {
  const length = byteLength(n);
  const filling = crypto.getRandomValues(new Uint8Array(length - message.length - 3));
  // No byte of the filling may be zero, since a zero byte marks its end.
  for (let at = filling.indexOf(0); at !== -1; at = filling.indexOf(0))
    crypto.getRandomValues(filling.subarray(at, at + 1));
  const padded = joinBytes([Uint8Array.of(0, 2), filling, Uint8Array.of(0), message]);
  return bytesOf(power(BigInt(hexlify(padded)), e, n), length);
}

/**
 * Decrypts to the padded block; returns undefined for a ciphertext that is longer or larger than the key allows.
 *
 * The duration depends on the key: only the key's owner may be able to measure it, as where results are decrypted.
 */
export function decryptRsa({ n, p, q, dP, dQ, qInv }: RsaPrivateKey, encrypted: Uint8Array): Uint8Array | undefined {
  const length = byteLength(n);
  // The length comes first: whoever made the archive chose it, and a number of many megabytes takes long to read.
  if (encrypted.length !== length) return undefined;
  const cipher = BigInt(hexlify(encrypted));
  if (cipher >= n) return undefined;
  const [one, other] = [power(cipher % p, dP, p), power(cipher % q, dQ, q)];
  const difference = (((one - other) % p) + p) % p;
  return bytesOf(other + q * ((qInv * difference) % p), length);
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === "1") result = (result * base) % modulus;
  }
  return result;
}

function read<Key extends RsaPublicKey>(kind: "public" | "private", readKey: () => Key): Key {
  let key: Key;
  try {
    key = readKey();
  } catch (cause) {
    if (cause instanceof InvalidResultKeyError) throw cause;
    throw new InvalidResultKeyError(kind, "it is not a key", { cause });
  }
  const bits = key.n.toString(2).length;
  if (bits < MINIMUM_MODULUS_BITS) throw new InvalidResultKeyError(kind, `it has ${bits} bits only`);
  if (bits > MAXIMUM_MODULUS_BITS) throw new InvalidResultKeyError(kind, `it has ${bits} bits`);
  if (key.e < 3n || key.e > MAXIMUM_EXPONENT) throw new InvalidResultKeyError(kind, `its exponent is ${key.e}`);
  return key;
}

interface DerItem {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** Returns the items of the sequence in PEM text; `isPlain` if the key has no label (PKCS#1). */
function derOf(pem: string, pattern: RegExp): { readonly isPlain: boolean; readonly items: DerItem[] } {
  const [, rsa, base64] = pattern.exec(pem) ?? [];
  if (base64 === undefined) throw new RangeError("no PEM of such a key");
  return { isPlain: rsa !== undefined, items: sequence(decodeBase64(base64.replace(/\s/g, ""))) };
}

/** Returns the items of the key after its label. */
function openLabeled(kind: "public" | "private", [label, key]: readonly DerItem[], tag: number): DerItem[] {
  const [algorithm] = label?.tag === SEQUENCE ? itemsOf(label.content) : [];
  const oid = algorithm?.tag === OBJECT_ID ? hexlify(algorithm.content) : "";
  if (oid === EC_OID) throw new InvalidResultKeyError(kind, "it is of type ec");
  if (oid !== RSA_OID) throw new InvalidResultKeyError(kind, `it is of another type than RSA (${oid})`);
  if (key?.tag !== tag) throw new RangeError("no key after its label");
  // The first byte of a bit string is the number of unused bits in its last byte: zero here.
  return sequence(tag === BIT_STRING ? key.content.subarray(1) : key.content);
}

function integersOf(items: readonly DerItem[], count: number): bigint[] {
  if (items.length < count) throw new RangeError(`${items.length} numbers, not ${count}`);
  return items.slice(0, count).map(({ tag, content }) => {
    if (tag !== INTEGER) throw new RangeError(`tag ${tag} does not belong to a number`);
    return BigInt(hexlify(content));
  });
}

function sequence(der: Uint8Array): DerItem[] {
  const [whole] = itemsOf(der);
  if (whole?.tag !== SEQUENCE) throw new RangeError("no sequence");
  return itemsOf(whole.content);
}

/** Splits DER into its items (X.690, 8.1), each with a tag, a length and its content. */
function itemsOf(der: Uint8Array): DerItem[] {
  const items: DerItem[] = [];
  for (let at = 0; at < der.length;) {
    const [tag, first] = [der[at]!, der[at + 1] ?? 0];
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    if (lengthBytes > 4) throw new RangeError("a length of more than 4 bytes");
    const start = at + 2 + lengthBytes;
    const length = lengthBytes === 0 ? first : Number(BigInt(hexlify(der.subarray(at + 2, start))));
    if (start + length > der.length) throw new RangeError("it ends too early");
    items.push({ tag, content: der.subarray(start, start + length) });
    at = start + length;
  }
  return items;
}

function byteLength(n: bigint): number {
  return Math.ceil(n.toString(16).length / 2);
}

function bytesOf(value: bigint, length: number): Uint8Array {
  return getBytes(toBeHex(value, length));
}
