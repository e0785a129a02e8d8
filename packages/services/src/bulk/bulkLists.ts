import { CID } from "multiformats/cid";

import { InvalidFieldError } from "@poco-marketplace/sdk/protocol/field.js";
import { OrderKind, type SignedDatasetOrder } from "@poco-marketplace/sdk/protocol/order.js";
import { parseSignedOrder } from "@poco-marketplace/sdk/protocol/orderForm.js";

/** As many orders as clients put into a slice. */
export const MAX_SLICE_ORDERS = 100;
/** The longest list of a bulk deal, in bytes. */
export const MAX_BULK_LIST_BYTES = 4 * 2 ** 20;

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
 * Reads the dataset orders of one task of a bulk deal: the list at `bulkCid` has, for each index of a task, the CID of a
 * list of orders. `consentsToBulk` tells whether their owners consent.
 *
 * @param read - The file at a CID; rejects where it cannot be had. It is to stop at {@link MAX_BULK_LIST_BYTES}.
 * @throws {@link UnreadableBulkError} when a list can be had and is none; what `read` rejects with is passed on
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
    const list: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (Array.isArray(list)) return list as unknown[];
  } catch {
    // The error is thrown below.
  }
  throw new UnreadableBulkError(cid, "it is not a list in JSON");
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
    throw new UnreadableBulkError(cid, "its address is not a CID", { cause });
  }
}
