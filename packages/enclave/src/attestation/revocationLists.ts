import { readRevocationList, type RevocationList } from "./revocationList.js";
import { bytesInText } from "./writtenBytes.js";

const SEQUENCE = 0x30;
/** What PEM calls a revocation list. */
const LABEL = "X509 CRL";

/**
 * All revocation lists of a file: in DER, one after the other; as PEM; as hex digits or base64; or JSON with any of these, such
 * as the collateral that a caching service gives out (`root_ca_crl`, `pck_crl`).
 *
 * @throws AttestationError when there is something else
 */
export function readRevocationLists(file: Uint8Array): RevocationList[] {
  return contentsOf(file).flatMap((der) => split(der).map(readRevocationList));
}

/** What the file holds in DER; the file as it is where it is nothing else. */
function contentsOf(file: Uint8Array): readonly Uint8Array[] {
  if (file[0] === SEQUENCE && file[1]! >= 0x80) return [file];
  const found = bytesInText(Buffer.from(file).toString("latin1"));
  const lists = found.filter(({ label = LABEL }) => label === LABEL);
  const named = lists.filter(({ name }) => /crl/i.test(name));
  const chosen = named.length > 0 ? named : lists;
  return chosen.length > 0 ? chosen.map(({ bytes }) => bytes) : [file];
}

/** Structures of DER, one after the other; what is none stays whole, for its reader to refuse. */
function split(der: Uint8Array): Uint8Array[] {
  const [tag, first = 0] = der;
  const bytes = first - 0x80;
  if (tag !== SEQUENCE || bytes < 1 || bytes > 3) return [der];
  const length = der.subarray(2, 2 + bytes).reduce((value, byte) => value * 256 + byte, 0);
  const end = 2 + bytes + length;
  return end >= der.length ? [der] : [der.subarray(0, end), ...split(der.subarray(end))];
}
