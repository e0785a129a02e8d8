import { Wallet } from "ethers";

import { connectContracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { openProvider } from "@poco-marketplace/sdk/chain/openProvider.js";
import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { registerWorkerpool } from "@poco-marketplace/services/scheduler/registerWorkerpool.js";

const DESCRIPTION = "development workerpool";

/** Returns the workerpool of an account, and registers it if it is missing. */
export async function openPool(rpc: string, { chainId, poco }: Manifest, owner: Hex): Promise<Address> {
  const provider = openProvider(rpc, chainId);
  try {
    const wallet = new Wallet(owner, provider);
    const contracts = await connectContracts(poco, provider);
    const known = (await contracts.workerpools.predictWorkerpool(wallet.address, DESCRIPTION)) as Address;
    if (await contracts.workerpools.isRegistered(known)) return known;
    const { workerpool } = await registerWorkerpool(contracts, wallet, DESCRIPTION);
    return workerpool;
  } finally {
    provider.destroy();
  }
}
