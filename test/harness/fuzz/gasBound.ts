/** What a call may take at any rate, and what each byte that it is given adds. */
const BASE = 400_000;
const PER_BYTE = 350;

/** The bound in words. */
export const GAS_BOUND = `${BASE} gas, and ${PER_BYTE} for each byte of the call`;

/**
 * The gas that a call of the verifier or of the registry may take, by the length of its data in bytes: execution only,
 * without what the transaction pays for being there and for its data. It is for chains with the precompile for P-256.
 */
export function gasBound(length: number): number {
  return BASE + PER_BYTE * length;
}
