import { ImageError } from "./imageError.js";
import { DOCKER_HUB, type ImageName } from "./imageName.js";

const HUB_URL = "https://registry-1.docker.io";

/** A registry, or a mirror of one. */
export interface RegistryEndpoint {
  readonly url: URL;
  /** The registry's name in messages and options. */
  readonly registry: string;
  readonly name: ImageName;
}

/** A call to an endpoint, which may take several requests, and its subject. */
export interface EndpointCall {
  readonly endpoint: RegistryEndpoint;
  /** The name of the requested document in messages. */
  readonly what: string;
  readonly signal: AbortSignal | undefined;
}

/** Makes the error of an endpoint that does not keep to the protocol. */
export function unexpected({ endpoint: { registry } }: EndpointCall, problem: string): ImageError {
  return new ImageError("UnexpectedAnswer", { registry, problem });
}

/** Returns the URL of a registry: plain HTTP for this machine, else https. */
export function urlOf(registry: string): URL {
  if (registry === DOCKER_HUB) return new URL(HUB_URL);
  const { hostname } = new URL(`https://${registry}`);
  return new URL(`${isLoopback(hostname) ? "http" : "https"}://${registry}`);
}

/** Parses the URL of a mirror, a redirect or a token server: plain HTTP is allowed on this machine only. */
export function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isFitting = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname));
  if (url === undefined || !isFitting) throw new ImageError("PlainHttp", { url: text });
  return url;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
