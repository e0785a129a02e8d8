import type { Signer } from "ethers";

import { findGasLimit } from "@poco-marketplace/sdk/chain/gasLimit.js";
import { sendAndWait } from "@poco-marketplace/sdk/chain/sendAndWait.js";
import type { TransactionSender } from "@poco-marketplace/sdk/chain/nonceManagedSender.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";

/** An account whose address is known at once. */
export type Account = Signer & { readonly address: string };

/** Opens a sender for an account whose key the node holds, as on an embedded chain. The node assigns the nonces. */
export function openSignerSender(account: Account): TransactionSender {
  const address = account.address as Address;
  return {
    address,
    async send({ to, data, gasLimit: usual, extraGas = 0n }) {
      const gasLimit = await findGasLimit(account.provider!, { from: address, to, data }, usual);
      return sendAndWait(account.sendTransaction({ to, data, gasLimit: gasLimit + extraGas }));
    },
  };
}
