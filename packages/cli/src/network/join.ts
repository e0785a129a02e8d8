import type { JsonRpcProvider } from "ethers";

import { openProvider } from "@poco-marketplace/sdk/chain/openProvider.js";
import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import { NetworkError } from "./networkError.js";
import type { NetworkOptions } from "./options.js";

/**
 * Checks the node and the manifest of the chain to join, and returns both.
 *
 * @throws {@link NetworkError} unless the node answers, has the manifest's chain id, and has code at the hub's address
 */
export async function join({
  rpc,
  deployment,
}: Pick<NetworkOptions, "rpc" | "deployment">): Promise<{ rpc: string; manifest: Manifest }> {
  const { manifest, file } = deployment!;
  const provider = openProvider(rpc!, manifest.chainId);
  try {
    const chainId = Number(await ask(provider, "eth_chainId", []));
    if (chainId !== manifest.chainId)
      throw new NetworkError(
        `--rpc is a node of chain ${chainId}, and ${file} describes chain ${manifest.chainId}: give the manifest of that ` +
          "chain, or another node.",
      );
    if ((await ask(provider, "eth_getCode", [manifest.poco, "latest"])) === "0x")
      throw new NetworkError(
        `On the chain of --rpc there is no contract at ${manifest.poco}, where ${file} has the hub: give the manifest of ` +
          "that chain's deployment, or wait until the node has caught up.",
      );
    return { rpc: rpc!, manifest };
  } finally {
    provider.destroy();
  }

  async function ask(node: JsonRpcProvider, method: string, params: unknown[]): Promise<string> {
    try {
      return (await node.send(method, params)) as string;
    } catch (cause) {
      throw new NetworkError(
        `The node at --rpc ${new URL(rpc!).origin} does not answer ${method}: check that it runs, and its URL.`,
        { cause },
      );
    }
  }
}
