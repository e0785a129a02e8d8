import { lookup } from "node:dns/promises";

import type { Endpoint } from "./filter.js";

/** A host and a port, as somebody wrote them: `127.0.0.1:8548`, `mail.example:465`. */
export interface NamedEndpoint {
  readonly host: string;
  readonly port: number;
}

/** Something that is no host with a port, or a host that nobody knows. */
export class InvalidEndpointError extends Error {
  override readonly name = "InvalidEndpointError";

  constructor(text: string, advice: string, options?: ErrorOptions) {
    super(`${JSON.stringify(text.slice(0, 200))} is no place that apps can be allowed to reach: ${advice}`, options);
  }
}

/**
 * Reads `HOST:PORT`.
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

/** The text of an endpoint. */
export function writeEndpoint({ host, port }: NamedEndpoint): string {
  return `${host}:${port}`;
}

/**
 * The addresses of endpoints, looked up once.
 *
 * @throws {@link InvalidEndpointError} for a host that nobody knows
 */
export async function resolveEndpoints(named: readonly NamedEndpoint[]): Promise<Endpoint[]> {
  const found = await Promise.all(
    named.map(async ({ host, port }) => {
      const addresses = await lookup(host, { all: true, family: 4 }).catch((cause: unknown) => {
        throw new InvalidEndpointError(
          `${host}:${port}`,
          "nobody knows an IPv4 address of that host, so check its name",
          { cause },
        );
      });
      return addresses.map(({ address }) => ({ address, port }));
    }),
  );
  return found.flat();
}
