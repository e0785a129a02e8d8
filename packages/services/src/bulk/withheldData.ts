import { readBulkList, readBulkOrders, UnreadableBulkError } from "./bulkLists.js";
import type { WithheldData } from "@poco-marketplace/sdk/explain/report.js";
import { bulkRefusal } from "@poco-marketplace/sdk/protocol/bulk.js";
import { InvalidFieldError } from "@poco-marketplace/sdk/protocol/field.js";
import { parseParams } from "@poco-marketplace/sdk/protocol/params.js";

/**
 * Says which data of a bulk request nobody consented to have used in bulk, by the rule of the secret service and of workers.
 * Whether an order also fits the deal is known once there is one.
 *
 * @param params - The `params` of the request order; without a `bulk_cid` there is nothing to say.
 * @param read - Reads the file at a CID.
 * @throws what `read` rejects with
 */
export async function withheldIn(
  params: string,
  read: (cid: string) => Promise<Uint8Array>,
): Promise<readonly WithheldData[]> {
  const bulkCid = bulkCidOf(params);
  if (bulkCid === undefined) return [];
  const withheld: WithheldData[] = [];
  const slices = await unlessUnreadable(readBulkList(read, bulkCid), (sentence) =>
    withheld.push({ slice: null, dataset: null, sentence }),
  );
  for (const [slice, cid] of (slices ?? []).entries()) {
    const orders = await unlessUnreadable(readBulkOrders(read, String(cid)), (sentence) =>
      withheld.push({ slice, dataset: null, sentence }),
    );
    for (const order of orders ?? []) {
      const sentence = bulkRefusal(order);
      if (sentence !== undefined) withheld.push({ slice, dataset: order.dataset, sentence });
    }
  }
  return withheld;
}

function bulkCidOf(params: string): string | undefined {
  try {
    return parseParams(params).bulkCid;
  } catch (error) {
    // A request whose params nobody can read asks for no data.
    if (error instanceof InvalidFieldError) return undefined;
    throw error;
  }
}

async function unlessUnreadable<Found>(
  reading: Promise<Found>,
  say: (sentence: string) => void,
): Promise<Found | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof UnreadableBulkError)) throw error;
    say(error.message);
    return undefined;
  }
}
