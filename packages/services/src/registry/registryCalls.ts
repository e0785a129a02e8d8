import { Readable } from "node:stream";

import type { FastifyReply, FastifyRequest } from "fastify";

import { digestOf, isDigest, type Digest } from "@poco-marketplace/enclave/image/digest.js";
import { MAX_DOCUMENT_BYTES } from "@poco-marketplace/enclave/image/manifest.js";
import { FieldReader, parseStrictJson } from "@poco-marketplace/enclave/image/strictJson.js";
import type { RegistryFiles } from "./registryFiles.js";
import { RegistryRefusal } from "./registryRefusal.js";

/** A call of the registry protocol. */
export interface RegistryCall {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly repository: string;
  /** The variable part of the path: a digest, an upload, or a reference. */
  readonly part: string;
}

/** The answers of a container registry. Source: the OCI distribution specification, 1.1. */
export class RegistryCalls {
  readonly #files: RegistryFiles;

  constructor(files: RegistryFiles) {
    this.#files = files;
  }

  /** Sends a blob, or the rest of it from a position on. */
  async sendBlob({ request: { headers, method }, reply, part }: RegistryCall): Promise<FastifyReply> {
    const digest = readDigest(part);
    const size = await this.#files.sizeOf(digest);
    if (size === undefined) throw new RegistryRefusal(404, "BLOB_UNKNOWN", `There is no ${digest}: push it first.`);
    reply.headers({ "docker-content-digest": digest, etag: `"${digest}"`, "accept-ranges": "bytes" });
    reply.type("application/octet-stream");
    const [, start] = /^bytes=(\d+)-$/.exec(headers.range ?? "") ?? [];
    const from = Number(start ?? 0);
    if (start !== undefined && from >= size) {
      reply.header("content-range", `bytes */${size}`);
      throw new RegistryRefusal(416, "RANGE_INVALID", `There are ${size} bytes: ask for those.`);
    }
    if (start !== undefined) reply.status(206).header("content-range", `bytes ${from}-${size - 1}/${size}`);
    reply.header("content-length", size - from);
    const content = this.#files.read(digest, from);
    return reply.send(method === "HEAD" ? undefined : Readable.from(content, { objectMode: false }));
  }

