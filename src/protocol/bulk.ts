import { CID } from "multiformats/cid";

import { formatRlc } from "./amount.js";
import { InvalidFieldError } from "./field.js";
import { OrderKind, type DatasetOrder, type SignedDatasetOrder } from "./order.js";
import { parseSignedOrder } from "./orderForm.js";

/** The least volume of a bulk order: clients write 2^53 − 1, and some one less. */
export const BULK_VOLUME = 2n ** 53n - 2n;
/** As many orders as clients put into a slice. */
export const MAX_SLICE_ORDERS = 100;
/** The longest list of a bulk deal, in bytes. */
export const MAX_BULK_LIST_BYTES = 4 * 2 ** 20;

/** What of a dataset order decides whether it lets the dataset be used in bulk. */
export type BulkTerms = Pick<DatasetOrder, "dataset" | "datasetprice" | "volume">;

/** A list of a bulk deal cannot be read. */
export class UnreadableBulkError extends Error {
  override readonly name = "UnreadableBulkError";
  /** The list that is wrong, as it was given. */
  readonly cid: string;
  /** What is wrong with it, in words. */
  readonly problem: string;

  constructor(cid: string, problem: string, options?: ErrorOptions) {
    const shown = cid.slice(0, 100);
    super(`The bulk data at ${shown} cannot be read: ${problem}. Prepare the bulk request again.`, options);
    this.cid = shown;
    this.problem = problem;
  }
}

/**
 * Whether a dataset order consents to use in bulk: it is free, and of a bulk volume. The tasks of a bulk deal pay for no
 * dataset and use up no order, so any other order would be given away. Source: PROTOCOL.md section 12.
 *
 * The hub's `assertDatasetDealCompatibility` looks at neither: whoever releases or uses data has to ask both.
 */
export function consentsToBulk({ datasetprice, volume }: BulkTerms): boolean {
  return datasetprice === 0n && volume >= BULK_VOLUME;
}

/** Why a dataset order does not consent to use in bulk, as a sentence with its values; nothing if it does. */
export function bulkRefusal(order: BulkTerms): string | undefined {
  if (consentsToBulk(order)) return undefined;
  return (
    `The order of dataset ${order.dataset} is not for use in bulk: it asks ${formatRlc(order.datasetprice)} RLC for ` +
    `each of ${order.volume} tasks, and only an order of price 0 and volume ${BULK_VOLUME} or more lets data be used in ` +
    "bulk. Have its owner grant bulk access, or ask for the dataset in a deal of its own."
  );
}

/**
 * Reads the dataset orders of one task of a bulk deal: the list at `bulkCid` has, for each index of a task, the CID of a
 * list of orders. Whether they consent to it, {@link consentsToBulk} says.
 *
 * @param read The file at a CID; rejects where it cannot be had. It is to stop at {@link MAX_BULK_LIST_BYTES}.
 * @throws UnreadableBulkError when a list can be had and is none; what `read` rejects with is passed on
 */
export async function readBulkSlice(
  read: (cid: string) => Promise<Uint8Array>,
  { bulkCid, index }: { readonly bulkCid: string; readonly index: bigint },
): Promise<readonly SignedDatasetOrder[]> {
  const slices = await readBulkList(read, bulkCid);
  const cid = index < slices.length ? slices[Number(index)] : undefined;
  if (typeof cid !== "string") {
    throw new UnreadableBulkError(bulkCid, `it has no slice ${index}, only ${slices.length} slices`);
  }
  return readBulkOrders(read, cid);
}

/** The CIDs of the slices of a bulk deal, or whatever stands in their place. See {@link readBulkSlice}. */
export async function readBulkList(
  read: (cid: string) => Promise<Uint8Array>,
  cid: string,
): Promise<readonly unknown[]> {
  const bytes = await read(canonical(cid));
  try {
    const list: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    if (Array.isArray(list)) return list as unknown[];
  } catch {
    // Said below.
  }
  throw new UnreadableBulkError(cid, "it is no list in JSON");
}

/** The orders of a slice. See {@link readBulkSlice}. */
export async function readBulkOrders(
  read: (cid: string) => Promise<Uint8Array>,
  cid: string,
): Promise<readonly SignedDatasetOrder[]> {
  const orders = await readBulkList(read, cid);
  if (orders.length > MAX_SLICE_ORDERS) {
    throw new UnreadableBulkError(cid, `it has ${orders.length} orders where ${MAX_SLICE_ORDERS} are allowed`);
  }
  return orders.map((order, place) => {
    try {
      return parseSignedOrder(OrderKind.DATASET, order);
    } catch (error) {
      if (!(error instanceof InvalidFieldError)) throw error;
      throw new UnreadableBulkError(cid, `order ${place} is none: ${error.message}`, { cause: error });
    }
  });
}

/** What is asked for is a CID and nothing else, since it becomes part of a gateway's address. */
function canonical(cid: string): string {
  try {
    return CID.parse(cid).toString();
  } catch (cause) {
    throw new UnreadableBulkError(cid, "its address is no CID", { cause });
  }
}
