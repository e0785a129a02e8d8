/** Generates calls about assets and their tokens, and those of the owner. */
import { MaxUint256 } from "ethers";

import { ASSETS } from "../names.js";
import type { Argument } from "../sequence.js";
import { CREATE, creation } from "../world.js";
import type { Memory } from "./memory.js";
import { anybody, type Move } from "./money.js";
import type { Random } from "../../random.js";

type Registry = keyof typeof ASSETS;
const REGISTRIES = Object.keys(ASSETS) as Registry[];
const PREDICT = { apps: "predictApp", datasets: "predictDataset", workerpools: "predictWorkerpool" } as const;

/** Creates an asset, transfers one, or changes a pool's terms. */
export function assetMove(random: Random, { owners }: Memory): Move {
  const registry = random.pick(REGISTRIES);
  const assets = ASSETS[registry] as Readonly<Record<string, string>>;
  const asset = random.pick(Object.keys(assets));
  const owner = owners[asset]!;
  const holder = random.percent(85) ? owner : "stranger";
  const token = { token: asset };
  const as = (from: string, call: string, ...args: Argument[]): Move => ({ from, to: registry, call, args });
  const buyer = random.percent(80) ? random.pick(["rival", "scheduler", "wallet", "appOwner"]) : anybody(random);
  const seller = random.percent(80) ? "stranger" : holder;
  return random.weighted<() => Move>([
    [3, () => as("stranger", CREATE[registry], ...creation(asset, random.percent(90) ? assets[asset]! : "nobody"))],
    [1, () => as("stranger", PREDICT[registry], ...creation(asset, assets[asset]!))],
    [4, () => as(holder, "transferFrom", owner, buyer, token)],
    [1, () => as(seller, "safeTransferFrom(address,address,uint256)", owner, buyer, token)],
    [1, () => as(holder, "approve", random.pick(["stranger", "nobody"]), token)],
    [1, () => as(holder, "setApprovalForAll", "stranger", random.percent(60))],
    [1, () => as("stranger", "isRegistered", random.pick(["app1", "app3", "data1", "pool1", "stranger"]))],
    [1, () => as(random.pick(["owner", "stranger"]), "initialize", "nobody")],
    [6, () => changePolicy(random, owners)],
  ])();
}

/** The calls of the hub's owner, sometimes made by another account. */
export function ownerMove(random: Random): Move {
  const from = random.percent(80) ? "owner" : "stranger";
  const hub = (call: string, ...args: Argument[]): Move => ({ from, to: "hub", call, args });
  const clock = random.pick([0n, 1n, 300n, 600n, 1_000_000n, 2n ** 32n, MaxUint256]);
  return random.weighted<() => Move>([
    [3, () => hub("createCategory", "own", "{}", clock)],
    [4, () => hub("setTeeBroker", random.pick(["broker", "broker", "nobody", "wallet"]))],
    [2, () => hub("setCallbackGas", random.pick([0n, 49_999n, 200_000n, 300_000n, 5_000_001n]))],
    [1, () => hub("changeRegistries", "apps", "datasets", "workerpools")],
    [1, () => hub("updateDomainSeparator")],
    [1, () => hub("transferOwnership", random.pick(["stranger", "nobody"]))],
  ])();
}

function changePolicy(random: Random, owners: Readonly<Record<string, string>>): Move {
  const pool = random.pick(["pool1", "pool1", "pool2", "pool3"]);
  const stake = random.pick([0n, 30n, 30n, 35n, 100n, 250n, MaxUint256]);
  const reward = random.pick([0n, 1n, 1n, 10n, 50n, 99n, 100n, 101n]);
  const from = random.percent(85) ? owners[pool]! : "stranger";
  return { from, to: pool, call: "changePolicy", args: [stake, reward] };
}
