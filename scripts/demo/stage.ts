import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { NetworkConnection } from "hardhat/types/network";

import { deployHub } from "../../deploy/deployHub.js";
import { readParameters } from "../../deploy/parameters.js";
import parameters from "../../deploy/parameters/embedded.json" with { type: "json" };
import { AppProvider } from "../../src/actors/AppProvider.js";
import { Beneficiary } from "../../src/actors/Beneficiary.js";
import { DatasetProvider } from "../../src/actors/DatasetProvider.js";
import { Requester } from "../../src/actors/Requester.js";
import { Scheduler } from "../../src/actors/Scheduler.js";
import { Worker } from "../../src/actors/Worker.js";
import { connectContracts } from "../../src/chain/contracts.js";
import { send } from "../../src/chain/send.js";
import type { Manifest } from "../../src/config/manifest.js";
import type { Address } from "../../src/protocol/ids.js";
import { openMemoryVault } from "../../src/sms/secretVault.js";
import { openContentStore } from "../../src/store/contentStore.js";
import type { Wish } from "./wish.js";

/** Who works for the pool. */
export const WORKERS = ["worker 1", "worker 2", "worker 3", "worker 4"] as const;

/** Everyone on stage, in the order of the chain's accounts. The owner comes first, since it deploys. */
export const ROLES = [
  "owner",
  "requester",
  "beneficiary",
  "app developer",
  "data provider",
  "scheduler",
  ...WORKERS,
] as const;

export type Role = (typeof ROLES)[number];

/** A chain with the protocol on it, a content store on disk, and actors with an account each. */
export type Stage = Awaited<ReturnType<typeof setStage>>;

/** Deploys with the modules that deploy for real. */
export function deploy(connection: NetworkConnection, log: (line: string) => void): Promise<Manifest> {
  return deployHub(connection, readParameters(parameters), { strategy: "basic", log });
}

/** Casts the roles on a chain that has the protocol on it. */
export async function setStage(
  { connection, manifest }: { connection: NetworkConnection; manifest: Manifest },
  { app, timeoutMs }: Pick<Wish, "app" | "timeoutMs">,
) {
  const signers = await connection.ethers.getSigners();
  const contracts = await connectContracts(manifest.poco, signers[0]!);
  const addresses = Object.fromEntries(ROLES.map((role, i) => [role, signers[i]!.address as Address]));
  const of = (role: Role) => signers[ROLES.indexOf(role)]!;

  const folder = await mkdtemp(join(tmpdir(), "poco-demo-"));
  const store = openContentStore(folder);
  const vault = openMemoryVault();
  const workshop = { store, vault, programOf: () => app, enclave: { limits: { timeoutMs } } };

  return {
    manifest,
    contracts,
    store,
    folder,
    addresses: addresses as Readonly<Record<Role, Address>>,
    dataProvider: new DatasetProvider(contracts, of("data provider"), { store, vault }),
    appProvider: new AppProvider(contracts, of("app developer")),
    scheduler: new Scheduler(contracts, of("scheduler")),
    requester: new Requester(contracts, of("requester")),
    beneficiary: await Beneficiary.enrol(addresses["beneficiary"]!, { store, vault }),
    workers: WORKERS.map((role) => new Worker(contracts, of(role), workshop)),
    /** Gives an account RLC from the token's faucet and moves it into escrow. */
    async fund(role: Role, amount: bigint) {
      await send(contracts.token.connect(of(role)).faucet(amount));
      return new Requester(contracts, of(role)).deposit(amount);
    },
    /** Lets time pass, in seconds. */
    wait: (seconds: bigint) => connection.networkHelpers.time.increase(seconds),
  };
}
