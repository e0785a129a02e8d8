/** Bytes that were found in a text, with their key in JSON or their label in PEM. */
export interface FoundBytes {
  readonly name: string;
  readonly label?: string;
  readonly bytes: Uint8Array;
}

/** The deepest nesting of JSON that is searched. */
const DEEPEST = 8;
const PEM = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----/g;

/**
 * Finds the bytes in a text: hex digits; a list of bytes as `0x03, 0x00`, `03:00` or `\x03\x00`, with or without
 * brackets; base64 of either alphabet, in one or more lines; blocks of PEM; JSON in which any of these is a string, or
 * a list of numbers. The result is empty for any other text.
 */
export function bytesInText(text: string): FoundBytes[] {
  return inText(text.replace(/^(?:\uFEFF|\u00EF\u00BB\u00BF)/, ""), "", 0);
}

function inText(text: string, name: string, depth: number): FoundBytes[] {
  if (depth > DEEPEST) return [];
  if (/^\s*[{["]/.test(text)) {
    const json = parsed(text);
    if (json !== undefined) return inJson(json, name, depth + 1);
  }
  const blocks = [...text.matchAll(PEM)];
  if (blocks.length > 0)
    return blocks.map(([, label, base64]) => ({ name, label: label!, bytes: Buffer.from(base64!, "base64") }));

  const bytes = fromHex(text) ?? fromList(text) ?? fromBase64(text);
  if (bytes !== undefined) return [{ name, bytes }];
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const each = lines.map(fromBase64);
  return each.every((line) => line !== undefined) ? each.map((line) => ({ name, bytes: line })) : [];
}

function inJson(value: unknown, name: string, depth: number): FoundBytes[] {
  if (typeof value === "string") return inText(value, name, depth);
  if (typeof value !== "object" || value === null) return [];
  if (isListOf(value, (item) => Number.isInteger(item) && item >= 0 && item <= 0xff)) {
    return [{ name, bytes: Uint8Array.from(value) }];
  }
  const inner = Object.entries(value).flatMap(([key, item]) => {
    return depth > DEEPEST ? [] : inJson(item, Array.isArray(value) ? name : key, depth + 1);
  });
  // This is a list in which each byte is a string.
  const isOfBytes = Array.isArray(value) && inner.length > 1 && inner.every(({ bytes }) => bytes.length === 1);
  return isOfBytes ? [{ name, bytes: Buffer.concat(inner.map(({ bytes }) => bytes)) }] : inner;
}

function isListOf(value: object, is: (item: number) => boolean): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "number" && is(item));
}

function fromHex(text: string): Uint8Array | undefined {
  const digits = text.replaceAll(/(^|\s)0x/gi, "$1").replaceAll(/\s/g, "");
  return /^(?:[0-9a-f]{2})+$/i.test(digits) ? Buffer.from(digits, "hex") : undefined;
}

function fromList(text: string): Uint8Array | undefined {
  // An array in C has its bytes between braces.
  const list = /^[^{}]*=\s*\{([^{}]*)\}/.exec(text)?.[1] ?? text;
  const items = list
    .replaceAll(/[{}[\]()"']|\\x/gi, " ")
    .split(/[\s,;:]+/)
    .filter((item) => item !== "");
  if (items.length < 2 || !items.every((item) => /^(?:0x)?[0-9a-f]{1,2}$/i.test(item))) return undefined;
  return Uint8Array.from(items, (item) => Number.parseInt(item.replace(/^0x/i, ""), 16));
}

function fromBase64(text: string): Uint8Array | undefined {
  const digits = text.replaceAll(/\s/g, "");
  const isBase64 = /^[A-Za-z0-9+/_-]+={0,2}$/.test(digits) && digits.replace(/=+$/, "").length % 4 !== 1;
  return isBase64 ? Buffer.from(digits, "base64") : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
