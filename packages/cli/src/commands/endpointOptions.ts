import { Option } from "@commander-js/extra-typings";

import { NETWORK_FILE } from "../networkFile.js";

/** The option for the file that `poco network` wrote. */
export function networkOption() {
  return new Option(
    "--network <FILE>",
    `what \`poco network\` wrote (default: ${NETWORK_FILE} here or in a folder above)`,
  );
}

/** The option for a node of the chain. */
export function rpcOption() {
  return new Option("--rpc <URL>", "a node of the chain, instead of the network's");
}

/** The option for the contract of the marketplace. */
export function hubOption() {
  return new Option("--hub <ADDRESS>", "the hub, instead of the network's");
}
