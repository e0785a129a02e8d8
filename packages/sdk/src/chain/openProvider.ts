import { FetchRequest, JsonRpcProvider, Network } from "ethers";

/** How long a node may take to answer a request, in milliseconds. */
const TIMEOUT = 10_000;

/**
 * A connection to a node as services need it: it asks the node each time, where ethers gives answers that are up to a
 * quarter of a second old; it gives up on a silent node after ten seconds; and opening it succeeds while the node is down.
 *
 * @param rpc the node's URL, http or https
 * @param chainId of the chain that the node is known to serve
 */
export function openProvider(rpc: string, chainId: number): JsonRpcProvider {
  const request = new FetchRequest(rpc);
  request.timeout = TIMEOUT;
  const network = Network.from(chainId);
  return new JsonRpcProvider(request, network, { staticNetwork: network, cacheTimeout: -1, batchStallTime: 0 });
}
