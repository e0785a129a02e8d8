import type { NetworkDescription } from "./descriptor.js";

/** What the command `iexec` has to be told of a network: a project's `chain.json`, which names chains and a default. */
export function chainFileOf({ chainId, rpc, hub, market, ...rest }: NetworkDescription): object {
  const { sms, compass, pocoSubgraph, ipfsGateway } = rest;
  const chain = { id: String(chainId), host: rpc, hub, iexecGateway: market, sms, compass, pocoSubgraph, ipfsGateway };
  return { default: "poco", chains: { poco: chain } };
}
