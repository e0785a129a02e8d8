import type { HistoryProvider } from "./entry.js";

/** What a plain transfer takes. */
const TRANSFER = "0x5208";

/**
 * What a transaction takes. The node asks for a unit more than a plain transfer takes, which whoever moves all that they
 * have does not have.
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
