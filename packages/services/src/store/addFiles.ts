import type { MultipartFile } from "@fastify/multipart";
import type { FastifyRequest } from "fastify";
import { exporter } from "ipfs-unixfs-exporter";
import { importByteStream, importer, type ImportCandidate } from "ipfs-unixfs-importer";

import { HttpError } from "../http/HttpError.js";
import { readPartHead, type AddOptions } from "./addRequest.js";
import { UnknownCidError } from "./contentStore.js";
import { importerOptions, readFrom, writeInto } from "./unixfs.js";
import type { Upload } from "./uploads.js";

/** A line of the answer, as kubo writes it. */
export type AddedLine =
  | { readonly Name: string; readonly Hash: string; readonly Size: string }
  | { readonly Name: string; readonly Bytes: number };

/**
 * Stores the files of a multipart request as a stream: only the blocks being written are in memory.
 *
 * @param maxUpload - The maximum size of all files together, in bytes.
 * @throws {@link HttpError} 400, 413; {@link StoreNotWritableError}
 */
export async function addFiles(
  request: FastifyRequest,
  upload: Pick<Upload, "put" | "get">,
  { shape, onlyHash, wrap, progress }: AddOptions,
  maxUpload: number,
): Promise<AddedLine[]> {
  const options = importerOptions(shape);
  const target = writeInto(onlyHash ? { put: () => Promise.resolve() } : upload);
  const lines: AddedLine[] = [];
  const bytesOf = new Map<string, number>();
  let total = 0;

  async function* contentOf({ file }: MultipartFile, name: string): AsyncGenerator<Uint8Array> {
    bytesOf.set(name, 0);
    for await (const piece of file as AsyncIterable<Buffer>) {
      total += piece.length;
      if (total > maxUpload)
        throw new HttpError(413, `This is more than the ${maxUpload} bytes that may be added at once: add less.`);
      bytesOf.set(name, (bytesOf.get(name) ?? 0) + piece.length);
      yield piece;
    }
  }

  async function* candidates(): AsyncGenerator<ImportCandidate> {
    for await (const part of request.parts()) {
      if (part.type !== "file") continue;
      const { path, kind, ...metadata } = readPartHead(part.fieldname, part.filename, part.mimetype);
      if (kind === "folder") {
        part.file.resume();
        yield { path: path!, ...metadata };
      } else if (path !== undefined || !wrap || onlyHash) {
        yield { path: path ?? "", content: contentOf(part, path ?? ""), ...metadata };
      } else {
        // A file in a folder needs a name. A file without one is named after its identifier, which is computed first.
        const { cid } = await importByteStream(contentOf(part, ""), target, options);
        const entry = await exporter(
          cid,
          readFrom(upload, () => new UnknownCidError(cid.toString())),
        );
        if (entry.type !== "file" && entry.type !== "raw") throw new Error(`a file was stored as ${entry.type}`);
        yield { path: cid.toString(), content: entry.content(), ...metadata };
      }
    }
  }

  const entries = importer(candidates(), target, { ...options, wrapWithDirectory: wrap });
  for await (const { path = "", cid, size, unixfs } of entries) {
    const hash = cid.toString();
    const bytes = bytesOf.get(path === hash ? "" : path);
    const isFile = unixfs?.isDirectory() !== true;
    if (progress && isFile && bytes !== undefined) lines.push({ Name: path, Bytes: bytes });
    lines.push({ Name: isFile && path === "" ? hash : path, Hash: hash, Size: `${size}` });
  }
  if (lines.length === 0)
    throw new HttpError(400, "The request has no file: send it as a part of multipart/form-data.");
  return lines;
}
