import type { Clients } from "@poco-marketplace/sdk/client/connectClients.js";
import { grantedAccess } from "@poco-marketplace/sdk/client/grantAccess.js";
import { consentsToBulk } from "@poco-marketplace/sdk/protocol/bulk.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import type { SignedDatasetOrder } from "@poco-marketplace/sdk/protocol/order.js";
import { orderToJson } from "@poco-marketplace/sdk/protocol/orderForm.js";
import { MAX_SLICE_ORDERS } from "@poco-marketplace/services/bulk/bulkLists.js";
import { CommandError } from "../../commandLine.js";

/**
 * Puts the lists of a bulk request into the content store: of each dataset an order by which its owner consents, in as
 * many slices as there are tasks.
 *
 * @returns the identifier of the list, for the request's params
 * @throws {@link CommandError} for a dataset without such an order, and for more datasets than tasks can have
 */
export async function storeBulkRequest(
  clients: Pick<Clients, "market" | "store">,
  {
    datasets,
    app,
    requester,
    tasks,
  }: { datasets: readonly Address[]; app: Address; requester: Address; tasks: number },
): Promise<string> {
  const perTask = Math.ceil(datasets.length / tasks);
  if (perTask > MAX_SLICE_ORDERS) {
    const needed = Math.ceil(datasets.length / MAX_SLICE_ORDERS);
    throw new CommandError(`A task takes ${MAX_SLICE_ORDERS} datasets: give --tasks ${needed} or more.`);
  }
  const orders = await Promise.all(datasets.map((dataset) => findConsent(clients, { dataset, app, requester })));
  const slices = Array.from({ length: tasks }, (_, index) => orders.slice(index * perTask, (index + 1) * perTask));
  const cids = await Promise.all(
    slices.map((slice) =>
      storeJson(
        clients,
        slice.map((order) => orderToJson(order)),
      ),
    ),
  );
  return storeJson(clients, cids);
}

async function findConsent(
  clients: Pick<Clients, "market">,
  use: { dataset: Address; app: Address; requester: Address },
): Promise<SignedDatasetOrder> {
  const found = await grantedAccess(clients, use);
  const consent = found.find(({ order }) => consentsToBulk(order));
  if (consent !== undefined) return consent.order;
  throw new CommandError(
    `The owner of dataset ${use.dataset} has not agreed to its use in bulk by app ${use.app}: it takes poco data grant --bulk.`,
  );
}

function storeJson({ store }: Pick<Clients, "store">, value: object): Promise<string> {
  return store.upload(new TextEncoder().encode(JSON.stringify(value)));
}
