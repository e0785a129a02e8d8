import { AttestationError } from "./fault.js";

const BEGIN = "-----BEGIN CERTIFICATE-----\n";
const END = "-----END CERTIFICATE-----";
/** The lengths of lines that Intel writes; older certificates of its Processor CA have the longer ones. */
const WIDTHS = [64, 76];

/**
 * Reads the certificates of a chain in PEM into DER: exactly `count`, with nothing around them. The last line break may
 * be missing, and one NUL may follow, since some platforms return the chain as a C string.
 */
export function readPemChain(pem: Uint8Array, count: number): Uint8Array[] {
  const text = Buffer.from(pem.buffer, pem.byteOffset, pem.length).toString("latin1");
  let offset = 0;

  function refuse(problem: string): never {
    throw new AttestationError("MalformedPem", { offset, problem });
  }
  function skip(marker: string, problem: string): void {
    if (!text.startsWith(marker, offset)) refuse(problem);
    offset += marker.length;
  }
  function readBody(): Uint8Array {
    const lines = text.slice(offset, text.indexOf("-", offset)).split("\n");
    const width = lines[0]!.length;
    const isEven = lines.at(-1) === "" && lines.slice(0, -2).every((line) => line.length === width);
    const last = lines.at(-2)?.length ?? 0;
    const isFull = WIDTHS.includes(width) && last > 0 && last <= width;
    if (!isEven || !isFull) refuse(`lines do not have ${WIDTHS.join(" or ")} characters`);
    const base64 = lines.join("");
    const der = Buffer.from(base64, "base64");
    if (der.toString("base64") !== base64) refuse("its Base64 is not the one way to write these bytes");
    offset += base64.length + lines.length - 1;
    return der;
  }

  const certificates = Array.from({ length: count }, (_, index) => {
    skip(BEGIN, `certificate ${index + 1} of ${count} does not begin`);
    const der = readBody();
    skip(END, `certificate ${index + 1} of ${count} does not end`);
    if (text[offset] === "\n") offset += 1;
    else if (index < count - 1) refuse(`the line that ends certificate ${index + 1} goes on`);
    return der;
  });
  if (text[offset] === "\0") offset += 1;
  if (offset !== text.length) refuse(`there is more after certificate ${count}`);
  return certificates;
}
