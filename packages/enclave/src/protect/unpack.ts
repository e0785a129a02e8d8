import { Readable } from "node:stream";

import JSZip from "jszip";

/** The default limit for the contents of an archive: 1 GiB. */
export const MAX_UNPACKED_BYTES = 2 ** 30;

/** An archive that holds more than is allowed. The sizes that it states itself are not trusted. */
export class ArchiveTooLargeError extends Error {
  override readonly name = "ArchiveTooLargeError";
  readonly limit: number;

  constructor(limit: number) {
    super(`The archive holds more than ${limit} bytes when it is unpacked: allow more, or do not open it.`);
    this.limit = limit;
  }
}

/**
 * Unpacks a zip archive of unknown origin into its files, by path. No path leads out of the archive: `..` and leading
 * slashes are removed.
 *
 * @param limit - The most bytes that all files may have together.
 * @throws {@link ArchiveTooLargeError} as soon as there are more; `Error` for bytes that are not a zip archive
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
