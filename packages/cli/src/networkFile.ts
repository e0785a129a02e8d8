/** The default path of the file that `poco network` writes. */
export const NETWORK_FILE = ".network/network.json";
