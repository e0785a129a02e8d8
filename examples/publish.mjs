/**
 * Publishes a packed app as the network's app developer: `node publish.mjs FILE.pack [SECRET.json]`. The package goes into
 * the content store, its checksum on chain, the secret to the secret service, and an order for 1,000 tasks at no charge
 * to the market. Prints the app's address.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";

import { create } from "kubo-rpc-client";

import { accountOf, argument, iexecOf, network } from "./network.mjs";

const file = argument(0, "which package: a file that measure --pack wrote");
const secretFile = process.argv[3];

const pack = await readFile(file);
const { cid } = await create({ url: network.ipfsNode }).add(pack);
const { app, order } = iexecOf("app developer");
const { address } = await app.deployApp({
  owner: accountOf("app developer").address,
  name: `${basename(file, ".pack")} ${new Date().toISOString()}`,
  type: "DOCKER",
  multiaddr: `/ipfs/${cid.toString()}`,
  checksum: `0x${createHash("sha256").update(pack).digest("hex")}`,
});
if (secretFile !== undefined) await app.pushAppSecret(address, await readFile(secretFile, "utf8"));

const offer = await order.createApporder({ app: address, volume: 1_000, tag: ["tee", "tdx"] });
await order.publishApporder(await order.signApporder(offer));
console.log(address);