  /** Begins an upload, unless the blob to mount is here already; one with a digest is the whole upload. */
  async beginUpload({ request, reply, repository }: RegistryCall): Promise<FastifyReply> {
    const { digest, mount } = request.query as Readonly<Record<string, unknown>>;
    if (typeof mount === "string" && isDigest(mount) && (await this.#files.sizeOf(mount)) !== undefined) {
      return created(reply, `/v2/${repository}/blobs/${mount}`, mount);
    }
    const upload = await this.#files.begin();
    if (digest === undefined) return sendProgress(reply, 202, repository, upload, 0);
    await this.#files.append(upload, bodyOf(request));
    return this.#finish({ reply, repository, part: upload }, digest);
  }

  /** Appends the body to an upload, at the position that the client expects. */
  async appendToUpload({ request, reply, repository, part }: RegistryCall): Promise<FastifyReply> {
    const length = await this.#lengthOf(part);
    const [, start] = /^(\d+)-/.exec(request.headers["content-range"] ?? "") ?? [];
    if (start !== undefined && Number(start) !== length) {
      throw new RegistryRefusal(416, "BLOB_UPLOAD_INVALID", `There are ${length} bytes: go on from there.`);
    }
    return sendProgress(reply, 202, repository, part, await this.#files.append(part, bodyOf(request)));
  }

  /** Sends the progress of an upload. */
  async sendUpload({ reply, repository, part }: RegistryCall): Promise<FastifyReply> {
    return sendProgress(reply, 204, repository, part, await this.#lengthOf(part));
  }

  /** Appends the body to an upload, and makes a blob of it if it has the digest. */
  async finishUpload({ request, reply, repository, part }: RegistryCall): Promise<FastifyReply> {
    await this.#lengthOf(part);
    await this.#files.append(part, bodyOf(request));
    return this.#finish({ reply, repository, part }, (request.query as Readonly<Record<string, unknown>>)["digest"]);
  }

  async deleteUpload({ reply, part }: RegistryCall): Promise<FastifyReply> {
    await this.#lengthOf(part);
    await this.#files.giveUp(part);
    return reply.status(204).send();
  }

  /** Sends a manifest by tag or digest. */
  async sendManifest({ reply, repository, part }: RegistryCall): Promise<FastifyReply> {
    const found = await this.#files.manifest(repository, readReference(part));
    if (found === undefined) {
      throw new RegistryRefusal(404, "MANIFEST_UNKNOWN", `There is no ${part} in ${repository}: push it first.`);
    }
    const { digest, mediaType, bytes } = found;
    return reply
      .headers({ "docker-content-digest": digest, etag: `"${digest}"` })
      .type(mediaType)
      .send(bytes);
  }

  /** Stores a manifest under a tag or its digest, if everything that it names is here. */
  async storeManifest({ request, reply, repository, part }: RegistryCall): Promise<FastifyReply> {
    const bytes = await readManifestBody(request);
    const digest = digestOf(bytes);
    readReference(part);
    if (isDigest(part) && part !== digest) {
      throw new RegistryRefusal(400, "DIGEST_INVALID", `What came has the digest ${digest}: send it under that.`);
    }
    const { mediaType, names } = readNames(bytes, request.headers["content-type"]);
    for (const named of names) {
      if ((await this.#files.sizeOf(named)) === undefined) {
        throw new RegistryRefusal(404, "MANIFEST_BLOB_UNKNOWN", `The manifest names ${named}: push that first.`);
      }
    }
    await this.#files.keepManifest(repository, bytes, mediaType, isDigest(part) ? undefined : part);
    return created(reply, `/v2/${repository}/manifests/${digest}`, digest);
  }

  async sendTags({ reply, repository }: RegistryCall): Promise<FastifyReply> {
    const tags = await this.#files.tags(repository);
    if (tags === undefined) throw new RegistryRefusal(404, "NAME_UNKNOWN", `There is no ${repository}: push it first.`);
    return reply.send({ name: repository, tags });
  }

  async #lengthOf(upload: string): Promise<number> {
    const length = await this.#files.lengthOf(upload);
    if (length !== undefined) return length;
    throw new RegistryRefusal(404, "BLOB_UPLOAD_UNKNOWN", "There is no such upload: begin another.");
  }

  async #finish({ reply, repository, part }: Omit<RegistryCall, "request">, digest: unknown): Promise<FastifyReply> {
    const wanted = readDigest(digest);
    if (!(await this.#files.finish(part, wanted))) {
      throw new RegistryRefusal(400, "DIGEST_INVALID", `What came does not have the digest ${wanted}: send it again.`);
    }
    return created(reply, `/v2/${repository}/blobs/${wanted}`, wanted);
  }
}

/** Sends the location and the progress of an upload. */
function sendProgress(
  reply: FastifyReply,
  status: number,
  repository: string,
  upload: string,
  length: number,
): FastifyReply {
  const headers = {
    location: `/v2/${repository}/blobs/uploads/${upload}`,
    range: `0-${Math.max(length - 1, 0)}`,
    "docker-upload-uuid": upload,
  };
  return reply.status(status).headers(headers).send();
}

function created(reply: FastifyReply, location: string, digest: Digest): FastifyReply {
  return reply.status(201).headers({ location, "docker-content-digest": digest }).send();
}

function bodyOf(request: FastifyRequest): AsyncIterable<Uint8Array> {
  return (request.body ?? Readable.from([])) as AsyncIterable<Uint8Array>;
}

async function readManifestBody(request: FastifyRequest): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bodyOf(request)) {
    length += chunk.length;
    if (length > MAX_DOCUMENT_BYTES) {
      throw new RegistryRefusal(
        413,
        "MANIFEST_INVALID",
        `A manifest may have ${MAX_DOCUMENT_BYTES} bytes: make it smaller.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Reads the media type of a manifest or an index, and the digests that it names. */
function readNames(bytes: Buffer, contentType: string | undefined): { mediaType: string; names: Digest[] } {
  const fields = parseStrictJson(bytes, "manifest");
  const reader = new FieldReader("manifest");
  const config = reader.object(fields, "config");
  const entries = [
    ...(config === undefined ? [] : [config]),
    ...(reader.objects(fields, "layers") ?? []).filter((layer) => (reader.list(layer, "urls") ?? []).length === 0),
    ...(reader.objects(fields, "manifests") ?? []),
  ];
  const names = entries.map((entry) => readDigest(reader.text(entry, "digest")));
  const mediaType = reader.text(fields, "mediaType") ?? contentType ?? "application/octet-stream";
  if (!/^[\w.+/-]{1,200}$/.test(mediaType)) throw reader.refuse("it has no media type");
  return { mediaType, names };
}

function readDigest(text: unknown): Digest {
  if (typeof text === "string" && isDigest(text)) return text;
  throw new RegistryRefusal(400, "DIGEST_INVALID", "A digest is sha256: and 64 hexadecimal digits.");
}

function readReference(text: string): string {
  if (isDigest(text) || /^\w[\w.-]{0,127}$/.test(text)) return text;
  throw new RegistryRefusal(400, "TAG_INVALID", 'A tag has 1 to 128 letters, digits, "_", "." and "-".');
}
