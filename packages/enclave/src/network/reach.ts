import { lookup, type LookupAddress } from "node:dns";
import { isIP, type LookupFunction } from "node:net";

import { ownAddresses } from "./ownAddresses.js";
import { isPublicAddress } from "./publicAddress.js";

/** An address that others may not have this machine connect to. */
export class PrivateAddressError extends Error {
  override readonly name = "PrivateAddressError";
  readonly address: string;

  constructor(host: string, address: string) {
    super(`${host.slice(0, 100)} is at ${address}, which is private`);
    this.address = address;
  }
}

/** How names are looked up: all addresses of one. */
export type Resolve = (
  host: string,
  answer: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void;

const systemResolve: Resolve = (host, answer) => lookup(host, { all: true }, answer);

/**
 * Whether a connection to an address goes to the internet and not to the operator's machine or networks.
 */
export function isElsewhere(address: string): boolean {
  return isPublicAddress(address) && !ownAddresses().includes(address);
}

/**
 * Refuses a host that is written as an address unless it is public. Names are left to {@link publicLookup}.
 *
 * @param host Of a URL, where each way to write an IPv4 address has become four numbers.
 * @throws {@link PrivateAddressError}
 */
export function checkLiteral(host: string): void {
  const address = host.replace(/^\[|\]$/g, "");
  if (isIP(address) !== 0 && !isElsewhere(address)) throw new PrivateAddressError(host, address);
}

/**
 * Looks a name up for a socket, once: it connects to the addresses that were checked, whatever the name's server says the
 * next time. A name with any private address among its own is refused.
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
