import { request as requestPlainly, type IncomingMessage } from "node:http";
import { request as requestSecurely } from "node:https";

import { checkLiteral, publicLookup } from "../network/reach.js";
import { parseChallenges } from "./challenge.js";
import { explain, readAtMost, type IdleTimeout } from "./idleTimeout.js";
import { ImageError } from "./imageError.js";
import { formatImageName } from "./imageName.js";
import { readUrl, unexpected, urlOf, type EndpointCall } from "./endpointCall.js";
import type { Credentials, RegistryOptions } from "./registryOptions.js";

const MOST_REDIRECTS = 5;
const MAX_TOKEN_BYTES = 2 ** 16;
const MAX_TOKENS = 1000;

/** Sends requests to registries: authenticates, follows redirects, and keeps away from private networks. */
export class RegistryConnection {
  readonly #options: RegistryOptions;
  readonly #ownHosts: ReadonlySet<string>;
  /** The accepted `Authorization` headers by endpoint and repository. */
  readonly #authorizations = new Map<string, string>();

  /** @throws `ImageError` PlainHttp for a mirror that is neither https nor on this machine */
  constructor(options: RegistryOptions) {
    this.#options = options;
    const mirrors = Object.values(options.mirrors ?? {}).flat();
    const { credentials = {}, privateRegistries = [] } = options;
    const registries = [...Object.keys(credentials), ...privateRegistries];
    const own = [...mirrors.map((mirror) => readUrl(mirror)), ...registries.map(urlOf)];
    this.#ownHosts = new Set(own.map(({ host }) => host));
  }

  /** Sends a request to an endpoint, authenticates if required, and follows redirects to the storage of blobs. */
  async open(
    path: string,
    headers: Readonly<Record<string, string>>,
    call: EndpointCall,
    idle: IdleTimeout,
  ): Promise<IncomingMessage> {
    const { endpoint } = call;
    const { repository } = endpoint.name;
    const key = `${endpoint.url.href} ${repository}`;
    let url = new URL(`${endpoint.url.pathname.replace(/\/$/, "")}/v2/${repository}/${path}`, endpoint.url);
    let hasAsked = false;
    for (let redirects = 0; redirects <= MOST_REDIRECTS;) {
      // Other hosts, such as the storage of blobs, get neither token nor password.
      const isHome = url.origin === endpoint.url.origin;
      const authorization = isHome ? this.#authorizations.get(key) : undefined;
      const all = { ...headers, ...(authorization !== undefined && { authorization }) };
      const response = await this.#ask(url, all, call, idle);
      const { statusCode: status = 0 } = response;
      const { location, "www-authenticate": challenge = "" } = response.headers;
      if (status === 401 && isHome && !hasAsked) {
        hasAsked = true;
        response.destroy();
        this.#authorizations.delete(key);
        if (this.#authorizations.size >= MAX_TOKENS) this.#authorizations.clear();
        this.#authorizations.set(key, await this.#authorize(challenge, call, idle));
      } else if (status >= 300 && status < 400 && status !== 304 && location !== undefined) {
        response.destroy();
        if (!URL.canParse(location, url.href)) throw unexpected(call, "it leads to no address");
        url = readUrl(new URL(location, url.href).href);
        redirects += 1;
      } else {
        if (status !== 200 && status !== 206 && status !== 416) {
          response.destroy();
          throw this.#refusal(response, url, isHome, call);
        }
        return response;
      }
    }
    throw unexpected(call, "it leads from one address to the next");
  }

  #refusal(
    { statusCode: status = 0, headers }: IncomingMessage,
    url: URL,
    isHome: boolean,
    call: EndpointCall,
  ): ImageError {
    const { registry } = call.endpoint;
    if (status === 429) {
      const seconds = Number(headers["retry-after"]);
      return new ImageError("TooManyRequests", { registry, seconds: seconds >= 0 ? seconds : undefined });
    }
    if (status >= 500) return new ImageError("RegistryFailed", { registry: isHome ? registry : url.host, status });
    // The signed URL of the storage has expired: asking the registry again yields a new one.
    if (!isHome) return new ImageError("RegistryFailed", { registry: url.host, status });
    const image = formatImageName(call.endpoint.name);
    if (status === 404) return new ImageError("ImageNotFound", { image, what: call.what, registry });
    if (status === 401 || status === 403) return this.#private(call);
    return unexpected(call, `it answers ${status}`);
  }

  #private({ endpoint: { registry, name } }: EndpointCall): ImageError {
    const hasCredentials = this.#credentialsFor(registry) !== undefined;
    return new ImageError("ImagePrivate", { registry, image: formatImageName(name), hasCredentials });
  }

  #credentialsFor(registry: string): Credentials | undefined {
    const { credentials = {} } = this.#options;
    return Object.hasOwn(credentials, registry) ? credentials[registry] : undefined;
  }

  /** Returns the `Authorization` header that answers a challenge. */
  async #authorize(header: string, call: EndpointCall, idle: IdleTimeout): Promise<string> {
    const { registry, name } = call.endpoint;
    const credentials = this.#credentialsFor(registry);
    const basic =
      credentials && `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`;
    const challenges = parseChallenges(header);
    const bearer = challenges.find(({ scheme }) => scheme === "bearer");
    const realm = bearer?.parameters.get("realm");
    if (bearer === undefined || realm === undefined) {
      if (basic !== undefined && challenges.some(({ scheme }) => scheme === "basic")) return basic;
      throw this.#private(call);
    }

    if (!URL.canParse(realm)) throw unexpected(call, "it gives no address for tokens");
    const url = readUrl(realm);
    const service = bearer.parameters.get("service");
    if (service !== undefined) url.searchParams.set("service", service);
    url.searchParams.set("scope", `repository:${name.repository}:pull`);
    const response = await this.#ask(url, basic === undefined ? {} : { authorization: basic }, call, idle);
    if (response.statusCode !== 200) {
      response.destroy();
      throw response.statusCode === 404 ? this.#private(call) : this.#refusal(response, url, true, call);
    }
    const token = readToken(await readAtMost(response, MAX_TOKEN_BYTES, call, idle));
    if (token === undefined) throw unexpected(call, "it gives no token");
    return `Bearer ${token}`;
  }

  /**
   * Sends a request on a connection of its own: a reused one may lead to an address that only another request may
   * reach.
   */
  async #ask(
    url: URL,
    headers: Readonly<Record<string, string>>,
    call: EndpointCall,
    idle: IdleTimeout,
  ): Promise<IncomingMessage> {
    const { privateHosts = "refused", resolve } = this.#options;
    const isLimited = privateHosts === "refused" && !this.#ownHosts.has(url.host);
    const request = url.protocol === "https:" ? requestSecurely : requestPlainly;
    const options = {
      agent: false,
      headers: { ...headers, "accept-encoding": "identity", "user-agent": "poco" },
      signal: idle.signal,
      ...(isLimited && { lookup: publicLookup(resolve) }),
    };
    try {
      if (isLimited) checkLiteral(url.hostname);
      const response = await new Promise<IncomingMessage>((heard, reject) => {
        request(url, options, heard).once("error", reject).end();
      });
      idle.renew();
      return response;
    } catch (cause) {
      throw explain(cause, url.host, idle);
    }
  }
}

/** Returns the token in an answer, if it can be sent in a header. */
function readToken(bytes: Uint8Array): string | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
  const { token, access_token: other } = (answer ?? {}) as Readonly<Record<string, unknown>>;
  const found = token ?? other;
  return typeof found === "string" && /^[\x21-\x7e]+$/.test(found) ? found : undefined;
}
