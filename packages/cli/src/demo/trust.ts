import { randomBytes } from "node:crypto";

import type { ContractRunner } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { Period, SimulatedAuthority } from "@poco-marketplace/enclave/attestation/simulated/authority.js";
import { createMachine } from "@poco-marketplace/enclave/attestation/simulated/machine.js";
import { certifyMachine, type SimulatedPlatform } from "@poco-marketplace/enclave/attestation/simulated/platform.js";
import type { PckFacts } from "@poco-marketplace/enclave/attestation/sgxExtension.js";
import { defaultPolicy } from "@poco-marketplace/enclave/attestation/verdict.js";
import type { Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import { listen } from "@poco-marketplace/services/http/createServer.js";
import { SecretsClient } from "@poco-marketplace/sdk/client/secrets.js";
import { openSecretsServer } from "@poco-marketplace/services/secrets/service.js";
import type { ContentStore } from "@poco-marketplace/services/store/contentStore.js";
import { platformPolicy } from "@poco-marketplace/enclave/trust/platformPolicy.js";
import {
  PlatformRegistry__factory,
  QuoteVerifier__factory,
  TeeBroker__factory,
} from "@poco-marketplace/sdk/typechain.js";

const DAY_MS = 86_400_000;

/** Returns the validity period of simulated certificates: from yesterday until in a year, unless changed. */
export function certificatePeriod(changes: Partial<Period> = {}): Period {
  return { from: new Date(Date.now() - DAY_MS), until: new Date(Date.now() + 365 * DAY_MS), ...changes };
}

/** Creates and certifies a simulated machine. */
export function certify(
  authority: SimulatedAuthority,
  { facts, ...period }: Partial<Period> & { facts?: Partial<PckFacts> } = {},
): Promise<SimulatedPlatform> {
  return certifyMachine(createMachine(), authority, {
    ...certificatePeriod(period),
    ...(facts !== undefined && { facts }),
  });
}

/** Connects to the contracts that verify quotes. */
export function connectAttestation({ attestation }: Manifest, runner: ContractRunner) {
  const { platformRegistry, quoteVerifier, teeBroker } = attestation!;
  return {
    registry: PlatformRegistry__factory.connect(platformRegistry, runner),
    verifier: QuoteVerifier__factory.connect(quoteVerifier, runner),
    broker: TeeBroker__factory.connect(teeBroker, runner),
  };
}

/** Opens the chain's clock, which runs ahead of the machine's once `wait` has advanced it. */
export async function openClock(connection: NetworkConnection) {
  const { time } = connection.networkHelpers;
  let ahead = (await time.latest()) * 1000 - Date.now();
  return {
    now: () => new Date(Date.now() + Math.max(ahead, 0)),
    wait: async (seconds: bigint): Promise<void> => {
      ahead = (await time.increase(seconds)) * 1000 - Date.now();
    },
  };
}

/** Opens a secret service with its tables in memory that trusts platforms under a simulated root. */
export async function openSecretService({
  manifest,
  contracts,
  store,
  authority,
  now,
}: {
  manifest: Manifest;
  contracts: Contracts;
  store: ContentStore;
  authority: SimulatedAuthority;
  now: () => Date;
}) {
  const rootKey = authority.root.key.point;
  const server = await openSecretsServer(contracts, {
    database: "memory",
    masterKey: { hex: randomBytes(32).toString("hex") },
    content: store,
    ...platformPolicy({ manifest, policy: () => defaultPolicy({ rootKey, at: now() }) }),
    log: { write: () => {} },
  });
  const client = new SecretsClient(await listen(server, 0));
  return { client, close: () => server.close() };
}
