import { isIPv4 } from "node:net";

import { isPublicAddress, SPECIAL_IPV4 } from "./publicAddress.js";

/** An address and a port that an app may connect to over TCP although it is not on the internet. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** What an app with the network reaches: the internet, or whatever the machine reaches over IPv4, but its loopback interface. */
export type Reach = "public" | "all";

/** The device and the addresses of the user-mode network stack in its namespace. */
export const STACK = { device: "tap0", host: "10.0.2.2", nameServer: "10.0.2.3", network: "10.0.2.0/24" } as const;

const REFUSE = "reject with icmpx admin-prohibited";

/**
 * Writes the nftables rules for a namespace in which apps run: they can resolve names, and reach the internet and the
 * endpoints over IPv4, and nothing else. `own` are the addresses of the machine, which do not count as the internet. With
 * `all`, they also reach private networks, those addresses, and the metadata services of clouds.
 *
 * Endpoints on the machine's loopback interface have the same address in the namespace.
 */
export function filterRules(endpoints: readonly Endpoint[], own: readonly string[], reach: Reach = "public"): string {
  const loopback = endpoints.filter(({ address }) => isLoopback(address));
  const others = endpoints.filter(({ address }) => isIPv4(address) && !isLoopback(address));
  const ownPublic = own.filter((address) => isIPv4(address) && isPublicAddress(address));
  // The machine's loopback interface is at the address of the stack.
  const refused = reach === "all" ? [STACK.network] : [...ownPublic, ...SPECIAL_IPV4];
  return `
table inet app {
  chain out {
    type filter hook output priority filter; policy drop;
    oif "lo" accept
    ip daddr ${STACK.nameServer} meta l4proto { tcp, udp } th dport 53 accept
    ${rules(loopback, ({ port }) => `ip daddr ${STACK.host} tcp dport ${port} accept`)}
    ${rules(others, ({ address, port }) => `ip daddr ${address} tcp dport ${port} accept`)}
    ip daddr { ${refused.join(", ")} } ${REFUSE}
    meta nfproto ipv4 accept
    ${REFUSE}
  }
  chain there {
    type nat hook output priority -100;
    ${rules(loopback, ({ address, port }) => `ip daddr ${address} tcp dport ${port} dnat ip to ${STACK.host}:${port}`)}
  }
  chain back {
    type nat hook postrouting priority 100;
    oifname "${STACK.device}" ip saddr 127.0.0.0/8 masquerade
  }
}
`;
}

export function isLoopback(address: string): boolean {
  return address.startsWith("127.");
}

function rules<Item>(items: readonly Item[], rule: (item: Item) => string): string {
  return items.map(rule).join("\n    ");
}
