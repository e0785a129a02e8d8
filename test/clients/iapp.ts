import { randomBytes } from "node:crypto";

import { create } from "kubo-rpc-client";

import { readApp } from "@poco-marketplace/enclave/app/appFolder.js";
import { packApp, packageChecksum } from "@poco-marketplace/enclave/app/package.js";
import { appFolder } from "../fixtures/app.js";
import { appSource } from "../fixtures/attested.js";
import { accountOf, clientOf, type RunningNetwork } from "./network.js";

/**
 * Publishes an iApp of one module, in which `out`, `args` and `done(object)` are at hand.
 *
 * @returns its address
 */
export async function publishIApp(network: RunningNetwork, body: string): Promise<string> {
  const { folder, remove } = await appFolder({
    "enclave.json": JSON.stringify({ entrypoint: "app.mjs", permissions: [] }),
    "app.mjs": appSource(body),
  });
  return publishFolder(network, folder).finally(() => void remove());
}

/**
 * Publishes the iApp in a folder: its package in the content store, its checksum, which is its measurement, on chain.
 *
 * @returns its address
 */
export async function publishFolder(network: RunningNetwork, folder: string): Promise<string> {
  const pack = packApp(await readApp(folder));
  const { cid } = await create({ url: network.ipfsNode }).add(pack);
  const { address } = await clientOf(network, "app developer").app.deployApp({
    owner: accountOf(network, "app developer").address,
    name: `iApp ${randomBytes(4).toString("hex")}`,
    type: "DOCKER",
    multiaddr: `/ipfs/${cid.toString()}`,
    checksum: packageChecksum(pack),
  });
  return address;
}

/** Puts an order on the market by which anybody may run an app, as often as anybody here will. */
export async function offerIApp(network: RunningNetwork, app: string): Promise<void> {
  const { order } = clientOf(network, "app developer");
  const offer = await order.createApporder({ app, volume: 1_000, tag: ["tee", "tdx"] });
  const unchecked = { preflightCheck: false };
  await order.publishApporder(await order.signApporder(offer, unchecked), unchecked);
}
