import { Readable } from "node:stream";

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { digestOf, isDigest, type Digest } from "@poco-marketplace/enclave/image/digest.js";
import { ImageError } from "@poco-marketplace/enclave/image/imageError.js";
import { parseImageName } from "@poco-marketplace/enclave/image/imageName.js";
import { MAX_DOCUMENT_BYTES } from "@poco-marketplace/enclave/image/manifest.js";
import { FieldReader, parseStrictJson } from "@poco-marketplace/enclave/image/strictJson.js";
import { createServer } from "../http/createServer.js";
import type { HttpServiceOptions } from "../serviceOptions.js";
import { RegistryFiles, RegistryFullError } from "./registryFiles.js";

/** The options of a container registry. */
export interface RegistryServiceOptions extends HttpServiceOptions {
  readonly folder: string;
  /** The maximum size of everything together, in bytes: 64 GiB by default. */
  readonly maxBytes?: number;
}

const MAX_BYTES = 64 * 2 ** 30;
/** The time limit for one request of an upload, in milliseconds. */
const UPLOAD_TIMEOUT = 3_600_000;

/** A refusal with an error code of the registry protocol. */
class RegistryRefusal extends Error {
  override readonly name = "RegistryRefusal";
  readonly statusCode: number;
  readonly code: string;

  constructor(statusCode: number, code: string, message: string) {
    super(message);
    this.statusCode = statusCode;
    this.code = code;
  }
}

type Handler = (request: FastifyRequest, reply: FastifyReply, repository: string, rest: string) => Promise<unknown>;

/**
 * Opens a container registry (`/v2/`), to which docker, podman and skopeo push images, and from which they and workers
 * pull them. Anyone who can connect may do both: it is for a network on one machine.
 */
