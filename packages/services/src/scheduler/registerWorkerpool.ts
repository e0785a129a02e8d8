import type { ContractTransactionReceipt, Signer } from "ethers";

import type { Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { sendAndWait } from "@poco-marketplace/sdk/chain/sendAndWait.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";

/** Registers a workerpool, which the signer will own. An account registers each description once. */
export async function registerWorkerpool(
  { workerpools }: Pick<Contracts, "workerpools">,
  signer: Signer,
  description: string,
): Promise<{ readonly workerpool: Address; readonly receipt: ContractTransactionReceipt }> {
  const owner = await signer.getAddress();
  const workerpool = (await workerpools.predictWorkerpool(owner, description)) as Address;
  const receipt = await sendAndWait(workerpools.connect(signer).createWorkerpool(owner, description));
  return { workerpool, receipt };
}
