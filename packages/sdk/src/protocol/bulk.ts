import { formatRlc } from "./format.js";
import type { DatasetOrder } from "./order.js";

/** The least volume of a bulk order: clients write 2^53 − 1, and some one less. */
export const BULK_VOLUME = 2n ** 53n - 2n;

/** What of a dataset order decides whether it lets the dataset be used in bulk. */
export type BulkTerms = Pick<DatasetOrder, "dataset" | "datasetprice" | "volume">;

/**
 * Whether a dataset order consents to use in bulk: it is free, and of a bulk volume. The tasks of a bulk deal pay for
 * no dataset and use up no order, so any other order would be given away. Source: docs/reference/protocol.md section
 * 12.
 *
 * The hub's `assertDatasetDealCompatibility` checks neither, so whoever releases or uses data has to check both.
 *
 * @example
 * ```ts
 * const dataset = "0x1111111111111111111111111111111111111111";
 * consentsToBulk({ dataset, datasetprice: 0n, volume: BULK_VOLUME }); // → true
 * consentsToBulk({ dataset, datasetprice: 0n, volume: 1n }); // → false
 * ```
 */
export function consentsToBulk({ datasetprice, volume }: BulkTerms): boolean {
  return datasetprice === 0n && volume >= BULK_VOLUME;
}

/**
 * Why a dataset order does not consent to use in bulk, as a sentence with its values; nothing if it does.
 *
 * @example
 * ```ts
 * const dataset = "0x1111111111111111111111111111111111111111";
 * bulkRefusal({ dataset, datasetprice: 0n, volume: BULK_VOLUME }); // → undefined
 * const refusal = bulkRefusal({ dataset, datasetprice: 5_000_000_000n, volume: 1n });
 * refusal?.includes("it asks 5 RLC for each of 1 tasks"); // → true
 * ```
 */
export function bulkRefusal(order: BulkTerms): string | undefined {
  if (consentsToBulk(order)) return undefined;
  return (
    `The order of dataset ${order.dataset} is not for use in bulk: it asks ${formatRlc(order.datasetprice)} RLC for ` +
    `each of ${order.volume} tasks, and only an order of price 0 and volume ${BULK_VOLUME} or more lets data be used in ` +
    "bulk. Have its owner grant bulk access, or ask for the dataset in a deal of its own."
  );
}
