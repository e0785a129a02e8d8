import { lookup } from "node:dns/promises";

import type { Endpoint } from "./filter.js";

/** A host and a port before they are resolved: `127.0.0.1:8548`, `mail.example:465`. */
export interface NamedEndpoint {
  readonly host: string;
  readonly port: number;
}

/** A text that is not a host with a port, or a host that cannot be resolved. */
export class InvalidEndpointError extends Error {
  override readonly name = "InvalidEndpointError";

  constructor(text: string, advice: string, options?: ErrorOptions) {
    super(
      `${JSON.stringify(text.slice(0, 200))} is not an endpoint that apps can be allowed to reach: ${advice}`,
      options,
    );
  }
}

/**
 * Parses `HOST:PORT`.
 *
 * @throws {@link InvalidEndpointError}
 */
export function readEndpoint(text: string): NamedEndpoint {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-fA-F:.]+)\]|([\w.-]+)):(\d{1,5})$/.exec(text) ?? [];
  const [host, port] = [bracketed ?? plain, Number(digits)];
  if (host === undefined || port < 1 || port > 65_535) {
    throw new InvalidEndpointError(text, "give HOST:PORT, like 127.0.0.1:8548");
  }
  if (bracketed !== undefined) throw new InvalidEndpointError(text, "apps reach IPv4 only, so give that address");
  return { host, port };
}

/** Formats an endpoint as `HOST:PORT`. */
export function writeEndpoint({ host, port }: NamedEndpoint): string {
  return `${host}:${port}`;
}

/**
 * Resolves the addresses of endpoints once.
 *
 * @throws {@link InvalidEndpointError} for a host that cannot be resolved
 */
export async function resolveEndpoints(named: readonly NamedEndpoint[]): Promise<Endpoint[]> {
  const found = await Promise.all(
    named.map(async ({ host, port }) => {
      const addresses = await lookup(host, { all: true, family: 4 }).catch((cause: unknown) => {
        throw new InvalidEndpointError(`${host}:${port}`, "that host has no IPv4 address, so check its name", {
          cause,
        });
      });
      return addresses.map(({ address }) => ({ address, port }));
    }),
  );
  return found.flat();
}
