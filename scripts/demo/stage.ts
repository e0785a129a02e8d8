import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { network } from "hardhat";

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
import type { Address } from "../../src/protocol/ids.js";
import { openMemoryVault } from "../../src/sms/secretVault.js";
import { openContentStore } from "../../src/store/contentStore.js";

/** Everyone on stage, in the order of the chain's accounts. The owner comes first, since it deploys. */
export const ROLES = [
  "owner",
  "requester",
  "beneficiary",
  "app developer",
  "data provider",
  "scheduler",
  "worker 1",
  "worker 2",
  "worker 3",
  "worker 4",
] as const;

export type Role = (typeof ROLES)[number];

/** A chain with the protocol on it, a content store on disk, and actors with an account each. */
export type Stage = Awaited<ReturnType<typeof setStage>>;

/** Starts an embedded chain, deploys with the modules that deploy for real, and casts the roles. */
export async function setStage({ app, log }: { app: string; log: (line: string) => void }) {
  const connection = await network.create();
  const manifest = await deployHub(connection, readParameters(parameters), { strategy: "basic", log });
  const signers = await connection.ethers.getSigners();
  const contracts = await connectContracts(manifest.poco, signers[0]!);
  const addresses = Object.fromEntries(ROLES.map((role, i) => [role, signers[i]!.address as Address]));
  const of = (role: Role) => signers[ROLES.indexOf(role)]!;

  const folder = await mkdtemp(join(tmpdir(), "poco-demo-"));
  const store = openContentStore(folder);
  const vault = openMemoryVault();
  const workshop = { store, vault, programOf: () => app };

  return {
    connection,
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
    workers: (["worker 1", "worker 2", "worker 3", "worker 4"] as const).map(
      (role) => new Worker(contracts, of(role), workshop),
    ),
    /** Gives an account RLC from the token's faucet and moves it into escrow. */
    async fund(role: Role, amount: bigint) {
      const token = contracts.token.connect(of(role));
      await (await token.faucet(amount)).wait();
      return new Requester(contracts, of(role)).deposit(amount);
    },
    /** Lets time pass, in seconds. */
    wait: (seconds: bigint) => connection.networkHelpers.time.increase(seconds),
  };
}
