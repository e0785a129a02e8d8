import type { Provider } from "ethers";

/** What a transaction pays for gas, in wei: at most so much a unit, or exactly so much on chains without a base fee. */
export type Fees =
  | { readonly gasPrice: bigint; readonly type: 0 }
  | { readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint; readonly type: 2 };

/** A node takes a replacement that pays a tenth more; some ask for an eighth. */
const RAISE_PERCENT = 125n;

/** What the node holds to be enough now, and no more than `most` a unit of gas. */
export async function currentFees(provider: Provider, most: bigint): Promise<Fees> {
  const { gasPrice, maxFeePerGas, maxPriorityFeePerGas } = await provider.getFeeData();
  return maxFeePerGas !== null && maxPriorityFeePerGas !== null
    ? capped({ maxFeePerGas, maxPriorityFeePerGas, type: 2 }, most)
    : capped({ gasPrice: gasPrice ?? 0n, type: 0 }, most);
}

/**
 * What a transaction has to pay to take the place of one that pays `fees`: a quarter more, or what is enough now if that
 * is more. Nothing when that is more than `most`.
 */
export function raisedFees(fees: Fees, now: Fees, most: bigint): Fees | undefined {
  const next: Fees =
    fees.type === 2
      ? {
          type: 2,
          maxFeePerGas: raise(fees.maxFeePerGas, feeOf(now)),
          maxPriorityFeePerGas: raise(fees.maxPriorityFeePerGas, now.type === 2 ? now.maxPriorityFeePerGas : 0n),
        }
      : { type: 0, gasPrice: raise(fees.gasPrice, feeOf(now)) };
  return feeOf(next) > most ? undefined : next;
}

/** The most that a unit of gas costs. */
export function feeOf(fees: Fees): bigint {
  return fees.type === 2 ? fees.maxFeePerGas : fees.gasPrice;
}

function raise(was: bigint, is: bigint): bigint {
  const raised = (was * RAISE_PERCENT + 99n) / 100n;
  return raised > is ? raised : is;
}

function capped(fees: Fees, most: bigint): Fees {
  const least = (fee: bigint) => (fee < most ? fee : most);
  return fees.type === 2
    ? {
        type: 2,
        maxFeePerGas: least(fees.maxFeePerGas),
        maxPriorityFeePerGas: least(fees.maxPriorityFeePerGas),
      }
    : { type: 0, gasPrice: least(fees.gasPrice) };
}
