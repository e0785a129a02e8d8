/** The fixed part of the gas bound of a call, and the gas per byte of its data. */
const BASE = 400_000;
const PER_BYTE = 350;

/** The bound as a sentence. */
export const GAS_BOUND = `${BASE} gas, and ${PER_BYTE} for each byte of the call`;

/**
 * The most gas that a call of the verifier or the registry may take, by the length of its data in bytes. It is for execution only,
 * without the transaction and its data, on chains with the precompile for P-256.
 */
export function gasBound(length: number): number {
  return BASE + PER_BYTE * length;
}
