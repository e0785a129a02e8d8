import { readRevocationList, type RevocationList } from "./revocationList.js";
import { bytesInText } from "./writtenBytes.js";

const SEQUENCE = 0x30;
/** The label of a revocation list in PEM. */
const LABEL = "X509 CRL";

/**
 * Reads all revocation lists of a file: in DER, one after the other; in PEM; as hex digits or base64; or as JSON with
 * any of these, such as the collateral of a caching service (`root_ca_crl`, `pck_crl`).
 *
 * @throws {@link AttestationError} when the file holds anything else
 */
export function readRevocationLists(file: Uint8Array): RevocationList[] {
  return contentsOf(file).flatMap((der) => split(der).map(readRevocationList));
}

/** Decodes the file into DER; a file of no known encoding is returned as it is. */
function contentsOf(file: Uint8Array): readonly Uint8Array[] {
  if (file[0] === SEQUENCE && file[1]! >= 0x80) return [file];
  const found = bytesInText(Buffer.from(file).toString("latin1"));
  const lists = found.filter(({ label = LABEL }) => label === LABEL);
  const named = lists.filter(({ name }) => /crl/i.test(name));
  const chosen = named.length > 0 ? named : lists;
  return chosen.length > 0 ? chosen.map(({ bytes }) => bytes) : [file];
}

/** Splits DER into its structures; malformed DER stays whole, so that its reader refuses it. */
function split(der: Uint8Array): Uint8Array[] {
  const [tag, first = 0] = der;
  const bytes = first - 0x80;
  if (tag !== SEQUENCE || bytes < 1 || bytes > 3) return [der];
  const length = der.subarray(2, 2 + bytes).reduce((value, byte) => value * 256 + byte, 0);
  const end = 2 + bytes + length;
  return end >= der.length ? [der] : [der.subarray(0, end), ...split(der.subarray(end))];
}
