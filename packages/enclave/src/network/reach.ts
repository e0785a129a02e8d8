import { lookup, type LookupAddress } from "node:dns";
import { isIP, type LookupFunction } from "node:net";

import { ownAddresses } from "./ownAddresses.js";
import { isPublicAddress } from "./publicAddress.js";

/** A private address, which strangers may not have this machine connect to. */
export class PrivateAddressError extends Error {
  override readonly name = "PrivateAddressError";
  readonly address: string;

  constructor(host: string, address: string) {
    super(`${host.slice(0, 100)} is at ${address}, which is private`);
    this.address = address;
  }
}

/** Resolves a name to all of its addresses. */
export type Resolve = (
  host: string,
  answer: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void;

const systemResolve: Resolve = (host, answer) => lookup(host, { all: true }, answer);

/**
 * Whether an address is on the internet and not on the operator's machine or networks.
 */
export function isElsewhere(address: string): boolean {
  return isPublicAddress(address) && !ownAddresses().includes(address);
}

/**
 * Refuses a literal address that is not public. Names are checked by {@link publicLookup}.
 *
 * @param host - The host of a URL, in which every notation of an IPv4 address has become four numbers.
 * @throws {@link PrivateAddressError}
 */
export function checkLiteral(host: string): void {
  const address = host.replace(/^\[|\]$/g, "");
  if (isIP(address) !== 0 && !isElsewhere(address)) throw new PrivateAddressError(host, address);
}

/**
 * Resolves a name for a socket once, so that it connects to the addresses that were checked even if the name server's
 * answer changes. A name is refused if any of its addresses is private.
 */
export function publicLookup(resolve: Resolve = systemResolve): LookupFunction {
  return (host, { all }, callback) => {
    resolve(host, (error, addresses) => {
      if (error !== null) return callback(error, "");
      const refused = addresses.find(({ address }) => !isElsewhere(address));
      if (refused !== undefined) return callback(new PrivateAddressError(host, refused.address), "");
      if (all === true) return callback(null, [...addresses]);
      const [{ address, family }] = addresses as [LookupAddress];
      return callback(null, address, family);
    });
  };
}
