import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";

/** IFF_LOOPBACK and IFF_NOARP: nothing comes in from elsewhere. */
const LEADS_NOWHERE = 0x8 | 0x80;
/** IFF_POINTOPOINT: such lines have no ARP and lead somewhere all the same. */
const POINT_TO_POINT = 0x10;
/** RTF_GATEWAY. */
const GATEWAY = 0x2;

/**
 * The addresses at which this machine is on a network: those of the interfaces over which it reaches others. What listens
 * there is the operator's, however public the address is: whoever connects from within the machine passes its firewall.
 *
 * @returns Those of all interfaces where the system does not say which lead elsewhere (it does on Linux).
 */
export function ownAddresses(): string[] {
  const outward = interfacesWithRoutes();
  return Object.entries(networkInterfaces())
    .filter(([name]) => outward === undefined || (outward.has(name) && leadsSomewhere(name)))
    .flatMap(([, addresses = []]) => addresses.map(({ address }) => address));
}

/** The interfaces with a default route, or with one through a gateway. */
function interfacesWithRoutes(): ReadonlySet<string> | undefined {
  const routes = read("/proc/net/route");
  if (routes === undefined) return undefined;
  const ipv4 = table(routes)
    .slice(1)
    .filter(([, destination, , flags]) => destination === "00000000" || (number(flags) & GATEWAY) !== 0)
    .map(([name]) => name!);
  const ipv6 = table(read("/proc/net/ipv6_route") ?? "")
    .filter(([, prefix, , , , , , , flags]) => prefix === "00" || (number(flags) & GATEWAY) !== 0)
    .map((fields) => fields.at(-1)!);
  return new Set([...ipv4, ...ipv6]);
}

function leadsSomewhere(name: string): boolean {
  const flags = Number(read(`/sys/class/net/${name}/flags`) ?? 0);
  return (flags & LEADS_NOWHERE) === 0 || (flags & POINT_TO_POINT) !== 0;
}

function table(text: string): string[][] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => line.trim().split(/\s+/));
}

function number(hex = ""): number {
  return Number.parseInt(hex, 16);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
