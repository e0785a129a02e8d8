import { decodeBase58, encodeBase58, getBytes, hexlify, toBeHex } from "ethers";

import { joinBytes } from "./joinBytes.js";

/** A content identifier that a multiaddr cannot carry. */
export class UnaddressableCidError extends Error {
  override readonly name = "UnaddressableCidError";
  readonly cid: string;

  constructor(cid: string, reason: string, options?: ErrorOptions) {
    super(`"${cid}" does not fit in a multiaddr: ${reason}. Store the file with CID version 0.`, options);
    this.cid = cid;
  }
}

/** Bytes that are not the multiaddr of a stored file. */
export class InvalidMultiaddrError extends Error {
  override readonly name = "InvalidMultiaddrError";

  constructor(multiaddr: Uint8Array) {
    const hex = hexlify(multiaddr);
    super(
      `${hex} is not /p2p/<cid> in binary form (0xa503221220, then 32 bytes): look at how the dataset was created.`,
    );
  }
}

// /p2p/ is protocol 421 (varint a503); its value is a length (0x22 = 34) and a sha2-256 multihash (12, 20, hash).
const PREFIX = getBytes("0xa503221220");
const MULTIHASH_AT = 3;
const MULTIHASH_LENGTH = 34;
const DAG_PB = 0x70;
const RAW = 0x55;
/** Base32 of RFC 4648 in lower case, which multibase marks with a `b`. */
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

/**
 * Encodes the binary multiaddr `/p2p/<cid>`, the form in which datasets have it on chain.
 *
 * It has room for the hash alone, which readers take for a version 0 identifier: only such files can be addressed.
 *
 * @param cid - Version 0, or version 1 in base32, as stores write them.
 * @throws {@link UnaddressableCidError}
 */
export function encodeMultiaddr(cid: string): Uint8Array {
  const multihash = multihashOf(cid);
  if (multihash[0] !== 0x12 || multihash[1] !== 0x20 || multihash.length !== MULTIHASH_LENGTH) {
    throw new UnaddressableCidError(cid, "its hash is not SHA-256");
  }
  return joinBytes([PREFIX.subarray(0, MULTIHASH_AT), multihash]);
}

/**
 * Decodes the content identifier (version 0) in a binary multiaddr.
 *
 * @throws {@link InvalidMultiaddrError}
 */
export function decodeMultiaddr(multiaddr: Uint8Array): string {
  const isP2p = PREFIX.every((byte, index) => byte === multiaddr[index]);
  if (!isP2p || multiaddr.length !== MULTIHASH_AT + MULTIHASH_LENGTH) throw new InvalidMultiaddrError(multiaddr);
  return encodeBase58(multiaddr.subarray(MULTIHASH_AT));
}

/** Returns the multihash in an identifier: the hash, preceded by its kind and length. */
function multihashOf(cid: string): Uint8Array {
  try {
    // No version 0 identifier begins with a zero byte.
    if (/^Qm\w{44}$/.test(cid)) return getBytes(toBeHex(decodeBase58(cid), MULTIHASH_LENGTH));
  } catch (cause) {
    throw new UnaddressableCidError(cid, "it is not a content identifier", { cause });
  }
  const [version, codec, ...multihash] = cid.startsWith("b") ? decodeBase32(cid.slice(1)) : [];
  if (version !== 1) throw new UnaddressableCidError(cid, "it is not a content identifier");
  if (codec === RAW) throw new UnaddressableCidError(cid, "it names a raw block and only a hash would be kept");
  if (codec !== DAG_PB) throw new UnaddressableCidError(cid, "it does not name a file");
  return Uint8Array.from(multihash);
}

/** Decodes base32; returns an empty list for other text. */
function decodeBase32(text: string): number[] {
  if (!/^[a-z2-7]+$/.test(text)) return [];
  const bits = Array.from(text, (letter) => BASE32.indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Array.from({ length: Math.floor(bits.length / 8) }, (_, at) =>
    Number.parseInt(bits.slice(at * 8, at * 8 + 8), 2),
  );
}
