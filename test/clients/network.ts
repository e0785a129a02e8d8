import { readFileSync } from "node:fs";

import { Wallet } from "ethers";
import { IExec, utils } from "iexec";

import { accountsOf } from "@poco-marketplace/cli/network/chain/accounts.js";
import type { NetworkDescription } from "@poco-marketplace/cli/network/descriptor.js";
import { checked } from "../fixtures/checkedClient.js";
import { accountOf, startNetwork, type RunningNetwork } from "./startNetwork.js";

export { accountOf, startNetwork, type RunningNetwork } from "./startNetwork.js";

/** The account after those of its two workers, with which `faults.test.ts` has a worker misbehave. */
const FAULTY_WORKER = accountsOf(3).at(-1)!.address;

let started: Promise<RunningNetwork> | undefined;

/**
 * The network of these tests: started for the first who asks, on ports that are free, and stopped after the last test; or
 * one that runs already, whose network.json `POCO_NETWORK` names.
 */
export function theNetwork(): Promise<RunningNetwork> {
  const file = process.env["POCO_NETWORK"];
  started ??=
    file === undefined ? startNetwork(`--admit-workers=${FAULTY_WORKER}`) : Promise.resolve(runningNetwork(file));
  return started;
}

function runningNetwork(file: string): RunningNetwork {
  const description = JSON.parse(readFileSync(file, "utf8")) as NetworkDescription;
  return { ...description, file, said: () => "", stop: () => Promise.resolve(null) };
}

after(async () => {
  // One that did not start has stopped already.
  const network = await started?.catch(() => undefined);
  await network?.stop();
});

/** The official client in the hands of whoever has a role on a network. None of its answers can be ignored. */
export function clientOf(network: RunningNetwork, role: string): IExec {
  const { privateKey } = accountOf(network, role);
  const ethProvider = utils.getSignerFromPrivateKey(network.rpc, privateKey);
  return checked(new IExec({ ethProvider }, optionsOf(network)), network.rpc);
}

/** The official client of somebody who was never seen before, has nothing, and has pushed nothing. */
export function newcomerAt(network: RunningNetwork): { client: IExec; address: string } {
  const { privateKey, address } = Wallet.createRandom();
  const ethProvider = utils.getSignerFromPrivateKey(network.rpc, privateKey);
  return { client: checked(new IExec({ ethProvider }, optionsOf(network)), network.rpc), address };
}

/** What the official client has to be told of a network. */
export function optionsOf({ hub, market, sms, compass, pocoSubgraph, ipfsNode, ipfsGateway }: RunningNetwork) {
  return {
    hubAddress: hub,
    iexecGatewayURL: market,
    compassURL: compass,
    pocoSubgraphURL: pocoSubgraph,
    smsURL: sms,
    ipfsNodeURL: ipfsNode,
    ipfsGatewayURL: ipfsGateway,
  };
}
