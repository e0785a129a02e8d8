import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { ImageError } from "@poco-marketplace/enclave/image/imageError.js";
import { parseImageName } from "@poco-marketplace/enclave/image/imageName.js";
import { createServer } from "../http/createServer.js";
import type { HttpServiceOptions } from "../serviceOptions.js";
import { RegistryCalls } from "./registryCalls.js";
import { RegistryFiles } from "./registryFiles.js";
import { refusalOf, RegistryRefusal } from "./registryRefusal.js";

/** The options of a container registry. */
export interface RegistryServiceOptions extends HttpServiceOptions {
  readonly folder: string;
  /** The maximum size of everything together, in bytes: 64 GiB by default. */
  readonly maxBytes?: number;
}

const MAX_BYTES = 64 * 2 ** 30;
/** The time limit for one request of an upload, in milliseconds. */
const UPLOAD_TIMEOUT = 3_600_000;

/**
 * The calls of the registry protocol: methods, and paths after the name of a repository, whose group is passed on. HEAD
 * is served as GET, of which the server sends the headers only.
 */
const CALLS = [
  ["GET", /^blobs\/(sha256:[0-9a-f]{64})$/, "sendBlob"],
  ["POST", /^blobs\/uploads\/?()$/, "beginUpload"],
  ["PATCH", /^blobs\/uploads\/([^/]+)$/, "appendToUpload"],
  ["GET", /^blobs\/uploads\/([^/]+)$/, "sendUpload"],
  ["PUT", /^blobs\/uploads\/([^/]+)$/, "finishUpload"],
  ["DELETE", /^blobs\/uploads\/([^/]+)$/, "deleteUpload"],
  ["GET", /^manifests\/([^/]+)$/, "sendManifest"],
  ["PUT", /^manifests\/([^/]+)$/, "storeManifest"],
  ["GET", /^tags\/list()$/, "sendTags"],
] as const satisfies readonly (readonly [string, RegExp, keyof RegistryCalls])[];

/**
 * Opens a container registry (`/v2/`), to which docker, podman and skopeo push images, and from which they and workers
 * pull them. Anyone who can connect may do both: it is for a network on one machine.
 */
export async function openRegistryService({
  folder,
  maxBytes = MAX_BYTES,
  ...serving
}: RegistryServiceOptions): Promise<FastifyInstance> {
  const calls = new RegistryCalls(await RegistryFiles.open(folder, maxBytes));
  const server = await createServer({ ...serving, bodyLimit: maxBytes });
  server.server.requestTimeout = UPLOAD_TIMEOUT;
  server.removeAllContentTypeParsers();
  // Bodies of any content type are read as streams.
  server.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
  server.route<{ Params: { "*": string } }>({
    method: ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"],
    url: "/v2/*",
    handler: async (request, reply) => {
      reply.header("docker-distribution-api-version", "registry/2.0");
      try {
        return await answer(calls, request.params["*"], request, reply);
      } catch (error) {
        const { statusCode, code, message } = refusalOf(error);
        return reply
          .status(statusCode)
          .type("application/json")
          .send({ errors: [{ code, message }] });
      }
    },
  });
  return server;
}

/** Answers the call of a path below `/v2/`. */
async function answer(
  calls: RegistryCalls,
  path: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  if (path === "") return reply.send({});
  const method = request.method === "HEAD" ? "GET" : request.method;
  const [, repository, rest = ""] = /^(.+)\/((?:blobs|manifests|tags)\/.*)$/.exec(path) ?? [];
  for (const [wanted, pattern, name] of CALLS) {
    const found = wanted === method ? pattern.exec(rest) : null;
    if (found !== null)
      return calls[name]({ request, reply, repository: readRepository(repository), part: found[1] ?? "" });
  }
  throw new RegistryRefusal(404, "UNSUPPORTED", `There is no ${request.method} ${path.slice(0, 200)} here.`);
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
