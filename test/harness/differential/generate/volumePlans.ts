/** Plans for orders with volume zero, volume one, and the maximal volume. */
import { MaxUint256 } from "ethers";

import type { OrderKind } from "@poco-marketplace/sdk/protocol/order.js";
import type { Memory } from "./memory.js";
import { must, type Plan, stepOf, type Steps } from "./plan.js";

const USUAL = 3n;
const EDGES: readonly bigint[] = [0n, 1n, MaxUint256];
const ABOUT = { app: "app1", dataset: "data1", workerpool: "pool1" } as const;
const OWNERS = { app: "appOwner", dataset: "dataOwner", workerpool: "scheduler", request: "requester" } as const;
const KINDS = Object.keys(OWNERS) as readonly OrderKind[];

/** The plans: one for each kind of order and volume, and one without any limit. */
export const VOLUME_PLANS: readonly Plan[] = [
  ...KINDS.flatMap((kind) =>
    EDGES.map((volume) => ({
      name: `a volume of ${volume} in the ${kind} order`,
      begin: (_: unknown, memory: Memory) => matchTwice(memory, volume, [kind]),
    })),
  ),
  {
    name: "a volume of all tasks there are in every order",
    begin: (_, memory) => matchTwice(memory, MaxUint256, KINDS),
  },
];

/** Matches orders without prices, twice; the second time at least one of them is used up, whatever the volumes. */
function* matchTwice(memory: Memory, volume: bigint, kinds: readonly OrderKind[]): Steps {
  const orders = KINDS.map((kind) => ({ order: add(memory, kind, kinds.includes(kind) ? volume : USUAL) }));
  yield* must(volume === 0n ? "refused" : "accepted", stepOf(memory, "stranger", "matchOrders", ...orders));
  yield* must("refused", stepOf(memory, "stranger", "matchOrders", ...orders));
}

function add({ orders }: Memory, kind: OrderKind, volume: bigint): string {
  const label = `${kind[0]}${Object.keys(orders).length}`;
  const about = kind === "request" ? { ...ABOUT, requester: OWNERS.request } : { [kind]: ABOUT[kind] };
  orders[label] = { kind, fields: { ...about, volume }, by: OWNERS[kind] };
  return label;
}
