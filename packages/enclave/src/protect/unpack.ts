import { Readable } from "node:stream";

import JSZip from "jszip";

/** What an archive may hold at most unless more is allowed: 1 GiB. */
export const MAX_UNPACKED_BYTES = 2 ** 30;

/** An archive that holds more than is allowed; what it says of its own size is not asked. */
export class ArchiveTooLargeError extends Error {
  override readonly name = "ArchiveTooLargeError";
  readonly limit: number;

  constructor(limit: number) {
    super(`The archive holds more than ${limit} bytes when it is unpacked: it is not opened.`);
    this.limit = limit;
  }
}

/**
 * What is in the files of a zip archive that strangers made, by path. No path leads out of the archive: `..` and what makes
 * a path absolute are taken away.
 *
 * @param limit the most bytes that all files may have together
 * @throws {@link ArchiveTooLargeError}, as soon as there is more; Error for what is no zip archive
 */
export async function unpack(archive: Uint8Array, limit = MAX_UNPACKED_BYTES): Promise<Map<string, Uint8Array>> {
  const { files } = await JSZip.loadAsync(archive, { createFolders: false });
  const unpacked = new Map<string, Uint8Array>();
  let left = limit;
  for (const entry of Object.values(files).filter(({ dir }) => !dir)) {
    const parts: Buffer[] = [];
    for await (const part of new Readable().wrap(entry.nodeStream()) as AsyncIterable<Buffer>) {
      left -= part.length;
      if (left < 0) throw new ArchiveTooLargeError(limit);
      parts.push(part);
    }
    unpacked.set(entry.name.replace(/^\/+/, ""), Buffer.concat(parts));
  }
  return unpacked;
}
