/**
 * The official clients, configured for the network that `npm run network` started, each with the account of a role.
 * Its description is read from `.network/network.json`, or from the file that `POCO_NETWORK` names.
 */
import { readFile } from "node:fs/promises";

import { IExecDataProtectorCore } from "@iexec/dataprotector";
import { IExecWeb3mail } from "@iexec/web3mail";
import { IExec, utils } from "iexec";

const file = process.env.POCO_NETWORK ?? ".network/network.json";

/** Endpoints, contracts and accounts. */
export const network = JSON.parse(
  await readFile(file, "utf8").catch(() => {
    console.error(`There is no ${file}: start a network with npm run network, or name its file in POCO_NETWORK.`);
    process.exit(1);
  }),
);

const { hub, market, sms, compass, pocoSubgraph, ipfsNode, ipfsGateway } = network;
const iexecOptions = {
  hubAddress: hub,
  iexecGatewayURL: market,
  smsURL: sms,
  compassURL: compass,
  pocoSubgraphURL: pocoSubgraph,
  ipfsNodeURL: ipfsNode,
  ipfsGatewayURL: ipfsGateway,
};

/** The account of a role, such as "requester" or "data provider". */
export function accountOf(role) {
  return network.accounts.find((account) => account.role === role);
}

/** The client `iexec`. */
export function iexecOf(role) {
  return new IExec({ ethProvider: signerOf(role) }, iexecOptions);
}

/** The client `@iexec/dataprotector`. */
export function protectorOf(role) {
  return new IExecDataProtectorCore(signerOf(role), {
    dataprotectorContractAddress: network.dataprotector,
    subgraphUrl: network.dataprotectorSubgraph,
    ipfsNode,
    ipfsGateway,
    iexecOptions,
  });
}

/** The client `@iexec/web3mail`, for an email app. */
export function web3mailOf(role, app) {
  return new IExecWeb3mail(signerOf(role), {
    dappAddressOrENS: app,
    dataProtectorSubgraph: network.dataprotectorSubgraph,
    ipfsNode,
    ipfsGateway,
    iexecOptions,
  });
}

/** What a script was told on its command line; ends it when that is too little. */
export function argument(place, what) {
  const said = process.argv[2 + place];
  if (said !== undefined) return said;
  console.error(`Say ${what}.`);
  process.exit(1);
}

function signerOf(role) {
  return utils.getSignerFromPrivateKey(network.rpc, accountOf(role).privateKey);
}
