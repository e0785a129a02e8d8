import { BlockList, isIP } from "node:net";

/**
 * Blocks of IPv4 that are not the public internet. Source: IANA's registry of special-purpose addresses, with multicast,
 * what is reserved, and 168.63.129.16, at which a cloud provider's host answers its guests.
 */
export const SPECIAL_IPV4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "168.63.129.16/32",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
] as const;

/** The block of IPv6 that is the public internet, */
const GLOBAL_IPV6 = "2000::/3";

/** and what of it is not: the IETF's own assignments with Teredo, documentation, 6to4, documentation again. */
const SPECIAL_IPV6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"] as const;

/** IPv4 behind a translator: as public as the IPv4 address that its last 32 bits are. */
const NAT64_PREFIX = "64:ff9b::";

const ipv4 = blockList("ipv4", SPECIAL_IPV4);
const globalIpv6 = blockList("ipv6", [GLOBAL_IPV6]);
const specialIpv6 = blockList("ipv6", SPECIAL_IPV6);
const nat64 = blockList("ipv6", [`${NAT64_PREFIX}/96`]);
const mapped = blockList("ipv6", ["::ffff:0:0/96"]);

/**
 * Whether an address is on the public internet: no machine's own, no private or local network's, no group's, no
 * provider's of metadata, in whichever form.
 *
 * @param address As `isIP` of node:net takes it. One with a zone (`fe80::1%eth0`) is never public.
 */
export function isPublicAddress(address: string): boolean {
  const family = address.includes("%") ? 0 : isIP(address);
  if (family === 4) return !ipv4.check(address, "ipv4");
  if (family !== 6) return false;
  // Lists of IPv6 are asked of IPv6 only: Node finds each IPv4 address in a block that holds ::ffff:0:0/96.
  if (mapped.check(address, "ipv6") || nat64.check(address, "ipv6")) return isPublicAddress(lastFourBytes(address));
  return globalIpv6.check(address, "ipv6") && !specialIpv6.check(address, "ipv6");
}

/** The last 32 bits of an IPv6 address, as an IPv4 address. */
function lastFourBytes(address: string): string {
  // Two groups of hex digits at the end, also where dots were given.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [high, low] = `0:${canonical.replace("::", ":0:0:")}`.split(":").slice(-2) as [string, string];
  const [first, second] = [Number.parseInt(high || "0", 16), Number.parseInt(low || "0", 16)];
  return [first >> 8, first & 0xff, second >> 8, second & 0xff].join(".");
}

function blockList(family: "ipv4" | "ipv6", blocks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const block of blocks) {
    const [network, prefix] = block.split("/") as [string, string];
    list.addSubnet(network, Number(prefix), family);
  }
  return list;
}
