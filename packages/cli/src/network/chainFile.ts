import type { NetworkDescription } from "./descriptor.js";

/** Returns the content of a project's `chain.json`, with which the command `iexec` finds the network. */
export function chainFileOf({ chainId, rpc, hub, market, ...rest }: NetworkDescription): object {
  const { sms, compass, pocoSubgraph, ipfsGateway } = rest;
  const chain = { id: String(chainId), host: rpc, hub, iexecGateway: market, sms, compass, pocoSubgraph, ipfsGateway };
  return { default: "poco", chains: { poco: chain } };
}
