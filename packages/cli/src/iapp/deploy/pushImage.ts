import { createReadStream } from "node:fs";
import { request as requestPlainly, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import { request as requestSecurely } from "node:https";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { OCI_TYPES, type BuiltImage } from "@poco-marketplace/enclave/image/build/imageDocuments.js";
import { parseChallenges } from "@poco-marketplace/enclave/image/challenge.js";
import { digestOf, type Digest } from "@poco-marketplace/enclave/image/digest.js";
import { readUrl, urlOf } from "@poco-marketplace/enclave/image/endpointCall.js";
import { formatImageName, type ImageName } from "@poco-marketplace/enclave/image/imageName.js";
import type { Credentials } from "@poco-marketplace/enclave/image/registry.js";
import { PushError } from "./pushError.js";

/** A blob to push. */
interface Blob {
  readonly digest: Digest;
  readonly size: number;
  readonly open: () => Readable;
}

/** A request to a registry, and what it is for in messages. */
interface Call {
  readonly what: string;
  readonly headers?: OutgoingHttpHeaders;
  /** Opens the body; again for each attempt. */
  readonly body?: () => Readable;
}

const MAX_ANSWER_BYTES = 2 ** 22;

/**
 * Pushes an image to a registry under a tag, and reads back what the registry has there.
 *
 * @returns the digest of the manifest that the registry has
 * @throws {@link PushError}
 */
export async function pushImage(
  { manifest, config, layers }: BuiltImage,
  name: ImageName & { readonly tag: string },
  credentials?: Credentials,
): Promise<Digest> {
  const registry = new PushTarget(name, credentials);
  const blobs: Blob[] = [
    ...layers.map(({ digest, size, file }) => ({ digest, size, open: () => createReadStream(file) })),
    { digest: digestOf(config), size: config.length, open: () => Readable.from([config]) },
  ];
  for (const blob of new Map(blobs.map((each) => [each.digest, each])).values()) await registry.pushBlob(blob);
  await registry.pushManifest(manifest);
  return registry.readDigest();
}

/** The repository that an image is pushed to. */
class PushTarget {
  readonly #name: ImageName & { readonly tag: string };
  readonly #credentials: Credentials | undefined;
  readonly #base: URL;
  #authorization: string | undefined;

  constructor(name: ImageName & { readonly tag: string }, credentials: Credentials | undefined) {
    this.#name = name;
    this.#credentials = credentials;
    this.#base = new URL(`/v2/${name.repository}/`, urlOf(name.registry));
  }

  async pushBlob({ digest, size, open }: Blob): Promise<void> {
    const what = `the layer ${digest}`;
    const found = await this.#ask("HEAD", `blobs/${digest}`, { what });
    if (found.status === 200) return;
    const started = await this.#ask("POST", "blobs/uploads/", { what, headers: { "content-length": 0 } });
    if (started.status !== 202 || started.location === undefined) throw this.#refusal(what, started);
    const upload = readUrl(new URL(started.location, this.#base).href);
    upload.searchParams.set("digest", digest);
    const headers = { "content-length": size, "content-type": "application/octet-stream" };
    const ended = await this.#ask("PUT", upload, { what, headers, body: open });
    if (ended.status !== 201) throw this.#refusal(what, ended);
  }

  async pushManifest(manifest: Buffer): Promise<void> {
    const what = "the manifest";
    const headers = { "content-length": manifest.length, "content-type": OCI_TYPES.manifest };
    const body = () => Readable.from([manifest]);
    const answer = await this.#ask("PUT", `manifests/${this.#name.tag}`, { what, headers, body });
    if (answer.status !== 201) throw this.#refusal(what, answer);
  }

  /** Returns the digest of the manifest that the registry has under the tag, which it is asked for. */
  async readDigest(): Promise<Digest> {
    const what = "the manifest";
    const answer = await this.#ask("GET", `manifests/${this.#name.tag}`, {
      what,
      headers: { accept: OCI_TYPES.manifest },
    });
    if (answer.status !== 200) throw this.#refusal(what, answer);
    return digestOf(answer.body);
  }

  async #ask(method: string, path: string | URL, call: Call): Promise<Answer> {
    const url = new URL(path, this.#base);
    // The storage of a registry may be elsewhere: it gets neither token nor password, and may not ask for one.
    if (url.origin !== this.#base.origin) return this.#send(method, url, call, undefined);
    const first = await this.#send(method, url, call, this.#authorization);
    if (first.status !== 401) return first;
    this.#authorization = await this.#authorize(first, call.what);
    return this.#send(method, url, call, this.#authorization);
  }

  async #send(
    method: string,
    url: URL,
    { what, headers = {}, body }: Call,
    authorization: string | undefined,
  ): Promise<Answer> {
    try {
      return await send(
        url,
        { method, headers: { ...headers, ...(authorization !== undefined && { authorization }) } },
        body,
      );
    } catch (cause) {
      const { message, code } = cause as NodeJS.ErrnoException;
      const reason = message === "" ? code : message;
      throw new PushError(
        `The registry ${this.#name.registry} does not take ${what} (${reason}): check its name, and try again.`,
        {
          cause,
        },
      );
    }
  }

  /** Answers a challenge of the registry with the account that is known for it. */
  async #authorize({ challenge = "" }: Answer, what: string): Promise<string> {
    const { registry, repository } = this.#name;
    const basic =
      this.#credentials &&
      `Basic ${Buffer.from(`${this.#credentials.username}:${this.#credentials.password}`).toString("base64")}`;
    const bearer = parseChallenges(challenge).find(({ scheme }) => scheme === "bearer");
    if (bearer === undefined) {
      if (basic !== undefined && this.#authorization !== basic) return basic;
      throw this.#noAccess();
    }
    const { realm, service } = Object.fromEntries(bearer.parameters);
    if (realm === undefined || !URL.canParse(realm))
      throw new PushError(`The registry ${registry} names no address for logins.`);
    const url = readUrl(realm);
    if (service !== undefined) url.searchParams.set("service", service);
    url.searchParams.set("scope", `repository:${repository}:pull,push`);
    const answer = await send(url, { method: "GET", headers: basic === undefined ? {} : { authorization: basic } });
    if (answer.status !== 200) throw this.#noAccess();
    const { token, access_token: other } = JSON.parse(answer.body.toString()) as Record<string, unknown>;
    const found = token ?? other;
    if (typeof found !== "string") throw new PushError(`The registry ${registry} gives no token to push ${what}.`);
    return `Bearer ${found}`;
  }

  #noAccess(): PushError {
    const { registry, repository } = this.#name;
    const refused = this.#credentials === undefined ? "needs a login" : `does not allow ${this.#credentials.username}`;
    return new PushError(
      `The registry ${registry} ${refused} to push to ${repository}: log in (docker login ${registry}), or set ` +
        "POCO_REGISTRY_USER and POCO_REGISTRY_PASSWORD.",
    );
  }

  #refusal(what: string, { status, body }: Answer): PushError {
    if (status === 401 || status === 403) return this.#noAccess();
    const reason = body.toString().slice(0, 300);
    return new PushError(`The registry refuses ${what} of ${formatImageName(this.#name)} (${status}): ${reason}`);
  }
}

/** The parts of an answer that matter. */
interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly challenge: string | undefined;
  readonly body: Buffer;
}

async function send(
  url: URL,
  options: { readonly method: string; readonly headers: OutgoingHttpHeaders },
  body?: () => Readable,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const asked = (url.protocol === "https:" ? requestSecurely : requestPlainly)(url, options, resolve);
  asked.once("error", reject);
  if (body === undefined) asked.end();
  // A registry that refuses early closes the connection; its answer says why.
  else pipeline(body(), asked).catch(reject);
  const answer = await promise;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw new Error("its answer is too long");
    chunks.push(chunk);
  }
  const { location, "www-authenticate": challenge } = answer.headers;
  return { status: answer.statusCode ?? 0, location, challenge, body: Buffer.concat(chunks) };
}
