import type { HistoryProvider } from "./entry.js";

/** The gas of a plain transfer: 21,000. */
const TRANSFER = "0x5208";

/**
 * Estimates the gas of a transaction. For a plain transfer the node answers one unit too many, which an account that
 * transfers its whole balance could not pay.
 */
export async function estimateGas(provider: HistoryProvider, params: unknown[]): Promise<unknown> {
  const estimate = await provider.request({ method: "eth_estimateGas", params });
  if (Number(estimate) !== Number(TRANSFER) + 1) return estimate;
  const [transaction, ...rest] = params;
  try {
    await provider.request({ method: "eth_call", params: [{ ...Object(transaction), gas: TRANSFER }, ...rest] });
    return TRANSFER;
  } catch {
    return estimate;
  }
}
