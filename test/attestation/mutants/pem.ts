import { uint16, uint32 } from "@poco-marketplace/enclave/attestation/simulated/reports.js";
import { encodePem } from "@poco-marketplace/enclave/attestation/simulated/quoteWriter.js";
import { parseQuote } from "@poco-marketplace/enclave/attestation/quote.js";
import { chainOf, quoteWith } from "./forge.js";
import type { Fate, Mutant } from "./mutant.js";

/** A quote whose chain is written otherwise. No signature covers how it is written. */
function pem(name: string, fate: Fate, change: (text: string) => string, because?: string): Mutant {
  return {
    name,
    fate,
    ...(because !== undefined && { because }),
    make(simulation) {
      const quote = Buffer.from(quoteWith(simulation, {}));
      const { signed, signatureData } = parseQuote(quote);
      const text = change(Buffer.from(signatureData.pemChain).toString("latin1"));
      const before = quote.subarray(signed.length + 4, quote.length - signatureData.pemChain.length - 6);
      const data = Buffer.concat([before, uint16(5), uint32(text.length), Buffer.from(text, "latin1")]);
      return { quote: Buffer.concat([signed, uint32(data.length), data]) };
    },
  };
}

/** The blocks of a chain. */
function blocks(text: string): [string, string, string] {
  return text.split(/(?<=-----END CERTIFICATE-----\n)/) as [string, string, string];
}

/** All lines joined and broken again after `width` characters. */
function rebreak(block: string, width: number): string {
  const lines = block.split("\n");
  const body = lines.slice(1, -2).join("");
  const broken = body.replaceAll(new RegExp(`.{${width}}(?!$)`, "g"), "$&\n");
  return [lines[0], broken, ...lines.slice(-2)].join("\n");
}

/** The last character before padding stands for bits that are not used: there are other ways to write them. */
function otherBits(text: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return text.replace(/(.)(=+\n)/, (_, last: string, rest: string) => alphabet[alphabet.indexOf(last) ^ 1]! + rest);
}

export const PEM_MUTANTS: readonly Mutant[] = [
  pem("a chain that ends in a NUL byte", "believed", (text) => `${text}\0`),
  pem("a chain without its last line's end", "believed", (text) => text.slice(0, -1)),
  pem("a chain without its last line's end, but a NUL byte", "believed", (text) => `${text.slice(0, -1)}\0`),
  pem("a chain that ends in two NUL bytes", "MalformedPem", (text) => `${text}\0\0`, "more after"),
  pem("a chain that ends in another byte", "MalformedPem", (text) => `${text}\x01`, "more after"),
  pem("a chain that ends in a space", "MalformedPem", (text) => `${text} `, "more after"),
  pem("a chain that ends in an empty line", "MalformedPem", (text) => `${text}\n`, "more after"),
  pem("a chain after an empty line", "MalformedPem", (text) => `\n${text}`, "does not begin"),
  ...[" ", "\0", "\r"].map((between) =>
    pem(`${JSON.stringify(between)} between certificates, where a line ends`, "MalformedPem", (text) =>
      text.replace("-----\n-----BEGIN", `-----${between}-----BEGIN`),
    ),
  ),
  pem("lines of 76 characters in the first certificate", "believed", (text) => {
    const [pck, ...others] = blocks(text);
    return rebreak(pck, 76) + others.join("");
  }),
  pem("lines of 60 characters", "MalformedPem", (text) =>
    blocks(text)
      .map((block) => rebreak(block, 60))
      .join(""),
  ),
  pem("lines of two lengths", "MalformedPem", (text) => text.replace(/\n(.{64})\n(.{64})\n/, "\n$1\n$2"), "64 or 76"),
  pem("one long line", "MalformedPem", (text) =>
    blocks(text)
      .map((block) => rebreak(block, 100_000))
      .join(""),
  ),
  pem("lines that end as on Windows", "MalformedPem", (text) => text.replaceAll("\n", "\r\n")),
  pem("a space in a line", "MalformedPem", (text) => text.replace(/\n(.{63})./, "\n$1 ")),
  pem("an empty line", "MalformedPem", (text) => text.replace(/\n(.{64})\n/, "\n$1\n\n")),
  pem(
    "a letter of another alphabet",
    "MalformedPem",
    (text) => text.replace(/\n(.{63})./, "\n$1_"),
    "one way to write",
  ),
  pem("padding within", "MalformedPem", (text) => text.replace(/\n(.{62})../, "\n$1=="), "one way to write"),
  pem("no certificates", "MalformedPem", () => ""),
  pem("an empty certificate", "MalformedPem", () => "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"),
  pem("two certificates", "MalformedPem", (text) => blocks(text).slice(0, 2).join(""), "3 of 3 does not begin"),
  pem("four certificates", "MalformedPem", (text) => text + blocks(text)[2], "more after"),
  pem(
    "certificates without a line's end between them",
    "MalformedPem",
    (text) => text.replace("-\n-", "--"),
    "goes on",
  ),
  pem(
    "a key instead",
    "MalformedPem",
    (text) => text.replace("BEGIN CERTIFICATE", "BEGIN PUBLIC KEY"),
    "does not begin",
  ),
  pem(
    "an end of something else",
    "MalformedPem",
    (text) => text.replace("END CERTIFICATE", "END PUBLIC KEY"),
    "does not end",
  ),
  pem("certificates the other way round", "UntrustedRoot", (text) => blocks(text).toReversed().join("")),
  pem("the intermediate certificate twice", "UntrustedRoot", (text) => {
    const [pck, intermediate] = blocks(text);
    return pck + intermediate + intermediate;
  }),
  pem("the root certificate twice", "IssuerMismatch", (text) => {
    const [pck, , root] = blocks(text);
    return pck + root + root;
  }),
  {
    name: "Base64 that stands for the same bytes",
    fate: "MalformedPem",
    because: "one way to write",
    make(simulation) {
      // Until one of the certificates ends in padding, which depends on how long its signature happens to be.
      const { pck, intermediate, root } = chainOf(simulation);
      const text = encodePem([pck, intermediate, root]);
      const padded = text.includes("=\n") ? text : encodePem([Buffer.concat([pck, Buffer.of(0)]), intermediate, root]);
      return pem("", "MalformedPem", () => otherBits(padded)).make(simulation);
    },
  },
];
