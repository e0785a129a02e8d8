import type { FastifyInstance } from "fastify";

import { HttpError } from "../http/HttpError.js";

/** The names and addresses that clients look up. */
export interface Directory {
  readonly chainId: number;
  /** URLs of schedulers by the addresses of their workerpools, in any case. */
  readonly schedulers: Readonly<Record<string, string>>;
  /** Addresses of apps by the names that clients use. */
  readonly iapps: Readonly<Record<string, string>>;
}

/**
 * Serves the URLs of workerpools' schedulers and the addresses of named apps. Source: docs/reference/services.md
 * section 2.3.
 */
export function serveDirectory(server: FastifyInstance, { chainId, schedulers, iapps }: Directory): void {
  const urls = new Map(Object.entries(schedulers).map(([address, url]) => [address.toLowerCase(), url]));
  const apps = new Map(Object.entries(iapps));

  function checkChain(asked: string): void {
    if (asked === String(chainId)) return;
    throw new HttpError(404, `This compass serves chain ${chainId}, not ${asked}.`);
  }

  server.get<{ Params: { chain: string; address: string } }>("/:chain/workerpools/:address", ({ params }) => {
    checkChain(params.chain);
    if (!/^0x[0-9a-fA-F]{40}$/.test(params.address)) {
      throw new HttpError(400, `"${params.address}" is not an address: write 0x and 40 hexadecimal digits.`);
    }
    const apiUrl = urls.get(params.address.toLowerCase());
    if (apiUrl === undefined) {
      throw new HttpError(404, `The scheduler of workerpool ${params.address} is not known here.`);
    }
    return { apiUrl };
  });

  server.get<{ Params: { chain: string; name: string } }>("/:chain/iapps/:name", ({ params }) => {
    checkChain(params.chain);
    const address = apps.get(params.name);
    if (address === undefined) throw new HttpError(404, `No app has the name "${params.name}" here.`);
    return { address };
  });
}
