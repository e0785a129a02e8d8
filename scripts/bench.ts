import { network } from "hardhat";
import { createCast } from "./bench/cast.js";
import { openPeerPackage } from "./bench/peerPackage.js";
import { deployPeer } from "./bench/peer.js";
import { deployOurs } from "./bench/ours.js";
import { setScene } from "./bench/scene.js";
import { workIn } from "./bench/work.js";
import { Rlc__factory } from "../typechain-types/index.js";
import type { Address } from "../src/protocol.js";

const connection = await network.create();
const cast = await createCast(connection);
const rlc = await new Rlc__factory(cast.owner).deploy();
const token = (await rlc.getAddress()) as Address;
const peer = await deployPeer(connection, token, await openPeerPackage("cache/peer"));
const ours = await deployOurs(connection, token);
console.log("deployment", peer.deployment, ours.deployment);
for (const system of [peer, ours]) {
  const market = await setScene(connection, system, cast);
  const work = workIn(market);
  const terms = { tee: true };
  const supply = await market.supply(terms);
  console.log(system.name, "fresh", (await market.match(await market.ordersOf(terms, supply))).call.gas);
  const deal = await market.match(await market.ordersOf(terms, supply));
  console.log(system.name, "reused", deal.call.gas);
  console.log(system.name, "init", (await work.initialize(deal.dealId)).gas);
  console.log(system.name, "caf", (await work.contributeAndFinalize(market.taskOf(deal.dealId), cast.worker1, {tee: true})).gas);
}
await connection.close();
