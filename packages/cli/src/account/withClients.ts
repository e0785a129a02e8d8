import { connectClients, type Clients } from "@poco-marketplace/sdk/client/connectClients.js";
import { NoHubError } from "@poco-marketplace/sdk/chain/contracts.js";
import { openProvider } from "@poco-marketplace/sdk/chain/openProvider.js";
import type { Provider, Wallet } from "ethers";

import { UsageError, type CommandContext } from "../commandLine.js";
import { readChainId } from "../endpoints.js";
import { readNetworkDescription, type KnownNetwork } from "./networkDescription.js";
import { openSigner, type SignerValues } from "./openSigner.js";

/** A network, and clients of its services in the name of one account. */
export interface Connected {
  readonly network: KnownNetwork;
  readonly clients: Clients;
  readonly signer: Wallet;
  readonly provider: Provider;
}

/**
 * Calls `use` with clients of a network for one account, and closes the connection to the chain afterwards.
 *
 * @param role - The account that acts on a development network unless another is named.
 * @throws {@link UsageError}
 */
export async function withClients<Result>(
  values: SignerValues & { readonly network?: string | undefined },
  role: string,
  context: Pick<CommandContext, "environment" | "isTerminal" | "progress">,
  use: (connected: Connected) => Promise<Result>,
): Promise<Result> {
  const network = readNetworkDescription(values.network);
  const wallet = await openSigner(values, network, role, context);
  const provider = openProvider(network.rpc, await readChainId(network.rpc));
  try {
    const signer = wallet.connect(provider);
    return await use({ network, clients: await connect(network, signer), signer, provider });
  } finally {
    provider.destroy();
  }
}

async function connect(network: KnownNetwork, signer: Wallet): Promise<Clients> {
  try {
    return await connectClients(network, signer);
  } catch (cause) {
    if (!(cause instanceof NoHubError)) throw cause;
    throw new UsageError(`There is no hub at ${network.hub}: check --network.`, { cause });
  }
}
