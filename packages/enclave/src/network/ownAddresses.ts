import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";

/** IFF_LOOPBACK and IFF_NOARP: such interfaces lead to no other machine. */
const LEADS_NOWHERE = 0x8 | 0x80;
/** IFF_POINTOPOINT: such interfaces have no ARP, but lead to another machine. */
const POINT_TO_POINT = 0x10;
/** RTF_GATEWAY. */
const GATEWAY = 0x2;

/**
 * Lists the addresses of this machine on its networks: those of the interfaces with which it reaches other machines.
 * Services there belong to the operator even if the address is public, since a connection from within passes the
 * firewall.
 *
 * @returns The addresses of all interfaces where the system does not tell which lead elsewhere (Linux does).
 */
export function ownAddresses(): string[] {
  const outward = interfacesWithRoutes();
  return Object.entries(networkInterfaces())
    .filter(([name]) => outward === undefined || (outward.has(name) && leadsSomewhere(name)))
    .flatMap(([, addresses = []]) => addresses.map(({ address }) => address));
}

/** Lists the interfaces with a default route, or with a route through a gateway. */
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
