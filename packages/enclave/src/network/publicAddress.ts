import { BlockList, isIP } from "node:net";

/**
 * The blocks of IPv4 that are not the public internet: IANA's registry of special-purpose addresses, multicast,
 * reserved blocks, and 168.63.129.16, the address at which a cloud provider's host answers its guests.
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

/** The block of IPv6 that is the public internet, except for {@link SPECIAL_IPV6}. */
const GLOBAL_IPV6 = "2000::/3";

/**
 * The blocks within {@link GLOBAL_IPV6} that are not public: IETF assignments with Teredo, documentation, 6to4,
 * documentation.
 */
const SPECIAL_IPV6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"] as const;

/** The prefix of NAT64: such an address is public if the IPv4 address in its last 32 bits is. */
const NAT64_PREFIX = "64:ff9b::";

const ipv4 = blockList("ipv4", SPECIAL_IPV4);
const globalIpv6 = blockList("ipv6", [GLOBAL_IPV6]);
const specialIpv6 = blockList("ipv6", SPECIAL_IPV6);
const nat64 = blockList("ipv6", [`${NAT64_PREFIX}/96`]);
const mapped = blockList("ipv6", ["::ffff:0:0/96"]);

/**
 * Whether an address is on the public internet: not a loopback, private, link-local, multicast or cloud metadata
 * address, in any notation.
 *
 * @param address - An address that `isIP` of node:net accepts. One with a zone (`fe80::1%eth0`) is never public.
 */
export function isPublicAddress(address: string): boolean {
  const family = address.includes("%") ? 0 : isIP(address);
  if (family === 4) return !ipv4.check(address, "ipv4");
  if (family !== 6) return false;
  // IPv6 lists are used for IPv6 only: Node finds every IPv4 address in a block that holds ::ffff:0:0/96.
  if (mapped.check(address, "ipv6") || nat64.check(address, "ipv6")) return isPublicAddress(lastFourBytes(address));
  return globalIpv6.check(address, "ipv6") && !specialIpv6.check(address, "ipv6");
}

/** Returns the last 32 bits of an IPv6 address as an IPv4 address. */
function lastFourBytes(address: string): string {
  // The canonical form ends with two groups of hex digits, even where the address was given with dots.
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
