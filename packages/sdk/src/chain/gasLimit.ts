import type { ContractTransaction, Provider, Signer } from "ethers";

import { decodeRevert } from "./errors/decodeRevert.js";

/** What a call is made with, but for its gas. */
export type CallToMeter = { readonly from: string; readonly to: string; readonly data: string };

/** What is tried first where nobody knows better. */
const USUAL_GAS = 500_000n;
/** No transaction may have more (EIP-7825). */
const MOST_GAS = 2n ** 24n;

/**
 * A gas limit with which a call succeeds in the next block: `usual`, or the first of twice as much, four times as much,
 * … Gas that is not used is not paid for.
 *
 * The call is made, and not estimated: where a contract calls a stranger's, as the hub calls callbacks, and the
 * stranger uses up whatever gas it is given, some nodes refuse to estimate although the call as a whole succeeds.
 *
 * @throws {@link PocoRevertError} when the call is refused however much gas it has
 */
export async function findGasLimit(provider: Provider, call: CallToMeter, usual: bigint = USUAL_GAS): Promise<bigint> {
  /** Why the call is refused with so much gas. As in the next block: the last one may be too old for what a deadline allows. */
  async function refusalWith(gasLimit: bigint): Promise<Error | undefined> {
    try {
      await provider.call({ ...call, gasLimit, blockTag: "pending" });
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }

  if ((await refusalWith(usual)) === undefined) return usual;
  const most = await mostGas(provider);
  const refusal = await refusalWith(most);
  if (refusal !== undefined) throw decodeRevert(refusal) ?? refusal;
  for (let limit = usual * 2n; limit < most; limit *= 2n) if ((await refusalWith(limit)) === undefined) return limit;
  return most;
}

/**
 * The override with which a contract's method sends a call, by {@link findGasLimit}.
 *
 * @throws {@link PocoRevertError} when the call is refused however much gas it has
 */
export async function gasOverride(signer: Signer, { to, data }: ContractTransaction): Promise<{ gasLimit: bigint }> {
  return { gasLimit: await findGasLimit(signer.provider!, { from: await signer.getAddress(), to, data }) };
}

/** What a transaction may have in one block, and alone. */
async function mostGas(provider: Provider): Promise<bigint> {
  const { gasLimit } = (await provider.getBlock("latest"))!;
  return gasLimit < MOST_GAS ? gasLimit : MOST_GAS;
}
