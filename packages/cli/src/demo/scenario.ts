import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { NetworkConnection } from "hardhat/types/network";

import { deployHub } from "../../../../deploy/deployHub.js";
import { readParameters } from "../../../../deploy/parameters.js";
import { approveOwnRuntime } from "../../../../deploy/runtimes.js";
import parameters from "../../../../deploy/parameters/embedded.json" with { type: "json" };
import { AppProvider } from "./actors/AppProvider.js";
import { Beneficiary } from "./actors/Beneficiary.js";
import { DatasetProvider } from "./actors/DatasetProvider.js";
import { DemoWorker } from "./actors/DemoWorker.js";
import { PoolOwner } from "./actors/PoolOwner.js";
import { Requester } from "./actors/Requester.js";
import { connectContracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { sendAndWait } from "@poco-marketplace/sdk/chain/sendAndWait.js";
import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import type { SecretsClient } from "@poco-marketplace/sdk/client/secrets.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { createAuthority, type SimulatedAuthority } from "@poco-marketplace/enclave/attestation/simulated/authority.js";
import { listen } from "@poco-marketplace/services/http/createServer.js";
import { openContentStore } from "@poco-marketplace/services/store/contentStore.js";
import { SILENT } from "@poco-marketplace/services/log.js";
import { openStoreService } from "@poco-marketplace/services/store/service.js";
import { openContext } from "@poco-marketplace/services/worker/openContext.js";
import type { SimulatedPlatform } from "@poco-marketplace/enclave/attestation/simulated/platform.js";
import type { App } from "@poco-marketplace/enclave/app/appFolder.js";
import { findApp } from "@poco-marketplace/enclave/app/moduleApp.js";
import { simulatedProcessor } from "@poco-marketplace/enclave/runtime/processor.js";
import { chooseSandbox, type Sandbox } from "@poco-marketplace/enclave/runtime/sandbox.js";
import { DemoError } from "./demoError.js";
import { failureSentence } from "../failureSentence.js";
import { openSignerSender, type Account } from "./signerSender.js";
import { certificatePeriod, certify, connectAttestation, openClock, openSecretService } from "./trust.js";
import type { DemoOptions } from "./options.js";

/** The roles of the pool's workers. */
export const WORKERS = ["worker 1", "worker 2", "worker 3", "worker 4"] as const;

/** All roles of the demo, in the order of the chain's accounts. The owner comes first, since it deploys. */
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

/** A chain with the protocol on it, a secret service, a content store on disk, and actors with an account each. */
export type Scenario = Awaited<ReturnType<typeof openScenario>>;

/** A deployed hub, and the simulated authority whose platforms it trusts. */
export interface Hub {
  readonly connection: NetworkConnection;
  readonly manifest: Manifest;
  readonly authority: SimulatedAuthority;
}

/** Deploys the hub with the modules that also deploy to real chains. */
export async function deploy(connection: NetworkConnection, log: (line: string) => void): Promise<Hub> {
  const authority = await createAuthority(certificatePeriod());
  const rootOfTrust = { simulated: authority.root.certificate };
  const manifest = await deployHub(
    connection,
    { ...readParameters(parameters), rootOfTrust },
    { strategy: "basic", log },
  );
  await approveOwnRuntime(connection, manifest);
  return { connection, manifest, authority };
}

/** Gives every role an account on the hub's chain, and starts the services. The caller closes the scenario. */
export async function openScenario(
  { connection, manifest, authority }: Hub,
  { app: program, timeoutMs }: Pick<DemoOptions, "app" | "timeoutMs">,
) {
  const app = await loadApp(program);
  const signers = await connection.ethers.getSigners();
  const contracts = await connectContracts(manifest.poco, signers[0]!);
  const addresses = Object.fromEntries(ROLES.map((role, i) => [role, signers[i]!.address as Address]));
  const of = (role: Role) => signers[ROLES.indexOf(role)]!;

  const clock = await openClock(connection);
  const folder = await mkdtemp(join(tmpdir(), "poco-demo-"));
  const blocks = join(folder, "store");
  const store = openContentStore(blocks);
  const storeService = await openStoreService({ folder: blocks });
  const storeUrl = await listen(storeService, 0);
  const service = await openSecretService({ manifest, contracts, store, authority, now: clock.now });
  const { client } = service;
  const writerOf = (role: Role) => client.writerOf(of(role));
  const platforms = await Promise.all(WORKERS.map(() => certify(authority)));
  const beneficiary = await Beneficiary.create(addresses["beneficiary"]!, { store, vault: writerOf("beneficiary") });
  const poolOwner = new PoolOwner(contracts, of("scheduler"));
  const sandbox = await chooseSandbox("none");

  const machine = { poolOwner, secrets: client, sandbox, storeUrl, folder, timeoutMs };
  const workers = WORKERS.map((role, i) =>
    openWorker({ connection, manifest }, of(role), { ...machine, role, platform: platforms[i]! }),
  );

  return {
    connection,
    manifest,
    contracts,
    attestation: connectAttestation(manifest, signers[0]!),
    authority,
    platforms,
    secrets: client,
    store,
    folder,
    app,
    addresses: addresses as Readonly<Record<Role, Address>>,
    signerOf: of,
    dataProvider: new DatasetProvider(contracts, of("data provider"), { store, vault: writerOf("data provider") }),
    appProvider: new AppProvider(contracts, of("app developer"), store),
    poolOwner,
    requester: new Requester(contracts, of("requester")),
    beneficiary,
    workers: await Promise.all(workers),
    /** Gives an account RLC from the token's faucet and moves it into escrow. */
    async fund(role: Role, amount: bigint) {
      await sendAndWait(contracts.token.connect(of(role)).faucet(amount));
      return new Requester(contracts, of(role)).deposit(amount);
    },
    /** Returns the time on chain. */
    now: clock.now,
    /** Advances the time on chain by a number of seconds. */
    wait: clock.wait,
    /** Stops the services and deletes their files. */
    async close() {
      await service.close();
      await storeService.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The platform, services and limits of a demo worker. */
interface WorkerOptions {
  readonly role: (typeof WORKERS)[number];
  readonly platform: SimulatedPlatform;
  readonly poolOwner: PoolOwner;
  readonly secrets: SecretsClient;
  readonly sandbox: Sandbox;
  readonly storeUrl: string;
  readonly folder: string;
  readonly timeoutMs: number;
}

async function openWorker(
  { connection, manifest }: Pick<Hub, "connection" | "manifest">,
  account: Account,
  { role, platform, poolOwner, secrets, sandbox, storeUrl, folder, timeoutMs }: WorkerOptions,
): Promise<DemoWorker> {
  const { provider } = connection.ethers;
  const parts = {
    account,
    log: SILENT,
    provider,
    sender: openSignerSender(account),
    poco: manifest.poco,
    secrets,
    sandbox,
  };
  const context = await openContext(parts, {
    ipfsNode: storeUrl,
    ipfsGateway: storeUrl,
    state: join(folder, role),
    processor: simulatedProcessor(platform),
    limits: { enclave: { timeoutMs }, warm: 0 },
  });
  return new DemoWorker(context, poolOwner);
}

async function loadApp(program: string): Promise<App> {
  try {
    return await findApp(program);
  } catch (error) {
    throw new DemoError(
      `--app is ${program}, which enclaves cannot run. ${failureSentence(error)} Nothing was spent.`,
      {
        cause: error,
      },
    );
  }
}