export async function openRegistryService({
  folder,
  maxBytes = MAX_BYTES,
  ...serving
}: RegistryServiceOptions): Promise<FastifyInstance> {
  const files = await RegistryFiles.open(folder, maxBytes);
  const server = await createServer({ ...serving, bodyLimit: maxBytes });
  server.server.requestTimeout = UPLOAD_TIMEOUT;
  server.removeAllContentTypeParsers();
  // Bodies of any content type are read as streams.
  server.addContentTypeParser("*", (_request, payload, done) => done(null, payload));

  async function lengthOf(upload: string): Promise<number> {
    const length = await files.lengthOf(upload);
    if (length !== undefined) return length;
    throw new RegistryRefusal(404, "BLOB_UPLOAD_UNKNOWN", "There is no such upload: begin another.");
  }

  async function finish(reply: FastifyReply, repository: string, upload: string, digest: unknown) {
    const wanted = readDigest(digest);
    if (!(await files.finish(upload, wanted))) {
      throw new RegistryRefusal(400, "DIGEST_INVALID", `What came does not have the digest ${wanted}: send it again.`);
    }
    return created(reply, `/v2/${repository}/blobs/${wanted}`, wanted);
  }

  const HANDLERS: readonly (readonly [string, RegExp, Handler])[] = [
    [
      "GET",
      /^blobs\/(sha256:[0-9a-f]{64})$/,
      async (request, reply, _repository, digest) => sendBlob(files, request, reply, readDigest(digest)),
    ],
    [
      "POST",
      /^blobs\/uploads\/?()$/,
      async (request, reply, repository) => {
        const { digest, mount } = request.query as Readonly<Record<string, unknown>>;
        if (typeof mount === "string" && isDigest(mount) && (await files.sizeOf(mount)) !== undefined) {
          return created(reply, `/v2/${repository}/blobs/${mount}`, mount);
        }
        const upload = await files.begin();
        if (digest === undefined) return sendUpload(reply, 202, repository, upload, 0);
        await files.append(upload, bodyOf(request));
        return finish(reply, repository, upload, digest);
      },
    ],
    [
      "PATCH",
      /^blobs\/uploads\/([^/]+)$/,
      async (request, reply, repository, upload) => {
        const length = await lengthOf(upload);
        const [, start] = /^(\d+)-/.exec(request.headers["content-range"] ?? "") ?? [];
        if (start !== undefined && Number(start) !== length) {
          throw new RegistryRefusal(416, "BLOB_UPLOAD_INVALID", `There are ${length} bytes: go on from there.`);
        }
        return sendUpload(reply, 202, repository, upload, await files.append(upload, bodyOf(request)));
      },
    ],
    [
      "GET",
      /^blobs\/uploads\/([^/]+)$/,
      async (_request, reply, repository, upload) => sendUpload(reply, 204, repository, upload, await lengthOf(upload)),
    ],
    [
      "PUT",
      /^blobs\/uploads\/([^/]+)$/,
      async (request, reply, repository, upload) => {
        await lengthOf(upload);
        await files.append(upload, bodyOf(request));
        return finish(reply, repository, upload, (request.query as Readonly<Record<string, unknown>>)["digest"]);
      },
    ],
    [
      "DELETE",
      /^blobs\/uploads\/([^/]+)$/,
      async (_request, reply, _repository, upload) => {
        await lengthOf(upload);
        await files.giveUp(upload);
        return reply.status(204).send();
      },
    ],
    [
      "GET",
      /^manifests\/([^/]+)$/,
      async (_request, reply, repository, reference) => {
        const found = await files.manifest(repository, readReference(reference));
        if (found === undefined) {
          throw new RegistryRefusal(
            404,
            "MANIFEST_UNKNOWN",
            `There is no ${reference} in ${repository}: push it first.`,
          );
        }
        const { digest, mediaType, bytes } = found;
        return reply
          .headers({ "docker-content-digest": digest, etag: `"${digest}"` })
          .type(mediaType)
          .send(bytes);
      },
    ],
    [
      "PUT",
      /^manifests\/([^/]+)$/,
      async (request, reply, repository, reference) => {
        const bytes = await readManifestBody(request);
        const digest = digestOf(bytes);
        readReference(reference);
        if (isDigest(reference) && reference !== digest) {
          throw new RegistryRefusal(400, "DIGEST_INVALID", `What came has the digest ${digest}: send it under that.`);
        }
        const { mediaType, names } = readNames(bytes, request.headers["content-type"]);
        for (const named of names) {
          if ((await files.sizeOf(named)) === undefined) {
            throw new RegistryRefusal(404, "MANIFEST_BLOB_UNKNOWN", `The manifest names ${named}: push that first.`);
          }
        }
        await files.keepManifest(repository, bytes, mediaType, isDigest(reference) ? undefined : reference);
        return created(reply, `/v2/${repository}/manifests/${digest}`, digest);
      },
    ],
    [
      "GET",
      /^tags\/list()$/,
      async (_request, reply, repository) => {
        const tags = await files.tags(repository);
        if (tags === undefined)
          throw new RegistryRefusal(404, "NAME_UNKNOWN", `There is no ${repository}: push it first.`);
        return reply.send({ name: repository, tags });
      },
    ],
  ];

  server.route<{ Params: { "*": string } }>({
    method: ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"],
    url: "/v2/*",
    handler: async (request, reply) => {
      reply.header("docker-distribution-api-version", "registry/2.0");
      try {
        const path = request.params["*"];
        if (path === "") return await reply.send({});
        const method = request.method === "HEAD" ? "GET" : request.method;
        for (const [wanted, pattern, handle] of HANDLERS) {
          const [, repository, rest = ""] = /^(.+)\/((?:blobs|manifests|tags)\/.*)$/.exec(path) ?? [];
          const found = wanted === method ? pattern.exec(rest) : null;
          if (found !== null) return await handle(request, reply, readRepository(repository), found[1] ?? "");
        }
        throw new RegistryRefusal(404, "UNSUPPORTED", `There is no ${request.method} ${path.slice(0, 200)} here.`);
      } catch (error) {
        const refusal = refusalOf(error);
        return reply
          .status(refusal.statusCode)
          .type("application/json")
          .send({ errors: [{ code: refusal.code, message: refusal.message }] });
      }
    },
  });
  return server;
}

/** Sends the location and the progress of an upload. */
function sendUpload(
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

async function sendBlob(
  files: RegistryFiles,
  { headers, method }: FastifyRequest,
  reply: FastifyReply,
  digest: Digest,
) {
  const size = await files.sizeOf(digest);
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
  return reply.send(method === "HEAD" ? undefined : Readable.from(files.read(digest, from), { objectMode: false }));
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

function readRepository(text = ""): string {
  try {
    const { repository, tag, digest } = parseImageName(`localhost/${text}`);
    if (tag === undefined && digest === undefined) return repository;
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
  }
  throw new RegistryRefusal(
    400,
    "NAME_INVALID",
    `${JSON.stringify(text.slice(0, 200))} is not a name of a repository.`,
  );
}

function refusalOf(error: unknown): RegistryRefusal {
  if (error instanceof RegistryRefusal) return error;
  if (error instanceof RegistryFullError) return new RegistryRefusal(507, "DENIED", error.message);
  if (error instanceof ImageError) return new RegistryRefusal(400, "MANIFEST_INVALID", error.message);
  throw error;
}
