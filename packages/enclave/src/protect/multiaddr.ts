import { CID } from "multiformats/cid";

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
    const hex = `0x${Buffer.from(multiaddr).toString("hex")}`;
    super(
      `${hex} is not /p2p/<cid> in binary form (0xa503221220, then 32 bytes): look at how the dataset was created.`,
    );
  }
}

// /p2p/ is protocol 421 (varint a503); its value is a length (0x22 = 34) and a sha2-256 multihash (12, 20, hash).
const PREFIX = Buffer.from("a503221220", "hex");
const DAG_PB = 0x70;
const SHA2_256 = 0x12;
const HASH_LENGTH = 32;

/**
 * Encodes the binary multiaddr `/p2p/<cid>`, as a dataset has it on chain.
 *
 * It has room for the hash alone, of which readers make a version 0 identifier: only such files can be addressed.
 *
 * @throws {@link UnaddressableCidError}
 */
export function encodeMultiaddr(cid: string): Uint8Array {
  const { code, multihash } = parse(cid);
  if (code !== DAG_PB) throw new UnaddressableCidError(cid, "it names a raw block and only a hash would be kept");
  if (multihash.code !== SHA2_256 || multihash.digest.length !== HASH_LENGTH) {
    throw new UnaddressableCidError(cid, "its hash is not SHA-256");
  }
  return Buffer.concat([PREFIX, multihash.digest]);
}

/**
 * Decodes the content identifier (version 0) in a binary multiaddr.
 *
 * @throws {@link InvalidMultiaddrError}
 */
export function decodeMultiaddr(multiaddr: Uint8Array): string {
  const isP2p = PREFIX.equals(multiaddr.subarray(0, PREFIX.length));
  if (!isP2p || multiaddr.length !== PREFIX.length + HASH_LENGTH) throw new InvalidMultiaddrError(multiaddr);
  return CID.decode(multiaddr.subarray(3)).toString();
}

function parse(cid: string): CID {
  try {
    return CID.parse(cid);
  } catch (cause) {
    throw new UnaddressableCidError(cid, "it is not a content identifier", { cause });
  }
}
