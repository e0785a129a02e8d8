/**
 * The data provider protects a file and lets one app use it for one requester, at a price of 0:
 * `node protect.mjs APP FILE`. Prints the address of the protected data.
 */
import { readFile } from "node:fs/promises";

import { accountOf, argument, protectorOf } from "../network.mjs";

const authorizedApp = argument(0, "the address of the app that may use the data");
const file = await readFile(argument(1, "the file to protect"));
const provider = protectorOf("data provider");

// Encrypts the file here, uploads the ciphertext, registers it on chain, and gives the key to the secret service.
const { address: protectedData } = await provider.protectData({ name: "tutorial", data: { file } });

// Signs a dataset order for this app and this requester, and publishes it on the market.
const authorizedUser = accountOf("requester").address;
await provider.grantAccess({ protectedData, authorizedApp, authorizedUser, numberOfAccess: 1 });

console.log(protectedData);
