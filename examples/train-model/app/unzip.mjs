import { inflateRawSync } from "node:zlib";

const END_OF_DIRECTORY = 0x06054b50;
const STORED = 0;
const DEFLATED = 8;

/**
 * Reads a zip archive, without any dependency.
 *
 * @param {Buffer} zip
 * @returns {Map<string, Buffer>} what is in each file, by path; folders are left out
 */
export function unzip(zip) {
  const end = zip.lastIndexOf(Buffer.from("PK\u0005\u0006", "latin1"));
  if (end < 0 || zip.readUInt32LE(end) !== END_OF_DIRECTORY)
    throw new Error("The protected data is not a zip archive.");

  const files = new Map();
  let entry = zip.readUInt32LE(end + 16);
  for (let count = zip.readUInt16LE(end + 10); count > 0; count--) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((at) => zip.readUInt16LE(entry + at));
    const path = zip.toString("utf8", entry + 46, entry + 46 + nameLength);
    if (!path.endsWith("/")) files.set(path, readEntry(zip, entry, path));
    entry += 46 + nameLength + extraLength + commentLength;
  }
  return files;
}

function readEntry(zip, entry, path) {
  const method = zip.readUInt16LE(entry + 10);
  const length = zip.readUInt32LE(entry + 20);
  const header = zip.readUInt32LE(entry + 42);
  const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
  const content = zip.subarray(start, start + length);
  if (method === STORED) return content;
  if (method === DEFLATED) return inflateRawSync(content);
  throw new Error(`The file ${path} in the protected data is compressed by method ${method}; use deflate.`);
}
