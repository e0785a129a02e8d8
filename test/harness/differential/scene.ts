/** Sets up both systems, deployed alike on two chains in this process, with the same accounts, assets and money. */
import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { deployOurs } from "../peer/ours.js";
import { deployPeer } from "../peer/peer.js";
import { openPeerPackage } from "../peer/peerPackage.js";
import { ACCOUNTS, ASSETS, EXTRAS } from "./names.js";
import { speakerOf } from "./encode.js";
import { playPrologue } from "./prologue.js";
import type { Pair } from "./run.js";
import type { Argument, Step } from "./sequence.js";
import { CREATE, creation, openWorld, type World } from "./world.js";
import { DifferentialError } from "./DifferentialError.js";

/** The balance of each account in RLC, and its escrow, in nRLC. */
const WEALTH = 5_000_000_000_000n;
const DEPOSIT = 2_000_000_000_000n;
const FAUCET_LIMIT = 1_000_000_000_000n;
/** The deployment is a year after the chains begin, and a year before the first sequence. */
const PREPARED_AT = Date.UTC(2031, 0, 1) / 1000;

/** Settings of the embedded chain: time advances only when set, and refused calls are mined. */
const CHAIN = {
  allowBlocksWithSameTimestamp: true,
  initialDate: "2030-01-01T00:00:00Z",
  throwOnCallFailures: false,
  throwOnTransactionFailures: false,
  blockGasLimit: 1_000_000_000n,
  transactionGasCap: false,
  loggingEnabled: false,
} as const;

/** Sets up both systems and runs the prologue. */
export async function setScene(peerFolder: string): Promise<Pair & { close: () => Promise<void> }> {
  const peerPackage = await openPeerPackage(peerFolder);
  const connections = [await network.create({ override: CHAIN }), await network.create({ override: CHAIN })] as const;
  const peer = await stage(connections[0], (connection, token) => deployPeer(connection, token, peerPackage));
  const ours = await stage(connections[1], deployOurs);
  await playPrologue({ peer, ours });
  return {
    peer,
    ours,
    close: async () => {
      await Promise.all(connections.map((connection) => connection.close()));
    },
  };
}

type Deploy = typeof deployOurs;

async function stage(connection: NetworkConnection, deploy: Deploy): Promise<World> {
  const { ethers } = connection;
  const extras: Record<string, Address> = {};
  const token = (await (await ethers.deployContract("Rlc")).getAddress()) as Address;
  const signers = await ethers.getSigners();
  const keeper = signers[ACCOUNTS.indexOf("keeper")]!;
  for (const [name, contract] of Object.entries(EXTRAS)) {
    const deployed = await ethers.deployContract(contract, name === "wallet" ? [keeper.address] : []);
    extras[name] = (await deployed.getAddress()) as Address;
  }
  const world = await openWorld(connection, await deploy(connection, token), extras);
  // New owners of an asset may have to send transactions, and so may contracts.
  for (const name of [...Object.keys(EXTRAS), "hub", "token"]) await world.impersonate(name);
  await populate(world);
  return world;
}

/** Gives each account its money, and creates the initial assets. */
async function populate(world: World): Promise<void> {
  const speaker = speakerOf(world, {});
  for (const step of preparations()) {
    const { ok } = await world.send(step.from, step.to, speaker.encode(step), PREPARED_AT);
    if (!ok) throw new DifferentialError(`The ${world.name} refuses ${step.call} while the scene is set.`);
  }
}

function* preparations(): Generator<Omit<Step, "at">> {
  for (const from of [...ACCOUNTS, "wallet"]) {
    for (let minted = 0n; minted < WEALTH; minted += FAUCET_LIMIT) yield stepOf(from, "token", "faucet", FAUCET_LIMIT);
    yield stepOf(from, "token", "approve", "hub", WEALTH);
    yield stepOf(from, "hub", "deposit", DEPOSIT);
  }
  for (const [registry, assets] of Object.entries(ASSETS) as [keyof typeof ASSETS, Record<string, string>][]) {
    for (const [asset, owner] of Object.entries(assets).slice(0, -1)) {
      yield stepOf("stranger", registry, CREATE[registry], ...creation(asset, owner));
    }
  }
  for (const member of ["requester", "app1", "data1", "pool1"]) yield stepOf("owner", "group", "add", member);
}

function stepOf(from: string, to: string, call: string, ...args: Argument[]): Omit<Step, "at"> {
  return { from, to, call, args };
}
